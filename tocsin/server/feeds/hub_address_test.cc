// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/feeds/hub_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string authorization(const std::string& text) {
  const auto hubs = parse_hubs({text}, true);
  return hubs ? hubs->at(0).authorization : hubs.error().message;
}

TEST(HubAddress, HasNoPasswordWhereNoneWasGiven) {
  const auto hubs = parse_hubs({"https://hub.example", "http://hub.example/x?y#z"}, true);
  ASSERT_TRUE(hubs);
  ASSERT_THAT(*hubs, SizeIs(2));
  EXPECT_EQ(hubs->at(0).url, "https://hub.example/");
  EXPECT_EQ(hubs->at(1).url, "http://hub.example/x?y");
  for (const auto& hub : *hubs) EXPECT_EQ(hub.authorization, "");
  EXPECT_THAT(*parse_hubs({}, false), IsEmpty());
}

TEST(HubAddress, TurnsAPasswordIntoAFieldOfItsOwn) {
  const auto hubs = parse_hubs({"https://Aladdin:open%20sesame@hub.example:8443/push"}, false);
  ASSERT_TRUE(hubs);
  EXPECT_EQ(hubs->at(0).url, "https://hub.example:8443/push");
  EXPECT_EQ(hubs->at(0).authorization, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");  // RFC 7617's own
  EXPECT_EQ(authorization("https://a@h.example/"), "Basic YTo=");
  EXPECT_EQ(authorization("https://:b@h.example/"), "Basic OmI=");
  EXPECT_EQ(authorization("https://a:b:c%40@h.example/"), "Basic YTpiOmNA");
}

TEST(HubAddress, SendsNoPasswordInTheClear) {
  for (const auto* text : {"http://desk:hunter2@hub.example/", "http://desk:hunter2@10.0.0.1/",
                           "http://desk:hunter2@127.0.0.1.example/"}) {
    EXPECT_THAT(authorization(text), AllOf(HasSubstr("use https"), Not(HasSubstr("hunter2"))));
  }
  for (const auto* host : {"127.0.0.1:80", "localhost:8080", "[::1]", "127.9.9.9"}) {
    const std::string text = "http://a:b@" + std::string(host) + "/";
    EXPECT_EQ(authorization(text), "Basic YTpi") << host;
    EXPECT_FALSE(parse_hubs({text}, false)) << host;
  }
}

TEST(HubAddress, IsAnErrorThatTellsNothingWhereItCannotBe) {
  for (const auto* text :
       {"hunter2", "ftp://desk:hunter2@hub.example/", "https://desk:hunter2@/",
        "https://de%3Ask:hunter2@hub.example/", "https://desk:hunter2%0A@hub.example/",
        "https://desk:hunter2%00@hub.example/", "mailto:hunter2@hub.example"}) {
    EXPECT_THAT(authorization(text), AllOf(HasSubstr("websub_hubs"), Not(HasSubstr("hunter2"))));
  }
}

TEST(HubAddress, CountsOnce) {
  const auto hubs = parse_hubs({"https://a:b@hub.example/", "https://hub.example"}, true);
  ASSERT_THAT(*hubs, SizeIs(1));
  EXPECT_EQ(hubs->at(0).authorization, "Basic YTpi");
}

}  // namespace
}  // namespace tocsin::server
