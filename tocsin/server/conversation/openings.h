// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <list>
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

  // From this moment on the story's conversation is watched, until so many others have been since.
  static constexpr std::size_t kWatchedMax = 10'000;
  void watch(core::StoryId story);
  std::size_t size() const { return watched_.size(); }
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
  using Recent = std::list<core::StoryId>;
  struct Watched {
    Time next;  // when it is to be looked at
    Recent::iterator place;
  };
  std::map<core::StoryId, Watched> watched_;
  Recent recent_;  // the one watched last comes first
};

}  // namespace tocsin::server
