// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/apply.h"

#include <algorithm>
#include <tuple>

#include "tocsin/newsroom/apply/fields.h"
#include "tocsin/newsroom/apply/steps.h"
#include "tocsin/newsroom/limits.h"

namespace tocsin::newsroom {
namespace {

// Bodies that conversation:: decides.
template <class ConversationBody>
Result<Effects> apply_body(const View& view, const Command& command, const ConversationBody& body) {
  TOCSIN_TRY(auto changes,
             conversation::apply(conversation::Context{view, command.at, command.actor}, body));
  Effects effects;
  for (auto& change : changes) {
    std::visit([&](auto& record) { effects.changes.emplace_back(std::move(record)); }, change);
  }
  return effects;
}

bool is_public(const core::Story& story) { return story.state != core::StoryState::kDraft; }

// What open pages are told of a record; nothing of those that readers do not see.
struct Teller {
  using Kind = core::LiveEvent::Kind;
  using Told = std::optional<core::LiveEvent>;
  const View& view;

  Told operator()(const core::Story& story) const {
    const auto known = view.story(story.id);
    if (!is_public(story) && !(known && is_public(*known))) return std::nullopt;
    return core::LiveEvent{.site = story.site,
                           .kind = Kind::kStory,
                           .subject = story.id.value,
                           .story = story.id,
                           .thread = story.thread};
  }
  Told operator()(const core::Alert& alert) const {
    if (alert.state != core::AlertState::kReleased) return std::nullopt;
    const auto story = view.story(alert.story);
    return core::LiveEvent{.site = alert.site,
                           .kind = Kind::kAlert,
                           .subject = alert.id.value,
                           .story = alert.story,
                           .thread = story ? story->thread : core::ThreadId{}};
  }
  Told operator()(const core::Thread& thread) const {
    return core::LiveEvent{.site = thread.site,
                           .kind = Kind::kThread,
                           .subject = thread.id.value,
                           .thread = thread.id};
  }
  Told operator()(const core::Entry& entry) const {
    return core::LiveEvent{.site = entry.site,
                           .kind = Kind::kEntry,
                           .subject = entry.id.value,
                           .thread = entry.thread};
  }
  template <class Other>
  Told operator()(const Other& /*unused*/) const {
    return std::nullopt;
  }
};

// A feed's backlog is no news to open pages.
bool is_told(const Command& command) {
  const auto* story = std::get_if<PutStory>(&command.body);
  if (story != nullptr) return !story->is_silent;
  const auto* items = std::get_if<TakeItems>(&command.body);
  return items == nullptr || !items->first_sight;
}

// Adds what open pages are told of the effects.
void tell(const View& view, const Command& command, Effects& effects) {
  if (!is_told(command)) return;
  std::vector<core::LiveEvent> events;
  for (const auto& change : effects.changes) {
    if (auto event = std::visit(Teller{view}, change)) events.push_back(*event);
  }
  if (events.empty()) return;
  std::uint64_t sequence = view.last_sequence();
  for (auto& event : events) {
    event.sequence = ++sequence;
    event.at = command.at;
    effects.changes.emplace_back(event);
  }
}

}  // namespace

Result<Effects> apply(const View& view, const Command& command) {
  if (command.id == core::CommandId{}) return bad_field("id", "is missing");
  if (command.at < Time{} || command.at > core::kForEver) return bad_field("at", "is out of range");
  TOCSIN_TRY(std::ignore, check_text("actor", command.actor, kNameCharactersMax));
  TOCSIN_TRY(
      auto effects,
      std::visit([&](const auto& body) { return apply_body(view, command, body); }, command.body));
  tell(view, command, effects);
  return effects;
}

Time published_at(const core::Story& story, Time seen) {
  return story.published == Time{} ? seen : std::min(story.published, seen);
}

}  // namespace tocsin::newsroom
