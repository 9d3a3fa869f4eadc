// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/throttling.h"

#include <gtest/gtest.h>

namespace tocsin::pushservice {
namespace {

constexpr Time kNow{Seconds(1'795'000'000)};

int passed(RateLimit& limit, Time now, int requests) {
  int out = 0;
  for (int i = 0; i < requests; ++i) out += limit.take(now) ? 1 : 0;
  return out;
}

TEST(RateLimit, LetsABurstPassAndThenTheRate) {
  RateLimit limit(100);
  EXPECT_EQ(passed(limit, kNow, 50), 10);
  EXPECT_EQ(passed(limit, kNow + Millis(50), 50), 5);
  EXPECT_EQ(passed(limit, kNow + Seconds(60), 50), 10);
  int steady = 0;
  for (int ms = 1; ms <= 1000; ++ms) steady += passed(limit, kNow + Seconds(60) + Millis(ms), 3);
  EXPECT_EQ(steady, 100);
}

TEST(RateLimit, OfOneASecondLetsOneASecondPass) {
  RateLimit limit(1);
  EXPECT_EQ(passed(limit, kNow, 5), 1);
  EXPECT_EQ(passed(limit, kNow + Millis(999), 5), 0);
  EXPECT_EQ(passed(limit, kNow + Millis(1000), 5), 1);
}

TEST(RateLimit, OfNoneIsNoLimit) {
  RateLimit limit(0);
  EXPECT_EQ(passed(limit, kNow, 1000), 1000);
}

TEST(RetryAfterWatch, CountsWhatComesBetweenTheGraceAndTheEnd) {
  RetryAfterWatch watch;
  EXPECT_FALSE(watch.is_too_early(kNow));
  watch.announce(kNow + Millis(50), Seconds(2));  // answered 50 ms late
  EXPECT_FALSE(watch.is_too_early(kNow));
  EXPECT_FALSE(watch.is_too_early(kNow + Millis(50) + RetryAfterWatch::kGrace));
  EXPECT_TRUE(watch.is_too_early(kNow + Millis(51) + RetryAfterWatch::kGrace));
  EXPECT_TRUE(watch.is_too_early(kNow + Millis(2049)));
  EXPECT_FALSE(watch.is_too_early(kNow + Millis(2050)));
}

TEST(RetryAfterWatch, KeepsToTheLatestEndOfSeveralAnswers) {
  RetryAfterWatch watch;
  watch.announce(kNow, Seconds(5));
  watch.announce(kNow + Millis(100), Seconds(1));
  EXPECT_TRUE(watch.is_too_early(kNow + Millis(4999)));
  watch.announce(kNow + Millis(4000), Seconds(5));
  EXPECT_TRUE(watch.is_too_early(kNow + Millis(8999)));
  EXPECT_FALSE(watch.is_too_early(kNow + Millis(9000)));
}

TEST(RetryAfterWatch, KnowsOfPausesThatDoNotTouch) {
  RetryAfterWatch watch;
  watch.announce(kNow, Seconds(1));
  watch.announce(kNow + Seconds(4), Seconds(1));
  EXPECT_TRUE(watch.is_too_early(kNow + Millis(900)));
  EXPECT_FALSE(watch.is_too_early(kNow + Seconds(2)));
  EXPECT_TRUE(watch.is_too_early(kNow + Millis(4900)));
}

TEST(RetryAfterWatch, AsksNobodyToWaitForNoTime) {
  RetryAfterWatch watch;
  watch.announce(kNow, Seconds(0));
  EXPECT_FALSE(watch.is_too_early(kNow + Millis(1)));
}

}  // namespace
}  // namespace tocsin::pushservice
