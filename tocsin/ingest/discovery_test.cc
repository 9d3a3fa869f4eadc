// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kAddress = "https://news.example/feeds/all.xml";

http::Headers links(std::initializer_list<std::string> values) {
  http::Headers out;
  for (const auto& value : values) out.add("link", value);
  return out;
}

feed::ParsedFeed feed_with(std::vector<std::string> hubs, std::string self = "") {
  feed::ParsedFeed out;
  out.hubs = std::move(hubs);
  out.self = std::move(self);
  return out;
}

TEST(Discovery, FindsHubAndSelfInHeaderFields) {
  const auto found = discover(
      links({"<https://hub.example/>; rel=\"hub\"", "<https://news.example/self>; rel=\"self\""}),
      {}, kAddress);
  EXPECT_THAT(found.hubs, ElementsAre("https://hub.example/"));
  EXPECT_EQ(found.topic, "https://news.example/self");
}

TEST(Discovery, FindsBothInOneField) {
  const auto found =
      discover(links({"</hub>; rel=\"x HUB\", <https://other.example/>;rel=hub, <all>; rel=self"}),
               {}, kAddress);
  EXPECT_THAT(found.hubs, ElementsAre("https://news.example/hub", "https://other.example/"));
  EXPECT_EQ(found.topic, "https://news.example/feeds/all");
}

TEST(Discovery, FindsThemInTheDocument) {
  const auto found =
      discover({}, feed_with({"https://hub.example/"}, "https://news.example/self"), kAddress);
  EXPECT_THAT(found.hubs, ElementsAre("https://hub.example/"));
  EXPECT_EQ(found.topic, "https://news.example/self");
}

TEST(Discovery, PrefersHeaderFieldsToTheDocument) {
  const auto document = feed_with({"https://wrong.example/"}, "https://news.example/wrong");
  const auto both =
      discover(links({"<https://hub.example/>;rel=hub", "</self>;rel=self"}), document, kAddress);
  EXPECT_THAT(both.hubs, ElementsAre("https://hub.example/"));
  EXPECT_EQ(both.topic, "https://news.example/self");
  const auto hub_alone = discover(links({"<https://hub.example/>;rel=hub"}), document, kAddress);
  EXPECT_THAT(hub_alone.hubs, ElementsAre("https://hub.example/"));
  EXPECT_EQ(hub_alone.topic, "https://news.example/wrong");
  const auto self_alone = discover(links({"</self>;rel=self"}), document, kAddress);
  EXPECT_THAT(self_alone.hubs, ElementsAre("https://wrong.example/"));
  EXPECT_EQ(self_alone.topic, "https://news.example/wrong");
}

TEST(Discovery, LeavesADocumentWithoutANameUnnamed) {
  EXPECT_EQ(discover({}, feed_with({"https://hub.example/"}), kAddress).topic, "");
}

TEST(Discovery, FindsNothingWithoutAHub) {
  EXPECT_EQ(discover({}, feed_with({}, "https://news.example/self"), kAddress), Advertised{});
}

TEST(Discovery, LeavesOutHubsThatCannotBeCalled) {
  const auto found =
      discover(links({"<ftp://hub.example/>;rel=hub, <https://user:word@hub.example/>;rel=hub, "
                      "<javascript:x>;rel=hub, <https://" +
                      std::string(3'000, 'a') +
                      ".example/>;rel=hub, <https://a.example/#x>;rel=hub, "
                      "<https://b.example/>;rel=hub;anchor=\"https://other.example/\""}),
               {}, kAddress);
  EXPECT_THAT(found.hubs, ElementsAre("https://a.example/"));
}

TEST(Discovery, NamesAHubWithAPasswordThatIsLeftOutWhereThereIsNoOther) {
  const Advertised expected{.refused_hub = "https://hub.example/x"};
  const auto with_password = links({"<https://user:word@hub.example/x#y>; rel=hub"});
  EXPECT_EQ(discover(with_password, {}, kAddress), expected);
  feed::ParsedFeed feed;
  feed.self = "https://user:word@news.example/feed";
  feed.hubs = {"https://user@hub.example/x"};
  EXPECT_EQ(discover({}, feed, kAddress), expected);
  EXPECT_EQ(discover_in_page({}, "<link rel=hub href=https://u:w@hub.example/x>", kAddress),
            expected);
  feed.hubs.push_back("https://other.example/");
  EXPECT_EQ(discover(with_password, feed, kAddress).refused_hub, "");
  EXPECT_EQ(discover(with_password, feed, kAddress).hubs,
            std::vector<std::string>{"https://other.example/"});
  EXPECT_EQ(discover_in_fields(with_password, kAddress), std::nullopt);
}

TEST(Discovery, TakesAFewHubsEachOnce) {
  std::vector<std::string> hubs;
  for (int i = 0; i < 20; ++i) {
    hubs.push_back("https://hub" + std::to_string(i) + ".example/");
    hubs.push_back(hubs.back());
  }
  EXPECT_THAT(discover({}, feed_with(hubs), kAddress).hubs, SizeIs(kHubsMax));
}

TEST(Discovery, LooksIntoTheHeadOfAPage) {
  const auto found = discover_in_page({},
                                      "<!doctype html><HTML><HEAD lang=en><title>a</title>"
                                      "<!-- <link rel=hub href='https://comment.example/'> -->"
                                      "<script>'<link rel=hub href=/script>'</script>"
                                      "<link rel=\"x hub\" href='/hub'><LINK HREF=/self REL=Self>"
                                      "</head><body><link rel=hub href='/body'>",
                                      "https://news.example/page");
  EXPECT_THAT(found.hubs, ElementsAre("https://news.example/hub"));
  EXPECT_EQ(found.topic, "https://news.example/self");
}

TEST(Discovery, NeedsNoHeadTag) {
  for (const std::string html :
       {"<link rel=hub href=/hub>", "<title>x</title><link rel=hub href=/hub><header>",
        "<link rel=hub href=/hub><body><link rel=hub href=/no>"}) {
    EXPECT_THAT(discover_in_page({}, html, kAddress).hubs, ElementsAre("https://news.example/hub"))
        << html;
  }
  for (const std::string html :
       {"", "<head", "<head>", "<head ", "<", "<body><link rel=hub href=/x>", "<p>rel=hub</p>"}) {
    EXPECT_THAT(discover_in_page({}, html, kAddress).hubs, IsEmpty()) << html;
  }
}

TEST(Discovery, PrefersHeaderFieldsToAPage) {
  const auto found = discover_in_page(links({"<https://hub.example/>;rel=hub"}),
                                      "<head><link rel=hub href=/no></head>", kAddress);
  EXPECT_THAT(found.hubs, ElementsAre("https://hub.example/"));
}

}  // namespace
}  // namespace tocsin::ingest
