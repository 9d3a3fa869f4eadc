// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>

#include "tocsin/base/clock.h"
#include "tocsin/core/ids.h"

namespace tocsin::server {

// Tells open pages how often a comment is recommended: not each vote, but the count, now and then.
// What is not told when the process ends is told with the next vote. Main loop.
class VoteCounts {
 public:
  // At least so long between two tellings of one comment.
  static constexpr Seconds kGap{5};
  static constexpr std::size_t kToldARun = 50;
  static constexpr std::size_t kWaitingMax = 10'000;  // beyond, pages learn it when they load

  using Announce = std::function<void(core::CommentId)>;

  // The clock outlives this. `announce` executes conversation::AnnounceVotes.
  VoteCounts(const Clock& clock, Announce announce)
      : clock_(clock), announce_(std::move(announce)) {}

  // A vote was given to the comment, or taken back.
  void on_vote(core::CommentId comment);
  // Tells what is due. Call it every second.
  void run();

 private:
  const Clock& clock_;
  Announce announce_;
  std::set<core::CommentId> waiting_;
  std::map<core::CommentId, Time> told_;  // within the gap
};

}  // namespace tocsin::server
