// SPDX-License-Identifier: Apache-2.0
#include "tocsin/deliver/pacing.h"

#include <chrono>

#include <gtest/gtest.h>

namespace tocsin::deliver {
namespace {

constexpr Pace kPace{.start = 100, .growth = 10, .least = 20, .most = 115};

// How many messages go in the second that begins at `from`, asked for each millisecond.
int sent_in_a_second(Pacer& pacer, Instant from) {
  int sent = 0;
  for (int i = 0; i < 1000; ++i) {
    while (pacer.take(from + Millis(i))) ++sent;
  }
  return sent;
}

TEST(Pacer, SendsAtItsRate) {
  Pacer pacer(kPace, Instant{});
  EXPECT_NEAR(sent_in_a_second(pacer, Instant{}), 100 + 5, 1);  // and the first burst
}

TEST(Pacer, SaysWhenTheNextMayGo) {
  Pacer pacer(kPace, Instant{});
  while (pacer.take(Instant{})) {
  }
  const Instant next = pacer.next(Instant{});
  EXPECT_FALSE(pacer.take(next - Millis(1)));
  EXPECT_TRUE(pacer.take(next));
}

TEST(Pacer, GrowsWhileMoreIsAskedForAndNotBeyondTheMost) {
  Pacer pacer(kPace, Instant{});
  sent_in_a_second(pacer, Instant{});
  sent_in_a_second(pacer, Instant{} + Seconds(1));
  EXPECT_DOUBLE_EQ(pacer.rate(), 110);
  for (int s = 2; s < 6; ++s) sent_in_a_second(pacer, Instant{} + Seconds(s));
  EXPECT_DOUBLE_EQ(pacer.rate(), 115);
}

TEST(Pacer, DoesNotGrowWhileItIsEnough) {
  Pacer pacer(kPace, Instant{});
  for (int s = 0; s < 10; ++s) EXPECT_TRUE(pacer.take(Instant{} + Seconds(s)));
  EXPECT_DOUBLE_EQ(pacer.rate(), 100);
}

TEST(Pacer, IsHalvedWhenThrottledDownToTheLeast) {
  Pacer pacer(kPace, Instant{});
  pacer.on_throttled();
  EXPECT_DOUBLE_EQ(pacer.rate(), 50);
  for (int i = 0; i < 10; ++i) pacer.on_throttled();
  EXPECT_DOUBLE_EQ(pacer.rate(), 20);
}

TEST(Pacer, TakesHalfOfWhatWasSentWhereThatWasLessThanAllowed) {
  Pacer pacer(kPace, Instant{});
  for (int i = 0; i < 60; ++i) pacer.take(Instant{} + Millis(10 * i));
  pacer.on_throttled();
  EXPECT_DOUBLE_EQ(pacer.rate(), 30);
}

TEST(Pacer, HasASlowPaceForServicesThatThrottleEarly) {
  const Pace wns = pace_of(core::PushService::kWns, 0.5);
  EXPECT_DOUBLE_EQ(wns.start, 250);
  EXPECT_LT(wns.start, pace_of(core::PushService::kFcm, 0.5).start);
}

}  // namespace
}  // namespace tocsin::deliver
