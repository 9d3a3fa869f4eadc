// SPDX-License-Identifier: Apache-2.0
#include "tocsin/core/content.h"

namespace tocsin::core {

std::string_view text(Importance importance) {
  switch (importance) {
    case Importance::kMinor:
      return "minor";
    case Importance::kMajor:
      return "major";
    case Importance::kBreaking:
      return "breaking";
  }
  return "";
}

std::optional<Importance> parse_importance(std::string_view name) {
  for (const auto importance : {Importance::kMinor, Importance::kMajor, Importance::kBreaking}) {
    if (name == text(importance)) return importance;
  }
  return std::nullopt;
}

std::string_view text(StoryState state) {
  switch (state) {
    case StoryState::kDraft:
      return "draft";
    case StoryState::kPublished:
      return "published";
    case StoryState::kCorrected:
      return "corrected";
    case StoryState::kWithdrawn:
      return "withdrawn";
  }
  return "";
}

std::optional<StoryState> parse_story_state(std::string_view name) {
  for (const auto state : {StoryState::kDraft, StoryState::kPublished, StoryState::kCorrected,
                           StoryState::kWithdrawn}) {
    if (name == text(state)) return state;
  }
  return std::nullopt;
}

std::string_view text(AlertState state) {
  switch (state) {
    case AlertState::kReleased:
      return "released";
    case AlertState::kHeld:
      return "held";
    case AlertState::kDismissed:
      return "dismissed";
  }
  return "";
}

std::optional<AlertState> parse_alert_state(std::string_view name) {
  for (const auto state : {AlertState::kReleased, AlertState::kHeld, AlertState::kDismissed}) {
    if (name == text(state)) return state;
  }
  return std::nullopt;
}

// An alert has a story once it is recorded; the id serves the ones made outside of the newsroom.
std::string collapse_key(const Alert& alert) {
  return alert.story ? alert.story.text() : alert.id.text();
}

}  // namespace tocsin::core
