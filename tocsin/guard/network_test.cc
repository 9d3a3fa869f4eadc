// SPDX-License-Identifier: Apache-2.0
#include "tocsin/guard/network.h"

#include <gtest/gtest.h>

namespace tocsin::guard {
namespace {

TEST(Network, IsTheSameForAddressesOfOneHousehold) {
  EXPECT_EQ(network_of("192.0.2.1"), network_of("192.0.2.255"));
  EXPECT_NE(network_of("192.0.2.1"), network_of("192.0.3.1"));
  EXPECT_EQ(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:2:ffff::"));
  EXPECT_NE(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
  EXPECT_EQ(network_of("fe80::1%eth0"), network_of("fe80::2"));
}

TEST(Network, OfAMappedAddressIsThatOfTheIpv4Address) {
  EXPECT_EQ(network_of("::ffff:192.0.2.1"), network_of("192.0.2.77"));
  EXPECT_NE(network_of("::ffff:192.0.2.1"), network_of("::ffff:192.0.3.1"));
}

TEST(Network, OfWhatIsNoAddressIsItsOwn) {
  EXPECT_EQ(network_of("unix"), network_of("unix"));
  EXPECT_NE(network_of("unix"), network_of("unix2"));
  EXPECT_NE(network_of(network_of("192.0.2.1")), network_of("192.0.2.1"));
}

TEST(NetworkHash, DependsOnTheNetworkAndTheKey) {
  const NetworkHash a(as_bytes("key a"));
  const NetworkHash b(as_bytes("key b"));
  EXPECT_EQ(a.of("192.0.2.1"), a.of("192.0.2.2"));
  EXPECT_NE(a.of("192.0.2.1"), a.of("192.0.3.1"));
  EXPECT_NE(a.of("192.0.2.1"), b.of("192.0.2.1"));
}

}  // namespace
}  // namespace tocsin::guard
