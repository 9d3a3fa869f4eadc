// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>

#include "tocsin/base/clock.h"
#include "tocsin/core/content.h"
#include "tocsin/newsroom/content.h"

namespace tocsin::server {

// Conversations open and close by the clock, and nobody acts when they do. This watches those that
// somebody looks at or follows, and has it announced within a second. Whether a comment is taken
// does not depend on it: applying the comment decides that. Main loop.
class Openings {
 public:
  using Announce = std::function<void(core::StoryId)>;

  // All outlive this. `announce` executes conversation::AnnounceOpening.
  Openings(const newsroom::Content& content, const Clock& clock, Announce announce);

  // From this moment on the story's conversation is watched. A second time does nothing.
  void watch(core::StoryId story) { next_.try_emplace(story, Time{}); }
  // Something about the story's conversation has changed.
  void touch(core::StoryId story);
  // A site's policy has changed.
  void touch_all();
  // Announces what is due. Call it every second.
  void look();

 private:
  // When to look again.
  Time look_at(core::StoryId story, Time now) const;

  const newsroom::Content& content_;
  const Clock& clock_;
  Announce announce_;
  std::map<core::StoryId, Time> next_;  // when each is to be looked at
};

}  // namespace tocsin::server
