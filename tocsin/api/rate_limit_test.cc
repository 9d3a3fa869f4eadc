// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/rate_limit.h"

#include <gtest/gtest.h>

namespace tocsin::api {
namespace {

Instant at(int seconds) { return Instant{} + Seconds(seconds); }

TEST(RateLimit, GivesABurstAndThenItsRate) {
  RateLimit limit({.per_minute = 6});
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(limit.refuse("192.0.2.1", at(0)));
  EXPECT_EQ(limit.refuse("192.0.2.200", at(0)), Seconds(10));
  EXPECT_EQ(limit.refuse("192.0.2.1", at(4)), Seconds(6));
  EXPECT_FALSE(limit.refuse("192.0.2.1", at(10)));
  EXPECT_TRUE(limit.refuse("192.0.2.1", at(10)));
  EXPECT_FALSE(limit.refuse("192.0.3.1", at(10)));
}

TEST(RateLimit, RemembersABoundedNumberOfNetworks) {
  RateLimit limit({.per_minute = 1, .networks_max = 2});
  EXPECT_FALSE(limit.refuse("192.0.1.1", at(0)));
  EXPECT_FALSE(limit.refuse("192.0.2.1", at(0)));
  EXPECT_TRUE(limit.refuse("192.0.1.1", at(0)));
  EXPECT_FALSE(limit.refuse("192.0.3.1", at(0)));  // 192.0.2 was quiet for longest
  EXPECT_TRUE(limit.refuse("192.0.1.1", at(0)));
  EXPECT_EQ(limit.networks(), 2U);
}

TEST(RateLimit, TakesNetworksNotAddresses) {
  EXPECT_EQ(network_of("192.0.2.1"), network_of("192.0.2.255"));
  EXPECT_NE(network_of("192.0.2.1"), network_of("192.0.3.1"));
  EXPECT_EQ(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:2:ffff::"));
  EXPECT_NE(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
  EXPECT_EQ(network_of("unix"), "unix");
}

}  // namespace
}  // namespace tocsin::api
