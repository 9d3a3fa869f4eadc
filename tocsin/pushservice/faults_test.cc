// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/faults.h"

#include <gtest/gtest.h>

#include "tocsin/pushservice/fault_field.h"

namespace tocsin::pushservice {
namespace {

TEST(Faults, ReadsSharesAsTheCommandLineHasThem) {
  const auto shares = parse_fault_shares("410:0.01,429:0.02,goaway:0.5");
  ASSERT_TRUE(shares);
  ASSERT_EQ(shares->size(), 3U);
  EXPECT_EQ((*shares)[0], std::pair(Fault::kGone, 0.01));
  EXPECT_EQ((*shares)[2], std::pair(Fault::kGoAway, 0.5));
  EXPECT_TRUE(parse_fault_shares("")->empty());
  for (const char* bad : {"418:0.1", "410", "410:", "410:x", "410:-1", "410:0.6,429:0.6", ","}) {
    EXPECT_FALSE(parse_fault_shares(bad)) << bad;
  }
}

TEST(Faults, FollowTheScriptThenTheShares) {
  FaultDice dice({.shares = {{Fault::kServerError, 1.0}}, .script = {Fault::kNone, Fault::kStall}});
  EXPECT_EQ(dice.next("a"), Fault::kNone);
  EXPECT_EQ(dice.next("a"), Fault::kStall);
  EXPECT_EQ(dice.next("a"), Fault::kServerError);
}

TEST(Faults, HitAboutTheirShareOfRequests) {
  FaultDice dice({.seed = 7, .shares = {{Fault::kThrottled, 0.1}, {Fault::kReset, 0.2}}});
  int throttled = 0;
  int reset = 0;
  for (int i = 0; i < 10'000; ++i) {
    const Fault fault = dice.next("v" + std::to_string(i));
    throttled += fault == Fault::kThrottled ? 1 : 0;
    reset += fault == Fault::kReset ? 1 : 0;
  }
  EXPECT_NEAR(throttled, 1000, 150);
  EXPECT_NEAR(reset, 2000, 200);
}

TEST(Faults, CallTheSameSubscriptionsGoneEveryTime) {
  FaultDice dice({.seed = 7, .shares = {{Fault::kGone, 0.3}}});
  int gone = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "v" + std::to_string(i);
    const Fault first = dice.next(name);
    EXPECT_EQ(dice.next(name), first);
    gone += first == Fault::kGone ? 1 : 0;
  }
  EXPECT_NEAR(gone, 300, 60);
}

TEST(Faults, MakeTheResponseThatShowsThem) {
  const FaultDice dice({.retry_after = Seconds(9), .delay = Millis(40)});
  const http::Response accepted{.status = 201};
  EXPECT_EQ(dice.apply(Fault::kThrottled, accepted).status, 429);
  EXPECT_EQ(dice.apply(Fault::kThrottled, accepted).headers.find("retry-after"), "9");
  EXPECT_EQ(dice.apply(Fault::kDelay, accepted).status, 201);
  EXPECT_EQ(dice.apply(Fault::kDelay, accepted).headers.find(kFaultField), "delay 40");
  EXPECT_FALSE(dice.apply(Fault::kNone, accepted).headers.find(kFaultField));
  EXPECT_TRUE(is_processed(Fault::kReset));
  EXPECT_FALSE(is_processed(Fault::kRefuse));
}

}  // namespace
}  // namespace tocsin::pushservice
