// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include "tocsin/url/url.h"

namespace tocsin {
namespace {

bool is_public(const std::string& text) {
  const bool is_ipv6 = text.find(':') != text.npos;
  std::array<char, 16> bytes{};
  EXPECT_EQ(inet_pton(is_ipv6 ? AF_INET6 : AF_INET, text.c_str(), bytes.data()), 1) << text;
  return is_public_address({bytes.data(), is_ipv6 ? 16U : 4U});
}

TEST(Address, KnowsThePublicInternet) {
  for (const char* text :
       {"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.0.0", "198.17.255.255", "198.20.0.0",
        "223.255.255.255", "2606:4700::1111", "2a00::1", "2001:200::1", "::ffff:8.8.8.8",
        "2002:808:808::1", "64:ff9b::8.8.8.8"}) {
    EXPECT_TRUE(is_public(text)) << text;
  }
}

TEST(Address, RefusesWhatIsNotOnIt) {
  for (const char* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.255",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.8",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.0.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.7",
                           "203.0.113.7",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::127.0.0.1",
                           "::8.8.8.8",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "64:ff9b::10.0.0.1",
                           "64:ff9b::169.254.169.254",
                           "64:ff9b:1::1",
                           "100::1",
                           "2001::1",
                           "2001:db8::1",
                           "2002:7f00:1::1",
                           "2002:c0a8:1::1",
                           "3fff::1",
                           "fc00::1",
                           "fd12::1",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1"}) {
    EXPECT_FALSE(is_public(text)) << text;
  }
}

TEST(Address, RefusesBytesThatAreNoAddress) {
  EXPECT_FALSE(is_public_address(""));
  EXPECT_FALSE(is_public_address("\x08\x08\x08"));
  EXPECT_FALSE(is_public_address("\x08\x08\x08\x08\x08"));
}

}  // namespace
}  // namespace tocsin
