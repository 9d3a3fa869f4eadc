// SPDX-License-Identifier: Apache-2.0
#include "tocsin/guard/open_limit.h"

#include <vector>

#include <gtest/gtest.h>

#include "tocsin/guard/network.h"

namespace tocsin::guard {
namespace {

TEST(OpenLimit, GivesEachKeySoManyAndNoMore) {
  OpenLimit limit(2);
  std::vector<Handle> held;
  for (int i = 0; i < 2; ++i) {
    auto place = limit.open("a");
    ASSERT_TRUE(place);
    held.push_back(*std::move(place));
  }
  EXPECT_FALSE(limit.open("a"));
  EXPECT_TRUE(limit.open("b")) << "another key has its own";
}

TEST(OpenLimit, TakesAnotherWhenOneEnds) {
  OpenLimit limit(1);
  auto first = limit.open("a");
  ASSERT_TRUE(first);
  EXPECT_FALSE(limit.open("a"));
  first->reset();
  EXPECT_TRUE(limit.open("a"));
}

TEST(OpenLimit, RemembersOnlyKeysThatHaveSome) {
  OpenLimit limit(3);
  auto first = limit.open("a");
  auto second = limit.open("a");
  EXPECT_EQ(limit.keys(), 1U);
  first.reset();
  EXPECT_EQ(limit.keys(), 1U);
  second.reset();
  EXPECT_EQ(limit.keys(), 0U);
}

TEST(OpenLimit, CountsTheAddressesOfOneNetworkTogether) {
  OpenLimit limit(1);
  const auto one = limit.open(network_of("2001:db8::1"));
  ASSERT_TRUE(one);
  EXPECT_FALSE(limit.open(network_of("2001:db8::ffff:1")));
  EXPECT_TRUE(limit.open(network_of("2001:db8:0:1::1")));
}

}  // namespace
}  // namespace tocsin::guard
