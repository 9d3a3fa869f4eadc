// SPDX-License-Identifier: Apache-2.0
#include "tocsin/conversation/opening.h"

#include <algorithm>
#include <array>

namespace tocsin::conversation {
namespace {

using core::ConversationMode;
using State = Opening::State;
using Why = Opening::Why;

constexpr std::array<std::string_view, 3> kStates = {"open", "closed", "hidden"};
constexpr std::array<std::string_view, 9> kWhys = {
    "open", "not_offered", "by_hand", "site", "withdrawn", "draft", "hour", "age", "night"};

std::optional<Time> earlier(std::optional<Time> a, std::optional<Time> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

// The nightly hours: two series of moments, at which the conversation opens and closes. What
// counts is which came last, so that a night in which the clock is changed has one closing too.
class Hours {
 public:
  Hours(const core::CommentPolicy& policy, const text::Zone& zone)
      : zone_(zone),
        opens_(text::Minutes{policy.opens_minute % kDayMinutes}),
        closes_(text::Minutes{policy.closes_minute % kDayMinutes}) {}

  bool is_all_day() const { return opens_ == closes_; }

  bool is_open(Time at) const { return opens_first(last(opens_, at), last(closes_, at)); }
  Time closed_since(Time at) const { return last(closes_, at); }

  // The next moment at which is_open() changes.
  Time change(Time at) const {
    const bool was_open = is_open(at);
    for (;;) {
      at = zone_.next_local(at, was_open ? closes_ : opens_);
      if (is_open(at) != was_open) return at;
    }
  }

 private:
  static constexpr std::uint32_t kDayMinutes = 24 * 60;

  // Where the clock skips both moments they are one, and the shorter of the two times is none.
  bool opens_first(Time opened, Time closed) const {
    return opened == closed ? closes_ < opens_ : opened > closed;
  }

  // The last moment, at the latest `at`, at which the clock came to `minute`. Two of them are at
  // most 25 hours apart where one hour is changed, and two days where a zone skips a date.
  Time last(text::Minutes minute, Time at) const {
    Time found = zone_.next_local(at - std::chrono::hours{51}, minute);
    for (Time next = found; next <= at; next = zone_.next_local(next, minute)) found = next;
    return found;
  }

  const text::Zone& zone_;
  text::Minutes opens_;
  text::Minutes closes_;
};

Opening closed(Why why, std::optional<Time> since, const std::string& message) {
  return {.state = State::kClosed, .why = why, .since = since, .message = message};
}

// What outweighs everything that is set for the story alone.
std::optional<Opening> before_all(const core::CommentPolicy& policy,
                                  const core::Conversation& conversation,
                                  const core::Story& story) {
  if (!policy.is_offered) return Opening{.state = State::kHidden, .why = Why::kNotOffered};
  if (story.state == core::StoryState::kDraft) {
    return Opening{.state = State::kHidden, .why = Why::kDraft};
  }
  if (conversation.mode == ConversationMode::kHidden) {
    return Opening{.state = State::kHidden,
                   .why = Why::kByHand,
                   .since = conversation.since,
                   .message = conversation.reason};
  }
  if (policy.is_closed) return closed(Why::kSite, policy.closed_since, policy.message);
  if (story.state == core::StoryState::kWithdrawn) {
    return closed(Why::kWithdrawn, story.updated, story.correction);
  }
  return std::nullopt;
}

// When the story becomes too old, if it ever does.
std::optional<Time> end_by_age(const core::CommentPolicy& policy, const core::Story& story) {
  if (policy.close_after_days == 0) return std::nullopt;
  return story.published + std::chrono::hours{24} * std::int64_t{policy.close_after_days};
}

bool has_come(std::optional<Time> moment, Time at) { return moment && *moment <= at; }

// Whether the site's hours may matter: the zone is needed then.
bool asks_the_clock(const core::CommentPolicy& policy, const core::Conversation& conversation) {
  return policy.is_offered && policy.opens_minute != policy.closes_minute &&
         conversation.mode == ConversationMode::kByRule;
}

// `zone`: none where the site has no hours.
Opening opening_at(const core::CommentPolicy& policy, const core::Conversation& conversation,
                   const core::Story& story, Time at, const text::Zone* zone) {
  if (auto opening = before_all(policy, conversation, story)) return *std::move(opening);
  const auto closes_at = conversation.closes_at;
  if (conversation.mode == ConversationMode::kClosed) {
    return closed(Why::kByHand, conversation.since, conversation.reason);
  }
  if (has_come(closes_at, at)) return closed(Why::kHour, closes_at, conversation.reason);
  if (conversation.mode == ConversationMode::kOpen) return {.changes = closes_at};

  const auto too_old = end_by_age(policy, story);
  if (has_come(too_old, at)) return closed(Why::kAge, too_old, {});
  const auto end = earlier(closes_at, too_old);
  if (zone == nullptr) return {.changes = end};
  const Hours hours(policy, *zone);
  if (hours.is_all_day()) return {.changes = end};
  const Time change = hours.change(at);
  if (hours.is_open(at)) return {.changes = earlier(end, change)};
  auto opening = closed(Why::kNight, hours.closed_since(at), {});
  // Where its end comes before the morning it does not open again.
  if (!has_come(end, change)) opening.changes = change;
  return opening;
}

}  // namespace

std::string_view text(Opening::State state) { return kStates.at(static_cast<std::size_t>(state)); }
std::string_view text(Opening::Why why) { return kWhys.at(static_cast<std::size_t>(why)); }

Opening opening_of(const core::CommentPolicy& policy,
                   const std::optional<core::Conversation>& conversation, const core::Story& story,
                   Time at) {
  const auto known = conversation.value_or(core::Conversation{});
  if (!asks_the_clock(policy, known)) return opening_at(policy, known, story, at, nullptr);
  auto zone = text::Zone::find(policy.time_zone);
  if (!zone) zone = text::Zone::find("UTC");
  return opening_at(policy, known, story, at, zone ? &*zone : nullptr);
}

Opening opening_of(const core::CommentPolicy& policy,
                   const std::optional<core::Conversation>& conversation, const core::Story& story,
                   Time at, const text::Zone& zone) {
  const auto known = conversation.value_or(core::Conversation{});
  return opening_at(policy, known, story, at, asks_the_clock(policy, known) ? &zone : nullptr);
}

}  // namespace tocsin::conversation
