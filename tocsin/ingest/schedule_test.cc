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
    EXPECT_EQ(wait_after_success(target, c.headers, c.ttl, kNow), c.wait);
  }
}

TEST(Schedule, PollsOurOwnFeedsAsOftenAsTheyAreSetTo) {
  const FeedTarget target{.interval = Seconds(15), .own = true};
  EXPECT_EQ(wait_after_success(target, field("cache-control", "max-age=900"), Seconds(600), kNow),
            Seconds(15));
  EXPECT_EQ(wait_after_success({.interval = Seconds(0), .own = true}, {}, {}, kNow), kIntervalMin);
}

TEST(Schedule, DoublesTheWaitWithEachFailureUpToADay) {
  const FeedTarget target{.interval = Seconds(300)};
  SeededRandom random(1);
  for (std::uint32_t failures = 1; failures < 100; ++failures) {
    const Seconds longest =
        failures < 10 ? std::min(kWaitMax, Seconds(300) * (1 << failures)) : kWaitMax;
    for (int i = 0; i < 20; ++i) {
      const Millis wait = wait_after_failure(target, failures, {}, kNow, random);
      EXPECT_GE(wait, longest / 2) << failures;
      EXPECT_LE(wait, longest) << failures;
    }
  }
}

TEST(Schedule, BringsApartFeedsThatFailedTogether) {
  SeededRandom random(1);
  const Millis first = wait_after_failure({}, 4, {}, kNow, random);
  EXPECT_NE(first, wait_after_failure({}, 4, {}, kNow, random));
}

TEST(Schedule, NeverComesBackBeforeRetryAfter) {
  const FeedTarget target{.interval = Seconds(1)};
  SeededRandom random(1);
  EXPECT_EQ(wait_after_failure(target, 1, field("retry-after", "120"), kNow, random), Seconds(120));
  EXPECT_EQ(wait_after_failure(target, 1, field("retry-after", "Mon, 23 Nov 2026 09:51:00 GMT"),
                               kNow, random),
            Seconds(600));
  EXPECT_EQ(wait_after_failure(target, 1, field("retry-after", "9999999"), kNow, random), kWaitMax);
  EXPECT_LE(wait_after_failure(target, 1, field("retry-after", "later"), kNow, random), Seconds(2));
}

TEST(Schedule, LeavesACalmFeedAloneUntilTheCalmEnds) {
  for (const bool own : {false, true}) {
    FeedTarget target{.interval = Seconds(30), .own = own};
    target.calm = Seconds(3600);
    target.calm_until = kNow + Seconds(9'000);
    EXPECT_EQ(wait_after_success(target, {}, std::nullopt, kNow), Seconds(3600));
    target.calm_until = kNow + Seconds(900);
    EXPECT_EQ(wait_after_success(target, {}, std::nullopt, kNow), Seconds(900));
    target.calm_until = kNow - Seconds(1);
    EXPECT_EQ(wait_after_success(target, {}, std::nullopt, kNow), Seconds(30));
  }
}

}  // namespace
}  // namespace tocsin::ingest
