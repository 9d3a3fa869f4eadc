// SPDX-License-Identifier: Apache-2.0
#include "tocsin/deliver/retry.h"

#include <limits>

#include <gtest/gtest.h>

namespace tocsin::deliver {
namespace {

using http::NoAnswer;

using core::PushService;
constexpr Time kNow{Seconds(1'795'000'000)};
constexpr Millis kPauseMax = Seconds(3'600);

Judgement judge_status(int status, PushService service,
                       std::optional<std::string> retry_after = std::nullopt) {
  http::Answer answer;
  answer.status = status;
  answer.retry_after = std::move(retry_after);
  return judge(answer, service, kNow, kPauseMax);
}

Verdict judge_missing(NoAnswer reason) {
  http::Answer answer;
  answer.no_answer = reason;
  return judge(answer, PushService::kFcm, kNow, kPauseMax).verdict;
}

TEST(Judge, KnowsTheEndsOfAMessage) {
  for (const int status : {200, 201, 202}) {
    EXPECT_EQ(judge_status(status, PushService::kFcm).verdict, Verdict::kAccepted);
  }
  EXPECT_EQ(judge_status(404, PushService::kMozilla).verdict, Verdict::kGone);
  EXPECT_EQ(judge_status(410, PushService::kApple).verdict, Verdict::kGone);
  EXPECT_EQ(judge_status(413, PushService::kFcm).verdict, Verdict::kRejected);
  for (const int status : {400, 401, 403}) {
    EXPECT_EQ(judge_status(status, PushService::kFcm).verdict, Verdict::kRefused);
  }
}

TEST(Judge, RetiresNobodyForAServerError) {
  for (const int status : {500, 502, 503, 504, 599}) {
    EXPECT_EQ(judge_status(status, PushService::kFcm).verdict, Verdict::kBroken) << status;
  }
  EXPECT_EQ(judge_missing(NoAnswer::kUncertain), Verdict::kBroken);
  EXPECT_EQ(judge_missing(NoAnswer::kUnreachable), Verdict::kBroken);
  EXPECT_EQ(judge_missing(NoAnswer::kNotProcessed), Verdict::kUnprocessed);
  EXPECT_EQ(judge_missing(NoAnswer::kForbidden), Verdict::kForbidden);
}

TEST(Judge, ObeysRetryAfterInBothForms) {
  EXPECT_EQ(judge_status(429, PushService::kFcm, "30").pause, Seconds(30));
  EXPECT_EQ(judge_status(503, PushService::kMozilla, "120").verdict, Verdict::kThrottled);
  // 1795000000 is 2026-11-18T11:06:40Z.
  EXPECT_EQ(judge_status(429, PushService::kFcm, "Wed, 18 Nov 2026 11:08:40 GMT").pause,
            Seconds(120));
  EXPECT_EQ(judge_status(429, PushService::kFcm, "99999999").pause, kPauseMax);
}

TEST(Judge, KnowsTheUsualPauseOfEachServiceWhereNoneIsGiven) {
  EXPECT_EQ(judge_status(429, PushService::kFcm).pause, Seconds(60));
  EXPECT_EQ(judge_status(429, PushService::kMozilla, "soon").pause, Seconds(120));
  EXPECT_EQ(judge_status(406, PushService::kWns).pause, Seconds(900));
  EXPECT_EQ(judge_status(429, PushService::kUnknown).pause, Seconds(30));
}

TEST(Judge, Takes406AsThrottlingFromWnsAlone) {
  EXPECT_EQ(judge_status(406, PushService::kWns).verdict, Verdict::kThrottled);
  EXPECT_EQ(judge_status(406, PushService::kFcm).verdict, Verdict::kRejected);
}

TEST(Backoff, DoublesItsBoundAndStaysBelowIt) {
  SeededRandom random(1);
  for (int i = 0; i < 200; ++i) {
    EXPECT_LE(backoff(1, random), Seconds(1));
    EXPECT_LE(backoff(4, random), Seconds(8));
    EXPECT_LE(backoff(4'000'000, random), Seconds(300));
  }
}

TEST(Breaker, TripsAfterSomeFailuresInARow) {
  Breaker breaker({.failures_max = 3, .pause_least = Seconds(5), .pause_most = Seconds(20)});
  EXPECT_FALSE(breaker.on_failure(Instant{}));
  EXPECT_FALSE(breaker.on_failure(Instant{}));
  breaker.on_success();
  EXPECT_FALSE(breaker.on_failure(Instant{}));
  EXPECT_FALSE(breaker.on_failure(Instant{}));
  EXPECT_TRUE(breaker.on_failure(Instant{}));
  EXPECT_EQ(breaker.in_flight_max(Instant{}), 0u);
  EXPECT_FALSE(breaker.on_failure(Instant{})) << "what was on its way does not count twice";
}

TEST(Breaker, LetsOneProbeThroughAndWaitsTwiceAsLongWhenItFails) {
  Breaker breaker({.failures_max = 1, .pause_least = Seconds(5), .pause_most = Seconds(20)});
  EXPECT_TRUE(breaker.on_failure(Instant{}));
  const Instant probe = breaker.opens_again();
  EXPECT_EQ(probe, Instant{} + Seconds(5));
  EXPECT_EQ(breaker.in_flight_max(probe), 1u);
  EXPECT_TRUE(breaker.on_failure(probe));
  EXPECT_EQ(breaker.opens_again(), probe + Seconds(10));
  breaker.on_success();
  EXPECT_EQ(breaker.in_flight_max(probe), std::numeric_limits<std::size_t>::max());
}

}  // namespace
}  // namespace tocsin::deliver
