// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/live_desk.h"

#include <algorithm>
#include <utility>

#include "tocsin/api/conversation/json.h"
#include "tocsin/api/errors.h"
#include "tocsin/newsroom/text.h"

namespace tocsin::server {
namespace {

using core::LiveEvent;
using live::Channel;
using Kind = live::Channel::Kind;

// After which a network that has too many streams may ask again, in seconds.
constexpr std::string_view kRetryAfter = "60";
constexpr std::uint64_t kPastEvents = 1'000;
// For one page that comes back: of the store's events that are looked at, and of those that are
// made to see whether the page wants them. Who missed more loads everything again.
constexpr std::size_t kReadMax = 5'000;
constexpr std::size_t kMadeMax = 200;

Channel topic_channel(core::SiteId site, const std::string& topic) {
  return {Kind::kTopic, live::channel_id(site.text() + '/' + newsroom::folded(topic))};
}

// Everything that somebody who follows the story, its topics, its thread or the site listens to.
std::vector<Channel> channels_of(const core::Story& story) {
  std::vector<Channel> out = {{Kind::kStory, story.id.value}, {Kind::kSite, story.site.value}};
  if (story.thread) out.push_back({Kind::kThread, story.thread.value});
  for (const auto& topic : story.topics) out.push_back(topic_channel(story.site, topic));
  return out;
}

bool is_any_of(std::span<const Channel> some, std::span<const Channel> others) {
  return std::any_of(some.begin(), some.end(), [&](const Channel& one) {
    return std::find(others.begin(), others.end(), one) != others.end();
  });
}

// False where the event's record need not be read to know that the channel is not told of it. Site,
// threads and topics of a story are what they are when it is told.
bool may_be_told(const LiveEvent& told, const Channel& channel) {
  const bool is_of_conversation = told.kind == LiveEvent::Kind::kComment ||
                                  told.kind == LiveEvent::Kind::kConversation ||
                                  told.kind == LiveEvent::Kind::kVotes;
  const bool is_of_story =
      told.kind == LiveEvent::Kind::kStory || told.kind == LiveEvent::Kind::kAlert;
  switch (channel.kind) {
    case Kind::kStory:
      return is_of_story && told.story.value == channel.id;
    case Kind::kConversation:
      return is_of_conversation && told.story.value == channel.id;
    case Kind::kThread:
      return is_of_story || (!is_of_conversation && told.thread.value == channel.id);
    case Kind::kTopic:
    case Kind::kSite:
      return is_of_story;
  }
  return true;
}

Json story_json(const core::Story& story, std::string card) {
  return Json{{"id", story.id.text()},
              {"headline", story.headline},
              {"path", "/s/" + core::slug(story)},
              {"state", core::text(story.state)},
              {"correction", story.correction},
              {"updated", rfc3339(story.updated)},
              {"html", std::move(card)}};
}

Json alert_json(const core::Alert& alert) {
  return Json{{"id", alert.id.text()},
              {"title", alert.title},
              {"body", alert.body},
              {"url", alert.url},
              {"importance", core::text(alert.importance)},
              {"tag", core::collapse_key(alert)}};
}

// A stream with its place among those of its network.
class PlacedStream final : public http::Stream {
 public:
  PlacedStream(std::unique_ptr<http::Stream> stream, std::shared_ptr<Handle> place)
      : place_(std::move(place)), stream_(std::move(stream)) {}

  void on_close(std::function<void()> told) override { stream_->on_close(std::move(told)); }
  bool send(std::shared_ptr<const std::string> bytes) override {
    return stream_->send(std::move(bytes));
  }
  void close() override { stream_->close(); }

 private:
  std::shared_ptr<Handle> place_;
  std::unique_ptr<http::Stream> stream_;
};

http::Response too_many() {
  auto response = api::problem(api::Refusal::kTooManyRequests).response();
  response.headers.add("retry-after", kRetryAfter);
  return response;
}

template <class IdType>
Json id_or_null(IdType id) {
  return id ? Json(id.text()) : Json();
}

}  // namespace

LiveDesk::LiveDesk(net::Loop& loop, const newsroom::Content& content, Random& random,
                   const Clock& clock, std::size_t per_network_max, Card card)
    : loop_(loop),
      content_(content),
      clock_(clock),
      card_(std::move(card)),
      networks_(per_network_max),
      hub_({}, random, *this, past()),
      beat_(loop.every(live::Hub::kBeatPeriod, [this] { hub_.beat(); })) {}

live::Past LiveDesk::past() const {
  const auto last = content_.last_sequence();
  live::Past out{.after = last > kPastEvents ? last - kPastEvents : 0, .events = {}};
  for (const auto& told : content_.events_after(out.after, kPastEvents)) {
    out.events.push_back(event_of(told));
  }
  return out;
}

std::optional<LiveDesk::Telling> LiveDesk::telling_of(const LiveEvent& told,
                                                      const core::Site& site) const {
  switch (told.kind) {
    case LiveEvent::Kind::kStory:
    case LiveEvent::Kind::kAlert:
      return of_story(told, site);
    case LiveEvent::Kind::kComment:
    case LiveEvent::Kind::kConversation:
    case LiveEvent::Kind::kVotes:
      return of_conversation(told, site);
    case LiveEvent::Kind::kThread:
    case LiveEvent::Kind::kEntry:
      return of_thread(told, site);
  }
  return std::nullopt;
}

std::optional<LiveDesk::Telling> LiveDesk::of_story(const LiveEvent& told,
                                                    const core::Site& site) const {
  const auto story = content_.story(told.story);
  if (!story || story->state == core::StoryState::kDraft) return std::nullopt;
  if (told.kind == LiveEvent::Kind::kStory) {
    return Telling{channels_of(*story), "story_card", story_json(*story, card_(site, *story))};
  }
  const auto alert = content_.alert(core::AlertId{told.subject});
  if (!alert) return std::nullopt;
  return Telling{channels_of(*story), "alert", alert_json(*alert)};
}

std::optional<LiveDesk::Telling> LiveDesk::of_conversation(const LiveEvent& told,
                                                           const core::Site& site) const {
  const std::vector<Channel> channels = {{Kind::kConversation, told.story.value}};
  if (told.kind == LiveEvent::Kind::kComment) {
    const auto comment = content_.comment(core::CommentId{told.subject});
    if (!comment) return std::nullopt;
    return Telling{channels, "comment", api::comment_json(*comment, site)};
  }
  if (told.kind == LiveEvent::Kind::kVotes) {
    const auto comment = content_.comment(core::CommentId{told.subject});
    if (!comment) return std::nullopt;
    return Telling{channels, "count",
                   Json{{"comment", comment->id.text()}, {"votes", comment->votes}}};
  }
  const auto story = content_.story(told.story);
  if (!story) return std::nullopt;
  return Telling{channels, "opening",
                 api::opening_json(api::opening_now(content_, site, *story, clock_.now()))};
}

std::optional<LiveDesk::Telling> LiveDesk::of_thread(const LiveEvent& told,
                                                     const core::Site& site) const {
  const std::vector<Channel> channels = {{Kind::kThread, told.thread.value}};
  if (told.kind == LiveEvent::Kind::kEntry) {
    const auto entry = content_.entry(core::EntryId{told.subject});
    if (!entry) return std::nullopt;
    return Telling{channels, "entry", api::entry_json(*entry)};
  }
  const auto thread = content_.thread(told.thread);
  if (!thread) return std::nullopt;
  return Telling{channels, "thread_state", api::thread_json(*thread, site)};
}

// What nobody is told is an event too, of no channel: pages are made with its sequence number.
live::Event LiveDesk::event_of(const LiveEvent& told) const {
  const auto site = content_.site(told.site);
  auto telling = site ? telling_of(told, *site) : std::nullopt;
  if (!telling) return {.sequence = told.sequence, .channels = {}, .kind = {}, .data = {}};
  Json data{{"sequence", told.sequence},
            {"kind", core::text(told.kind)},
            {"story", id_or_null(told.story)},
            {"thread", id_or_null(told.thread)},
            {"at", rfc3339(told.at)}};
  data.set(std::string(telling->name), std::move(telling->value));
  return {.sequence = told.sequence,
          .channels = std::move(telling->channels),
          .kind = std::string(core::text(told.kind)),
          .data = data.dump()};
}

http::Response LiveDesk::open(const api::LiveWish& wish) {
  auto free = networks_.open(wish.network);
  if (!free) return too_many();
  // Held by the response until the stream is taken, which may never be.
  auto place = std::make_shared<Handle>(*std::move(free));
  std::vector<Channel> channels;
  if (wish.front) channels.push_back({Kind::kSite, wish.site.value});
  for (const auto story : wish.stories) channels.push_back({Kind::kStory, story.value});
  for (const auto thread : wish.threads) channels.push_back({Kind::kThread, thread.value});
  for (const auto& topic : wish.topics) channels.push_back(topic_channel(wish.site, topic));
  for (const auto story : wish.conversations) {
    channels.push_back({Kind::kConversation, story.value});
    if (watch_) watch_(story);
  }
  return live::stream_response(
      [this, channels, place, after = wish.after](std::unique_ptr<http::Stream> stream) {
        hub_.join(std::make_unique<PlacedStream>(std::move(stream), place), channels, after);
        send();
      });
}

void LiveDesk::tell(const LiveEvent& event) {
  if (event.sequence <= hub_.newest()) return;
  hub_.publish(event_of(event));
  send();
}

// In slices, so that the loop can do other work between them.
void LiveDesk::send() {
  if (is_sending_) return;
  is_sending_ = true;
  loop_.post([this] {
    is_sending_ = false;
    if (hub_.run_slice()) send();
  });
}

std::optional<std::vector<live::Event>> LiveDesk::between(std::uint64_t after,
                                                          std::uint64_t through,
                                                          std::span<const Channel> channels) {
  if (through - after > kReadMax) return std::nullopt;
  const auto told = content_.events_after(after, through - after);
  // The oldest were dropped.
  if (!told.empty() && told.front().sequence > after + 1) return std::nullopt;
  std::size_t made = 0;
  std::vector<live::Event> out;
  for (const auto& each : told) {
    if (each.sequence > through) break;
    const bool may_be_wanted =
        std::any_of(channels.begin(), channels.end(),
                    [&](const Channel& channel) { return may_be_told(each, channel); });
    if (!may_be_wanted) continue;
    if (++made > kMadeMax) return std::nullopt;
    auto event = event_of(each);
    if (is_any_of(event.channels, channels)) out.push_back(std::move(event));
  }
  return out;
}

}  // namespace tocsin::server
