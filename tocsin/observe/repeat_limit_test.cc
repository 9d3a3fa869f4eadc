// SPDX-License-Identifier: Apache-2.0
#include "tocsin/observe/repeat_limit.h"

#include <gtest/gtest.h>

namespace tocsin::log {
namespace {

using std::chrono::seconds;

TEST(RepeatLimit, LetsTwentyLinesThroughInTenSecondsAndCountsTheRest) {
  RepeatLimit limit;
  const Instant start{};
  for (int i = 0; i < 20; ++i) EXPECT_EQ(limit.admit("a", start), 0u);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(limit.admit("a", start + seconds(9)), std::nullopt);

  EXPECT_EQ(limit.admit("a", start + seconds(10)), 7u);
  EXPECT_EQ(limit.admit("a", start + seconds(10)), 0u);
}

TEST(RepeatLimit, CountsEachEventForItself) {
  RepeatLimit limit;
  for (int i = 0; i < 30; ++i) (void)limit.admit("loud", Instant{});
  EXPECT_EQ(limit.admit("loud", Instant{}), std::nullopt);
  EXPECT_EQ(limit.admit("quiet", Instant{}), 0u);
}

TEST(RepeatLimit, RemembersABoundedNumberOfEvents) {
  RepeatLimit limit;
  for (int i = 0; i < 30; ++i) (void)limit.admit("loud", Instant{});
  for (std::size_t i = 0; i < RepeatLimit::kEventsMax; ++i) {
    (void)limit.admit(std::to_string(i), Instant{});
  }
  EXPECT_EQ(limit.admit("loud", Instant{}), 0u);
}

}  // namespace
}  // namespace tocsin::log
