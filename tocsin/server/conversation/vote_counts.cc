// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/vote_counts.h"

namespace tocsin::server {

void VoteCounts::on_vote(core::CommentId comment) {
  if (waiting_.size() < kWaitingMax) waiting_.insert(comment);
}

void VoteCounts::run() {
  const Time now = clock_.now();
  std::erase_if(told_, [now](const auto& told) { return told.second + kGap <= now; });
  std::size_t left = kToldARun;
  std::erase_if(waiting_, [&](core::CommentId comment) {
    if (left == 0 || !told_.try_emplace(comment, now).second) return false;
    --left;
    announce_(comment);
    return true;
  });
}

}  // namespace tocsin::server
