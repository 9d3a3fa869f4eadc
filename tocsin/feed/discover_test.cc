// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/discover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::feed {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::vector<FoundLink> found(std::string_view page) {
  return find_feeds(as_bytes(page), {.base_url = "https://bell.example/world/"});
}
std::vector<std::string> urls(std::string_view page) {
  std::vector<std::string> out;
  for (auto& link : found(page)) out.push_back(std::move(link.url));
  return out;
}

TEST(FindFeeds, TakesWhatThePageDeclares) {
  EXPECT_THAT(
      found(
          R"x(<html><head><LINK REL=Alternate TYPE='application/rss+xml' HREF="/feed" TITLE="All  news">
               <link rel="alternate" type="application/atom+xml; charset=utf-8" href="atom.xml">
               <link rel="alternate feed" href="//feeds.example/x?a=1&amp;b=2">
               <link rel="alternate" type="application/feed+json" href="https://other.example/j">)x"),
      ElementsAre(FoundLink{"https://bell.example/feed", "All news"},
                  FoundLink{"https://bell.example/world/atom.xml", ""},
                  FoundLink{"https://feeds.example/x?a=1&b=2", ""},
                  FoundLink{"https://other.example/j", ""}));
}

TEST(FindFeeds, PassesOverWhatIsNoFeed) {
  EXPECT_THAT(urls(R"x(<link rel=alternate hreflang=de href=/de>
                      <link rel="alternate stylesheet" type="application/rss+xml" href="/style">
                      <link rel=stylesheet type="text/css" href=/a.css>
                      <link rel=alternate type=application/rss+xml>
                      <link rel=alternate type=application/rss+xml href="mailto:a@b.example">
                      <link rel=alternate type=application/rss+xml href="javascript:alert(1)">
                      <script>'<link rel=alternate type=application/rss+xml href=/no>'</script>
                      <!-- <link rel=alternate type=application/rss+xml href=/no> -->)x"),
              ElementsAre());
}

TEST(FindFeeds, ReadsAddressesAtTheBaseElement) {
  EXPECT_THAT(urls(R"x(<base href="https://cdn.example/root/"><base href="https://no.example/">
                      <link rel=alternate type=application/rss+xml href="rss#top">)x"),
              ElementsAre("https://cdn.example/root/rss"));
}

TEST(FindFeeds, NamesEachOnce) {
  EXPECT_THAT(urls(R"x(<link rel=alternate type=application/rss+xml href="/feed">
                      <link rel=alternate type=application/rss+xml href="https://BELL.example/feed">)x"),
              ElementsAre("https://bell.example/feed"));
}

TEST(FindFeeds, ElseTakesLinksThatLookLikeFeeds) {
  const std::string_view page = R"x(<a href="/about">About</a> <a href="/rss/">RSS</a>
      <a href="/news.atom">Atom</a> <a href="/?feed=rss2">x</a> <a href="/feedback">No</a>
      <a href="/feed.json">J</a> <a href="/index.html">No</a>)x";
  EXPECT_THAT(urls(page),
              ElementsAre("https://bell.example/rss/", "https://bell.example/news.atom",
                          "https://bell.example/?feed=rss2", "https://bell.example/feed.json"));
  EXPECT_THAT(urls(std::string(page) + R"x(<link rel=feed href="/declared">)x"),
              ElementsAre("https://bell.example/declared"));
}

TEST(FindFeeds, StopsAtItsLimits) {
  std::string page;
  for (int i = 0; i < 1'000; ++i) page += "<link rel=feed href=/f" + std::to_string(i) + ">";
  EXPECT_THAT(found(page), SizeIs(kFoundLinksMax));
  EXPECT_THAT(found(std::string(kFeedBytesMax + 1, ' ')), SizeIs(0));
}

TEST(UsualAddresses, StandAtTheRoot) {
  const auto all = usual_addresses(*Url::parse("https://bell.example:8443/world/?a=1"));
  EXPECT_EQ(all.front(), "https://bell.example:8443/feed");
}

}  // namespace
}  // namespace tocsin::feed
