// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/rhythm.h"

#include <gtest/gtest.h>

#include "tocsin/ingest/feed_state.h"

namespace tocsin::ingest {
namespace {

const Time kNow = *parse_rfc3339("2026-11-23T09:41:00Z");
constexpr Seconds kHour{3'600};

// A feed that has brought `at_once` items every `gap` for a long time.
Rhythm steady(Seconds gap, std::size_t at_once = 1) {
  Rhythm out;
  for (int i = 100; i >= 0; --i) learn(out, at_once, kNow - i * gap);
  return out;
}

TEST(Rhythm, LooksFourTimesForEachNews) {
  EXPECT_EQ(wait_of(steady(Seconds(2'400)), false, kNow), Seconds(600));
  EXPECT_EQ(wait_of(steady(Seconds(120)), true, kNow), Seconds(30));
}

TEST(Rhythm, HasAFloorAndACeiling) {
  EXPECT_EQ(wait_of(steady(Seconds(5)), false, kNow), kStrangerWaitMin);
  EXPECT_EQ(wait_of(steady(24 * kHour), false, kNow), kStrangerWaitMax);
  EXPECT_EQ(wait_of(steady(Seconds(5)), true, kNow), kOwnWaitMin);
  EXPECT_EQ(wait_of(steady(24 * kHour), true, kNow), kOwnWaitMax);
}

TEST(Rhythm, ThatIsNotKnownIsFiveMinutes) {
  EXPECT_EQ(wait_of({}, false, kNow), Seconds(300));
  EXPECT_EQ(wait_of({}, true, kNow), kOwnWaitMax);
}

TEST(Rhythm, LetsAFeedSleepThatFallsSilent) {
  const Rhythm busy = steady(Seconds(600));
  Seconds before = wait_of(busy, false, kNow);
  EXPECT_EQ(before, Seconds(150));
  for (int hours = 1; hours <= 4; ++hours) {
    const Seconds wait = wait_of(busy, false, kNow + hours * kHour);
    EXPECT_GT(wait, before);
    before = wait;
  }
  EXPECT_EQ(before, kStrangerWaitMax);
}

TEST(Rhythm, WakesUpWithTheFirstNews) {
  Rhythm rhythm = steady(Seconds(600));
  learn(rhythm, 1, kNow + 8 * kHour);
  // The night is one gap among many.
  EXPECT_LE(wait_of(rhythm, false, kNow + 8 * kHour), Seconds(1'200));
  for (int i = 1; i <= 20; ++i) learn(rhythm, 1, kNow + 8 * kHour + i * Seconds(600));
  EXPECT_LE(wait_of(rhythm, false, rhythm.last_news), Seconds(240));
}

TEST(Rhythm, IsReadFromTheFirstDocument) {
  std::vector<Time> published;
  for (int i = 0; i < 30; ++i) published.push_back(kNow - i * Seconds(1'200));
  const Rhythm rhythm = first_rhythm(published, kNow);
  EXPECT_EQ(rhythm.gap, Seconds(1'200));
  EXPECT_EQ(rhythm.last_news, kNow);
  EXPECT_EQ(wait_of(rhythm, false, kNow), Seconds(300));
}

TEST(Rhythm, BelievesNoDateThatCannotBe) {
  EXPECT_EQ(first_rhythm({}, kNow), Rhythm{});
  EXPECT_EQ(first_rhythm({kNow + kHour, Time{}}, kNow), Rhythm{});
  const Rhythm rhythm = first_rhythm({kNow, kNow, Time{Millis{1}}}, kNow);
  EXPECT_GT(rhythm.gap, 24 * kHour);
  EXPECT_LE(rhythm.gap, 30 * 24 * kHour);
}

TEST(Rhythm, IsNotBrokenByAClockThatJumpsBack) {
  Rhythm rhythm = steady(Seconds(600));
  learn(rhythm, 1, kNow - 48 * kHour);
  EXPECT_GE(rhythm.gap, Seconds(1));
  EXPECT_EQ(rhythm.last_news, kNow);
  EXPECT_EQ(wait_of(rhythm, false, kNow - 48 * kHour), Seconds(131));
}

TEST(Rhythm, SaysHowManyAtOnceAreNoWonder) {
  EXPECT_EQ(plausible_items({}, Seconds(60)), 0u);
  EXPECT_EQ(plausible_items(steady(Seconds(600), 2), Seconds(60)), 8u);
  EXPECT_EQ(plausible_items(steady(Seconds(600), 2), Seconds(600)), 8u);
  // After a night in which we were not there, as many more.
  EXPECT_EQ(plausible_items(steady(Seconds(600), 2), Seconds(36'000)), 480u);
}

TEST(FeedStates, RememberHowManyItemsWereFresh) {
  FeedState state;
  state.fetches = {{.at = kNow}, {.at = kNow - kHour}};
  learn(state, 0, kNow);
  EXPECT_EQ(state.rhythm, Rhythm{});
  learn(state, 3, kNow - kHour);
  EXPECT_EQ(state.fetches[0].fresh, 0u);
  EXPECT_EQ(state.fetches[1].fresh, 3u);
  EXPECT_EQ(state.rhythm.at_once, 3);
}

}  // namespace
}  // namespace tocsin::ingest
