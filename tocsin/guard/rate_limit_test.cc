// SPDX-License-Identifier: Apache-2.0
#include "tocsin/guard/rate_limit.h"

#include <gtest/gtest.h>

namespace tocsin::guard {
namespace {

Instant at(int seconds) { return Instant{} + Seconds(seconds); }

TEST(RateLimit, GivesABurstAndThenItsRate) {
  RateLimit limit({.per_minute = 6});
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(limit.refuse("a", at(0)));
  EXPECT_EQ(limit.refuse("a", at(0)), Seconds(10));
  EXPECT_EQ(limit.refuse("a", at(4)), Seconds(6));
  EXPECT_FALSE(limit.refuse("a", at(10)));
  EXPECT_TRUE(limit.refuse("a", at(10)));
  EXPECT_FALSE(limit.refuse("b", at(10)));
}

TEST(RateLimit, HasABurstOfItsOwn) {
  RateLimit limit({.per_minute = 60, .burst = 2});
  EXPECT_FALSE(limit.refuse("a", at(0)));
  EXPECT_FALSE(limit.refuse("a", at(0)));
  EXPECT_EQ(limit.refuse("a", at(0)), Seconds(1));
  EXPECT_FALSE(limit.refuse("a", at(100)));
  EXPECT_FALSE(limit.refuse("a", at(100)));
  EXPECT_TRUE(limit.refuse("a", at(100)));
}

TEST(RateLimit, RemembersABoundedNumberOfKeys) {
  RateLimit limit({.per_minute = 1, .keys_max = 2});
  EXPECT_FALSE(limit.refuse("1", at(0)));
  EXPECT_FALSE(limit.refuse("2", at(0)));
  EXPECT_TRUE(limit.refuse("1", at(0)));
  EXPECT_FALSE(limit.refuse("3", at(0)));  // 2 was quiet for longest
  EXPECT_TRUE(limit.refuse("1", at(0)));
  EXPECT_EQ(limit.keys(), 2U);
}

TEST(RateLimit, TellsLongKeysApart) {
  RateLimit limit({.per_minute = 1});
  const std::string base(1'000, 'x');
  EXPECT_FALSE(limit.refuse(base + "a", at(0)));
  EXPECT_FALSE(limit.refuse(base + "b", at(0)));
  EXPECT_TRUE(limit.refuse(base + "a", at(0)));
}

}  // namespace
}  // namespace tocsin::guard
