// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/openings.h"

#include <algorithm>
#include <utility>

#include "tocsin/conversation/opening.h"

namespace tocsin::server {
namespace {

// An announcement that the store did not take is made again after this.
constexpr Seconds kLookAgain{10};

}  // namespace

Openings::Openings(const newsroom::Content& content, const Clock& clock, Announce announce)
    : content_(content), clock_(clock), announce_(std::move(announce)) {
  for (const auto story : content_.followed_stories()) follow(story);
}

void Openings::watch(core::StoryId story) {
  const auto found = watched_.find(story);
  if (found != watched_.end()) {
    const auto place = found->second.place;
    if (place) recent_.splice(recent_.begin(), recent_, *place);
    return;
  }
  // A page may name any id.
  if (!content_.story(story)) return;
  recent_.push_front(story);
  watched_.emplace(story, Watched{Time{}, recent_.begin()});
  if (recent_.size() <= kLookedAtMax) return;
  watched_.erase(recent_.back());
  recent_.pop_back();
}

void Openings::follow(core::StoryId story) {
  auto& watched = watched_.try_emplace(story, Watched{Time{}, std::nullopt}).first->second;
  if (const auto place = std::exchange(watched.place, std::nullopt)) recent_.erase(*place);
}

void Openings::touch(core::StoryId story) {
  const auto found = watched_.find(story);
  if (found != watched_.end()) found->second.next = Time{};
}

void Openings::touch_all() {
  for (auto& entry : watched_) entry.second.next = Time{};
}

void Openings::look() {
  const Time now = clock_.now();
  for (auto& [story, watched] : watched_) {
    if (watched.next <= now) watched.next = look_at(story, now);
  }
}

Time Openings::look_at(core::StoryId id, Time now) const {
  const auto story = content_.story(id);
  const auto site = story ? content_.site(story->site) : std::nullopt;
  if (!site) return core::kForEver;
  const auto conversation = content_.conversation(id);
  const auto opening = conversation::opening_of(site->comments, conversation, *story, now);
  const bool was_open = !conversation || conversation->was_open;
  if (opening.is_open() != was_open) {
    announce_(id);
    return now + kLookAgain;
  }
  return opening.changes.value_or(core::kForEver);
}

}  // namespace tocsin::server
