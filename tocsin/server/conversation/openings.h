// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <optional>

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

  // Somebody looks at the story's conversation: it is watched, until so many others have been
  // looked at since. One of no story is not.
  static constexpr std::size_t kLookedAtMax = 10'000;
  void watch(core::StoryId story);
  // Somebody follows it: it is watched for good. Followers are told that it closed even where
  // strangers look at more conversations than are watched for that.
  void follow(core::StoryId story);
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
    Time next;                              // when it is to be looked at
    std::optional<Recent::iterator> place;  // none: it is followed
  };
  std::map<core::StoryId, Watched> watched_;
  Recent recent_;  // not followed; the one looked at last comes first
};

}  // namespace tocsin::server
