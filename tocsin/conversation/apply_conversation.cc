// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "tocsin/conversation/answers.h"
#include "tocsin/conversation/apply.h"
#include "tocsin/conversation/draft.h"
#include "tocsin/conversation/limits.h"

namespace tocsin::conversation {

using core::ConversationMode;

Result<std::vector<Change>> apply(const Context& context, const SetConversation& body) {
  TOCSIN_TRY(const auto place, place_of(context, body.story, "story"));
  const core::Conversation fresh{.story = place.story.id, .site = place.site.id};
  const auto before = place.conversation.value_or(fresh);
  auto after = before;
  after.closes_at = body.closes_at;
  after.holds_all = body.holds_all;
  if (body.closes_at && (*body.closes_at < Time{} || *body.closes_at > core::kForEver)) {
    return bad_field("closes_at", "is out of range");
  }
  TOCSIN_TRY(after.reason, cleaned("reason", body.reason));
  // By rule there is nothing to give reasons for but the hour.
  if (body.mode == ConversationMode::kByRule && !body.closes_at) after.reason.clear();
  if (body.mode != before.mode) {
    const bool is_by_rule = body.mode == ConversationMode::kByRule;
    after.mode = body.mode;
    after.since = is_by_rule ? std::nullopt : std::optional(context.at);
    after.by = is_by_rule ? std::string() : context.actor;
  }
  const auto opening = opening_of(place.site.comments, after, place.story, context.at);
  const bool is_told = opening != place.opening || opening.is_open() != before.was_open;
  after.was_open = opening.is_open();
  if (after == before) return std::vector<Change>{};

  Draft draft(context);
  draft.conversation(after.story, after.site) = after;
  if (is_told) draft.tell(core::LiveEvent::Kind::kConversation, after.story.value, place.story);
  return draft.take();
}

Result<std::vector<Change>> apply(const Context& context, const AnnounceOpening& body) {
  TOCSIN_TRY(const auto place, place_of(context, body.story, "story"));
  Draft draft(context);
  auto& conversation = draft.conversation(place.story.id, place.site.id);
  if (conversation.was_open == place.opening.is_open()) return std::vector<Change>{};
  conversation.was_open = place.opening.is_open();
  draft.tell(core::LiveEvent::Kind::kConversation, place.story.id.value, place.story);
  return draft.take();
}

Result<std::vector<Change>> apply(const Context& context, const Follow& body) {
  const auto& given = body.follower;
  TOCSIN_TRY(const auto place, place_of(context, given.story, "follower.story"));
  if (given.device == core::SubscriptionId{}) return bad_field("follower.device", "is missing");
  const auto known = context.view.follower(given.story, given.device);
  if (given.wants_nothing()) {
    if (!known) return std::vector<Change>{};
    return std::vector<Change>{core::Follower{.story = given.story, .device = given.device}};
  }
  if (place.opening.state == Opening::State::kHidden) return conflict("conversation", "is hidden");
  if (given.reader) {
    TOCSIN_TRY(const auto reader, reader_of(context, given.reader, "follower.reader"));
    if (reader.site != place.site.id) {
      return not_found("follower.reader", "there is no such reader");
    }
  }
  if (!known && context.view.follower_count(given.story) >= kFollowersMax) {
    return conflict("follower", "the conversation has as many as it may have");
  }
  const core::Follower fresh{.story = given.story, .device = given.device};
  core::Follower out = with_wishes(context.view, known.value_or(fresh), given);
  if (given.reader) out.reader = given.reader;
  if (!out.replies) {
    out.reply = {};
    out.unseen = 0;
  }
  if (known && *known == out) return std::vector<Change>{};
  return std::vector<Change>{out};
}

Result<std::vector<Change>> apply(const Context& context, const NoteTold& body) {
  if (body.told.size() > kToldMax) {
    return bad_field("told", "has more than " + std::to_string(kToldMax) + " entries");
  }
  Draft draft(context);
  for (const auto& told : body.told) {
    core::Follower* const follower = draft.follower(body.story, told.device);
    if (follower == nullptr) continue;
    draft.note(*follower, told);
  }
  return draft.take();
}

}  // namespace tocsin::conversation
