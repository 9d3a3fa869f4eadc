// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/schedule.h"

#include <gtest/gtest.h>

namespace tocsin::ingest {
namespace {

const Time kNow = *parse_rfc3339("2026-11-23T09:41:00Z");

http::Headers field(const std::string& name, const std::string& value) { return {{{name, value}}}; }

TEST(Schedule, TakesTheLongestOfWhatAStrangerAsksFor) {
  const FeedTarget target{.interval = Seconds(300)};
  struct Case {
    http::Headers headers;
    std::optional<Seconds> ttl;
    Seconds wait;
  };
  const Case cases[] = {
      {{}, std::nullopt, Seconds(300)},
      {field("cache-control", "max-age=900"), std::nullopt, Seconds(900)},
      {field("cache-control", "max-age=60"), std::nullopt, Seconds(300)},
      {field("cache-control", "no-store"), Seconds(600), Seconds(600)},
      {field("cache-control", "max-age=900"), Seconds(3600), Seconds(3600)},
      {field("expires", "Mon, 23 Nov 2026 10:41:00 GMT"), std::nullopt, Seconds(3600)},
      {field("expires", "0"), std::nullopt, Seconds(300)},
      {field("cache-control", "max-age=99999999999"), std::nullopt, kWaitMax},
      {{}, Seconds(9'999'999), kWaitMax},
      {field("cache-control", "max-age=soon"), Seconds(-5), Seconds(300)},
  };
  for (const Case& c : cases) {
    const FeedState state{.asked = asked_wait(c.headers, c.ttl, kNow), .last_fetch = kNow};
    EXPECT_EQ(due_after_success(target, state), kNow + c.wait);
  }
}

TEST(Schedule, PollsOurOwnFeedsAsOftenAsTheyAreSetTo) {
  const FeedTarget target{.interval = Seconds(15), .own = true};
  FeedState state{.skip_hours = 0xffffff, .last_fetch = kNow};
  state.asked = asked_wait(field("cache-control", "max-age=900"), Seconds(600), kNow);
  EXPECT_EQ(due_after_success(target, state), kNow + Seconds(15));
  EXPECT_EQ(interval_of({.interval = Seconds(0), .own = true}, {}, kNow), kIntervalMin);
}

TEST(Schedule, FollowsTheRhythmWhereThereIsNoInterval) {
  FeedState state{.last_fetch = kNow, .rhythm = {.gap = Seconds(2'400), .last_news = kNow}};
  EXPECT_EQ(due_after_success({}, state), kNow + Seconds(600));
  EXPECT_EQ(due_after_success({.own = true}, state), kNow + kOwnWaitMax);
  EXPECT_EQ(due_after_success({.interval = Seconds(90)}, state), kNow + Seconds(90));
  state.asked = Seconds(900);
  EXPECT_EQ(due_after_success({}, state), kNow + Seconds(900));
}

TEST(Schedule, LeavesACalmFeedAloneUntilItsCalmEnds) {
  const FeedState state{.last_fetch = kNow};
  FeedTarget calm{.interval = Seconds(60), .own = true, .calm = Seconds(600)};
  EXPECT_EQ(due_after_success(calm, state), kNow + Seconds(60));
  calm.calm_until = kNow + Seconds(3'600);
  EXPECT_EQ(due_after_success(calm, state), kNow + Seconds(600));
  calm.calm_until = kNow + Seconds(100);
  EXPECT_EQ(due_after_success(calm, state), kNow + Seconds(100));
}

TEST(Schedule, LeavesAFeedAloneInTheHoursAndOnTheDaysItAsksFor) {
  // 2026-11-23 is a Monday.
  const auto at = [](const char* text) { return *parse_rfc3339(text); };
  const Time monday = at("2026-11-23T09:41:00Z");
  EXPECT_EQ(outside_skipped(monday, 0, 0), monday);
  EXPECT_EQ(outside_skipped(monday, 1U << 8 | 1U << 10, 0), monday);
  EXPECT_EQ(outside_skipped(monday, 1U << 9 | 1U << 10, 0), at("2026-11-23T11:00:00Z"));
  EXPECT_EQ(outside_skipped(monday, 1U << 9, 1U << 0), at("2026-11-23T10:00:00Z"));
  EXPECT_EQ(outside_skipped(monday, 0, 1U << 1 | 1U << 2), at("2026-11-25T00:00:00Z"));
  EXPECT_EQ(outside_skipped(monday, 1U << 0, 1U << 1), at("2026-11-24T01:00:00Z"));
  EXPECT_EQ(outside_skipped(at("2026-11-23T23:10:00Z"), 1U << 23 | 1U << 0, 0),
            at("2026-11-24T01:00:00Z"));
  EXPECT_LE(outside_skipped(monday, 0xffffff, 0x7f), monday + kSkipMax);
}

TEST(Schedule, DoublesTheWaitWithEachFailureUpToADay) {
  SeededRandom random(1);
  for (std::uint32_t failures = 1; failures < 100; ++failures) {
    const Seconds longest =
        failures < 10 ? std::min(kWaitMax, Seconds(300) * (1 << failures)) : kWaitMax;
    for (int i = 0; i < 20; ++i) {
      const Millis wait = wait_after_failure(Seconds(300), failures, {}, kNow, random);
      EXPECT_GE(wait, longest / 2) << failures;
      EXPECT_LE(wait, longest) << failures;
    }
  }
}

TEST(Schedule, BringsApartFeedsThatFailedTogether) {
  SeededRandom random(1);
  const Millis first = wait_after_failure(Seconds(300), 4, {}, kNow, random);
  EXPECT_NE(first, wait_after_failure(Seconds(300), 4, {}, kNow, random));
}

TEST(Schedule, LeavesAFeedThatFailedAloneInTheHoursAndOnTheDaysItAsksFor) {
  SeededRandom random(1);
  // 9:41 on a Monday. It asks for quiet until noon, and on Tuesday.
  FeedState state{.skip_hours = 1U << 9 | 1U << 10 | 1U << 11,
                  .skip_days = 1U << 2,
                  .last_fetch = kNow,
                  .failures = 1};
  FeedTarget target{.interval = Seconds(60)};
  EXPECT_EQ(due_after_failure(target, state, {}, random), parse_rfc3339("2026-11-23T12:00:00Z"));
  // Retry-After asks for more, and ends on Tuesday.
  EXPECT_EQ(due_after_failure(target, state, field("retry-after", "80000"), random),
            parse_rfc3339("2026-11-25T00:00:00Z"));
  target.own = true;
  EXPECT_LE(due_after_failure(target, state, {}, random), kNow + Seconds(120));
}

TEST(Schedule, NeverComesBackBeforeRetryAfter) {
  SeededRandom random(1);
  EXPECT_EQ(wait_after_failure(Seconds(1), 1, field("retry-after", "120"), kNow, random),
            Seconds(120));
  EXPECT_EQ(wait_after_failure(Seconds(1), 1, field("retry-after", "Mon, 23 Nov 2026 09:51:00 GMT"),
                               kNow, random),
            Seconds(600));
  EXPECT_EQ(wait_after_failure(Seconds(1), 1, field("retry-after", "9999999"), kNow, random),
            kWaitMax);
  EXPECT_LE(wait_after_failure(Seconds(1), 1, field("retry-after", "later"), kNow, random),
            Seconds(2));
}

}  // namespace
}  // namespace tocsin::ingest
