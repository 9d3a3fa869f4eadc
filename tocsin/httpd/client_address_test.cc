// SPDX-License-Identifier: Apache-2.0
#include "tocsin/httpd/client_address.h"

#include <gtest/gtest.h>

namespace tocsin::httpd {
namespace {

TEST(TrustedProxies, BelieveNobodyByDefault) {
  const auto proxies = TrustedProxies::parse({});
  EXPECT_EQ(proxies->client("192.0.2.1", "198.51.100.7"), "192.0.2.1");
}

TEST(TrustedProxies, ReadTheListFromTheRightAsFarAsTheyTrust) {
  const auto proxies = TrustedProxies::parse({"10.0.0.0/8", "2001:db8::/32", "127.0.0.1"});
  ASSERT_TRUE(proxies);
  EXPECT_EQ(proxies->client("10.1.2.3", "198.51.100.7"), "198.51.100.7");
  EXPECT_EQ(proxies->client("10.1.2.3", "6.6.6.6, 198.51.100.7 , 10.9.9.9"), "198.51.100.7");
  EXPECT_EQ(proxies->client("::ffff:10.1.2.3", "2001:db8::5"), "2001:db8::5");
  EXPECT_EQ(proxies->client("2001:db8::9", "2001:DB9::1"), "2001:db9::1");
  EXPECT_EQ(proxies->client("11.1.2.3", "198.51.100.7"), "11.1.2.3");
}

TEST(TrustedProxies, StopAtWhatIsNoAddress) {
  const auto proxies = TrustedProxies::parse({"10.0.0.0/8"});
  EXPECT_EQ(proxies->client("10.1.2.3", ""), "10.1.2.3");
  EXPECT_EQ(proxies->client("10.1.2.3", "198.51.100.7, unknown"), "10.1.2.3");
  EXPECT_EQ(proxies->client("10.1.2.3", "evil, 10.0.0.2"), "10.0.0.2");
}

TEST(TrustedProxies, NameTheEntryThatIsNoNetwork) {
  for (const auto entry : {"", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "::1/129", "/8"}) {
    const auto proxies = TrustedProxies::parse({entry});
    ASSERT_FALSE(proxies) << entry;
    EXPECT_NE(proxies.error().message.find(entry), std::string::npos);
  }
}

}  // namespace
}  // namespace tocsin::httpd
