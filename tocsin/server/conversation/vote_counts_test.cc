// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/vote_counts.h"

#include <vector>

#include <gtest/gtest.h>

namespace tocsin::server {
namespace {

class VoteCountsTest : public ::testing::Test {
 protected:
  // What is announced within the next seconds.
  std::size_t announced_within(Seconds seconds) {
    announced_.clear();
    for (Seconds passed{0}; passed < seconds; ++passed) {
      clock_.advance(Seconds(1));
      counts_.run();
    }
    return announced_.size();
  }

  FakeClock clock_{Time{Millis{1'795'000'000'000}}};
  std::vector<core::CommentId> announced_;
  VoteCounts counts_{clock_, [this](core::CommentId id) { announced_.push_back(id); }};
};

TEST_F(VoteCountsTest, AreToldOnceForManyVotesAndSoonForOne) {
  for (int i = 0; i < 100; ++i) counts_.on_vote({7});
  EXPECT_EQ(announced_within(Seconds(1)), 1U);
  EXPECT_EQ(announced_within(Seconds(60)), 0U);
  for (int i = 0; i < 20; ++i) {
    counts_.on_vote({7});
    counts_.on_vote({8});
    announced_within(Seconds(1));
  }
  announced_.clear();
  for (int i = 0; i < 20; ++i) {
    counts_.on_vote({7});
    clock_.advance(Seconds(1));
    counts_.run();
  }
  EXPECT_GE(announced_.size(), 4U);
  EXPECT_LE(announced_.size(), 5U);
}

TEST_F(VoteCountsTest, OfManyCommentsAreToldByTurns) {
  for (std::uint64_t id = 1; id <= 3 * VoteCounts::kToldARun; ++id) counts_.on_vote({id});
  EXPECT_EQ(announced_within(Seconds(1)), VoteCounts::kToldARun);
  EXPECT_EQ(announced_within(Seconds(2)), 2 * VoteCounts::kToldARun);
}

}  // namespace
}  // namespace tocsin::server
