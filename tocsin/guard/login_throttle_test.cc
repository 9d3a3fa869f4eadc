// SPDX-License-Identifier: Apache-2.0
#include "tocsin/guard/login_throttle.h"

#include <gtest/gtest.h>

namespace tocsin::guard {
namespace {

class LoginThrottleTest : public testing::Test {
 protected:
  Seconds wait(std::string_view account, std::string_view network) const {
    return throttle_.wait(account, network, now_);
  }
  void fail(std::string_view account, std::string_view network) {
    throttle_.failed(account, network, now_);
  }

  LoginThrottle throttle_;
  Instant now_{std::chrono::hours{100}};
};

TEST_F(LoginThrottleTest, DoublesTheWaitUpToALimit) {
  EXPECT_EQ(wait("ada", "home"), Seconds{0});
  for (const int seconds : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}) {
    fail("ada", "home");
    EXPECT_EQ(wait("ada", "home"), Seconds{seconds});
    now_ += Seconds{seconds} - Millis{1};
    EXPECT_EQ(wait("ada", "home"), Seconds{1});
    now_ += Millis{1};
    EXPECT_EQ(wait("ada", "home"), Seconds{0});
  }
}

TEST_F(LoginThrottleTest, ForgetsAfterAnHourWithoutFailure) {
  for (int i = 0; i < 5; ++i) fail("ada", "home");
  now_ += std::chrono::hours{1};
  fail("ada", "home");
  EXPECT_EQ(wait("ada", "home"), Seconds{1});
}

TEST_F(LoginThrottleTest, LetsTheOwnerInFromAnotherNetwork) {
  for (int i = 0; i < 15; ++i) fail("ada", "attacker");
  EXPECT_GT(wait("ada", "attacker"), Seconds{60});
  EXPECT_EQ(wait("ada", "home"), Seconds{0});
  EXPECT_EQ(wait("bob", "attacker"), Seconds{0});
}

TEST_F(LoginThrottleTest, SlowsAnAttackFromManyNetworksALittle) {
  for (int i = 0; i < 31; ++i) fail("ada", "network " + std::to_string(i));
  EXPECT_EQ(wait("ada", "home"), Seconds{5});
  EXPECT_EQ(wait("bob", "home"), Seconds{0});
  now_ += Seconds{5};
  EXPECT_EQ(wait("ada", "home"), Seconds{0});
}

TEST_F(LoginThrottleTest, SparesTheNetworkThatTheOwnerCameFrom) {
  throttle_.succeeded("ada", "home");
  for (int i = 0; i < 100; ++i) fail("ada", "network " + std::to_string(i));
  EXPECT_EQ(wait("ada", "home"), Seconds{0});
  EXPECT_EQ(wait("ada", "cafe"), Seconds{5});
}

TEST_F(LoginThrottleTest, SlowsANetworkThatTriesManyAccounts) {
  for (int i = 0; i < 20; ++i) fail("account " + std::to_string(i), "attacker");
  EXPECT_EQ(wait("ada", "attacker"), Seconds{0});
  for (int i = 0; i < 20; ++i) fail("other " + std::to_string(i), "attacker");
  EXPECT_EQ(wait("ada", "attacker"), Seconds{60});
}

TEST_F(LoginThrottleTest, StartsAgainAfterSuccess) {
  for (int i = 0; i < 5; ++i) fail("ada", "home");
  throttle_.succeeded("ada", "home");
  EXPECT_EQ(wait("ada", "home"), Seconds{0});
  fail("ada", "home");
  EXPECT_EQ(wait("ada", "home"), Seconds{1});
}

TEST_F(LoginThrottleTest, TellsPairsApartWhateverTheNamesHold) {
  fail("a", "bc");
  EXPECT_EQ(wait("ab", "c"), Seconds{0});
}

TEST(LoginThrottle, RemembersABoundedNumber) {
  LoginThrottle throttle(2);
  const Instant now{};
  throttle.failed("a", "x", now);
  throttle.failed("b", "x", now);
  throttle.failed("c", "x", now);
  EXPECT_EQ(throttle.wait("a", "x", now), Seconds{0});
  EXPECT_EQ(throttle.wait("c", "x", now), Seconds{1});
}

}  // namespace
}  // namespace tocsin::guard
