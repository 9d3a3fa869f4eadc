// SPDX-License-Identifier: Apache-2.0
#include "tocsin/core/conversation.h"

#include <array>

#include "tocsin/core/newsroom.h"

namespace tocsin::core {
namespace {

// The names of an enumeration's values, in the order of their numbers.
constexpr std::array<std::string_view, 4> kModes = {"by_rule", "open", "closed", "hidden"};
constexpr std::array<std::string_view, 4> kStates = {"published", "held", "rejected", "deleted"};
constexpr std::array<std::string_view, 3> kBadges = {"", "staff", "moderator"};
constexpr std::array<std::string_view, 7> kGrounds = {
    "illegal", "hate", "harassment", "personal_data", "spam", "off_topic", "other"};
constexpr std::array<std::string_view, 2> kRoles = {"moderator", "admin"};
constexpr std::array<std::string_view, 7> kEvents = {"story",  "alert", "comment", "conversation",
                                                     "thread", "entry", "votes"};

template <class Value, std::size_t N>
std::string_view name_of(const std::array<std::string_view, N>& names, Value value) {
  return names.at(static_cast<std::size_t>(value));
}

template <class Value, std::size_t N>
std::optional<Value> value_of(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names.at(i) == name) return static_cast<Value>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view text(ConversationMode mode) { return name_of(kModes, mode); }
std::optional<ConversationMode> parse_conversation_mode(std::string_view text) {
  return value_of<ConversationMode>(kModes, text);
}

std::string_view text(CommentState state) { return name_of(kStates, state); }
std::optional<CommentState> parse_comment_state(std::string_view text) {
  return value_of<CommentState>(kStates, text);
}

std::string_view text(Badge badge) { return name_of(kBadges, badge); }
std::optional<Badge> parse_badge(std::string_view text) { return value_of<Badge>(kBadges, text); }

std::string_view text(Ground ground) { return name_of(kGrounds, ground); }
std::optional<Ground> parse_ground(std::string_view text) {
  return value_of<Ground>(kGrounds, text);
}

std::string_view text(Role role) { return name_of(kRoles, role); }
std::optional<Role> parse_role(std::string_view text) { return value_of<Role>(kRoles, text); }

std::string_view text(LiveEvent::Kind kind) { return name_of(kEvents, kind); }
std::optional<LiveEvent::Kind> parse_live_event_kind(std::string_view text) {
  return value_of<LiveEvent::Kind>(kEvents, text);
}

}  // namespace tocsin::core
