// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/faults.h"

#include <gtest/gtest.h>

namespace tocsin::pushservice {
namespace {

TEST(Latency, IsReadAsTheCommandLineHasIt) {
  EXPECT_EQ(parse_latency("30-70")->min, Millis(30));
  EXPECT_EQ(parse_latency("30-70")->max, Millis(70));
  EXPECT_EQ(parse_latency("50")->min, Millis(50));
  EXPECT_EQ(parse_latency("50")->max, Millis(50));
  EXPECT_EQ(parse_latency("0-8000")->max, Answer::kDelayMax);
  for (const char* bad : {"", "-", "30-", "-70", "70-30", "x", "30-70x", "8001", "99999", "1.5"}) {
    EXPECT_FALSE(parse_latency(bad)) << bad;
  }
}

TEST(Faults, ReadsSharesAsTheCommandLineHasThem) {
  const auto shares = parse_fault_shares("410:0.01,429-bare:0.02,goaway:0.5");
  ASSERT_TRUE(shares);
  ASSERT_EQ(shares->size(), 3U);
  EXPECT_EQ((*shares)[0], std::pair(Fault::kGone, 0.01));
  EXPECT_EQ((*shares)[1], std::pair(Fault::kThrottledBare, 0.02));
  EXPECT_EQ((*shares)[2], std::pair(Fault::kGoAway, 0.5));
  EXPECT_TRUE(parse_fault_shares("")->empty());
  for (const char* bad : {"418:0.1", "410", "410:", "410:x", "410:-1", "410:0.6,429:0.6", ",", ":1",
                          "everybody-gone:1.5"}) {
    EXPECT_FALSE(parse_fault_shares(bad)) << bad;
  }
}

TEST(Faults, FollowTheScriptThenTheShares) {
  FaultDice dice({.shares = {{Fault::kServerError, 1.0}}, .script = {Fault::kNone, Fault::kStall}},
                 10);
  EXPECT_EQ(dice.next(1), Fault::kNone);
  EXPECT_EQ(dice.next(1), Fault::kStall);
  EXPECT_EQ(dice.next(1), Fault::kServerError);
}

TEST(Faults, HitAboutTheirShareOfRequests) {
  FaultDice dice({.seed = 7, .shares = {{Fault::kThrottled, 0.1}, {Fault::kReset, 0.2}}}, 10);
  int throttled = 0;
  int reset = 0;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    const Fault fault = dice.next(i);
    throttled += fault == Fault::kThrottled ? 1 : 0;
    reset += fault == Fault::kReset ? 1 : 0;
  }
  EXPECT_NEAR(throttled, 1000, 150);
  EXPECT_NEAR(reset, 2000, 200);
}

TEST(Faults, CallTheSameSubscriptionsGoneEveryTime) {
  FaultDice dice({.seed = 7, .shares = {{Fault::kGone, 0.3}}}, 1000);
  int gone = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const Fault first = dice.next(i);
    EXPECT_EQ(dice.next(i), first);
    gone += first == Fault::kGone ? 1 : 0;
  }
  EXPECT_NEAR(gone, 300, 60);
}

TEST(Faults, CallEverybodyGoneFromAMomentOn) {
  const auto shares = parse_fault_shares("everybody-gone:0.25,500:1");
  FaultDice dice({.shares = *shares}, 8);
  EXPECT_EQ(dice.next(1), Fault::kServerError);
  EXPECT_EQ(dice.next(2), Fault::kServerError);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(dice.next(1), Fault::kEverybodyGone);
}

TEST(Faults, SayWhatIsAnsweredAndDone) {
  EXPECT_EQ(status_of(Fault::kEverybodyGone), 410);
  EXPECT_EQ(status_of(Fault::kStall), 0);
  EXPECT_EQ(deed_of(Fault::kStall), Deed::kStall);
  EXPECT_EQ(deed_of(Fault::kSlowRead), Deed::kPause);
  EXPECT_TRUE(has_retry_after(Fault::kThrottled));
  EXPECT_FALSE(has_retry_after(Fault::kThrottledBare));
  EXPECT_TRUE(is_processed(Fault::kReset));
  EXPECT_FALSE(is_processed(Fault::kRefuse));
}

}  // namespace
}  // namespace tocsin::pushservice
