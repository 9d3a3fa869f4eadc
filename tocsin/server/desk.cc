// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/desk.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"

namespace tocsin::server {
namespace {

constexpr Millis kRetry{1'000};

core::Story story_of(const ingest::FetchedItem& fetched) {
  const feed::FeedItem& item = fetched.item;
  core::Story story;
  story.headline = item.title;
  story.summary_html = fetched.summary_html;
  story.body_html = fetched.content_html;
  story.url = item.link;
  story.image_url = item.image;
  story.language = item.language;
  story.authors = item.authors;
  story.topics = item.categories;
  if (!item.credit.empty()) story.credits.push_back({.source = {}, .name = item.credit, .url = ""});
  if (item.published) story.published = *item.published;
  story.updated = item.updated.value_or(story.published);
  return story;
}

void report(const ingest::FetchOutcome& outcome) {
  const auto& seen = outcome.report;
  if (outcome.is_push) return;
  metrics::count("tocsin_feed_fetches_total", 1, ingest::text(seen.verdict));
  if (!seen.problem.empty()) {
    log::warn("feed.problem", {{"feed", outcome.feed.text()}, {"problem", seen.problem}});
  }
  if (!seen.moved_to.empty()) log::info("feed.moved", {{"feed", outcome.feed.text()}});
}

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace

void Desk::apply(const newsroom::Effects& effects) const {
  if (effects_.on_changes) effects_.on_changes(effects);
  for (const auto& change : effects.changes) {
    std::visit(Overloaded{
                   [&](const core::Alert& alert) {
                     if (alert.state == core::AlertState::kReleased) effects_.on_alert(alert);
                   },
                   [&](const core::Site& site) { effects_.on_site(site); },
                   [&](const core::Feed& feed) { effects_.on_feed(feed); },
                   [&](const newsroom::FeedRemoved& gone) { effects_.on_feed_removed(gone.feed); },
                   [&](const core::LiveEvent& event) { effects_.on_live_event(event); },
                   [&](const core::Vote& vote) { effects_.on_vote(vote.comment); },
                   [&](const core::Follower& follower) { effects_.on_follower(follower); },
                   [](const auto&) {},
               },
               change);
  }
}

void Desk::execute(newsroom::Command command, Done done) {
  store_.execute(std::move(command),
                 [this, done = std::move(done)](Result<newsroom::Effects> effects) {
                   if (effects) apply(*effects);
                   done(std::move(effects));
                 });
}

void Desk::take(ingest::FetchOutcome outcome) {
  report(outcome);
  if (outcome.items.empty() && !outcome.first_sight) {
    // What is known must not be kept before the items that it is known from.
    if (!waiting_.contains(outcome.feed)) keep(outcome.feed, outcome.state);
    return;
  }
  // The oldest first, so that ids grow with the age of the news.
  std::stable_sort(outcome.items.begin(), outcome.items.end(), [](const auto& a, const auto& b) {
    return a.item.published < b.item.published;
  });
  newsroom::TakeItems items{.feed = outcome.feed,
                            .first_sight = outcome.first_sight,
                            .plausible = outcome.plausible_items};
  for (const auto& fetched : outcome.items) {
    newsroom::TakenItem taken{
        .key = fetched.key, .story = story_of(fetched), .ahead = fetched.ahead};
    taken.story.id = ids_.next<struct core::StoryKind>();
    taken.alert = ids_.next<struct core::AlertKind>();
    items.items.push_back(std::move(taken));
  }
  metrics::count("tocsin_feed_items_total", static_cast<double>(items.items.size()));
  newsroom::Command command{.at = clock_.now(), .actor = "feed", .body = std::move(items)};
  random_.fill(command.id);
  take_items(
      std::move(command),
      {.state = std::move(outcome.state), .at = outcome.report.at, .is_told = outcome.is_told});
}

void Desk::take_items(newsroom::Command command, const Fetched& fetched) {
  auto again = command;
  execute(std::move(command), [this, fetched,
                               again = std::move(again)](const Result<newsroom::Effects>& taken) {
    const auto& items = std::get<newsroom::TakeItems>(again.body);
    const core::FeedId feed = items.feed;
    if (taken) waiting_.erase(feed);
    if (taken && items.first_sight) return keep(feed, fetched.state);
    if (taken) return keep(feed, learned(feed, fetched, *taken));
    const bool may_recover =
        taken.error().code == Errc::kExhausted || taken.error().code == Errc::kUnavailable;
    log::warn("feed.not_taken", {{"feed", feed.text()}, {"why", taken.error().message}});
    effects_.on_not_taken(feed);
    if (!may_recover) return;
    waiting_.insert(feed);
    // The handle is held by the task itself, so that it lives until it has run.
    auto timer = std::make_shared<Handle>();
    *timer = loop_.after(kRetry, [this, timer, fetched, again] { take_items(again, fetched); });
  });
}

// The state, with what the newsroom says of the items.
ingest::FeedState Desk::learned(core::FeedId feed, const Fetched& fetched,
                                const newsroom::Effects& effects) const {
  std::size_t fresh = 0;
  std::size_t held = 0;
  for (const auto& change : effects.changes) {
    if (std::holds_alternative<newsroom::SeenItem>(change)) ++fresh;
    const auto* alert = std::get_if<core::Alert>(&change);
    if (alert != nullptr && alert->state == core::AlertState::kHeld) ++held;
  }
  if (held > 0) log::warn("feed.alerts_held", {{"feed", feed.text()}, {"count", held}});
  auto state = fetched.state;
  if (fresh == 0) return state;
  ingest::learn(state, fresh, fetched.at);
  effects_.on_fresh_items(feed, fresh, fetched.at);
  effects_.on_new_items(feed, fetched.is_told);
  return state;
}

void Desk::keep(core::FeedId feed, ingest::FeedState state) {
  store_.put_feed_state(feed, std::move(state), [feed](const Result<std::monostate>& kept) {
    if (!kept) {
      log::warn("feed.state_not_kept", {{"feed", feed.text()}, {"why", kept.error().message}});
    }
  });
}

}  // namespace tocsin::server
