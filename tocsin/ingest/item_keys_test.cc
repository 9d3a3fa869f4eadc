// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/item_keys.h"

#include <set>

#include <gtest/gtest.h>

#include "tocsin/base/bytes.h"

namespace tocsin::ingest {
namespace {

feed::FeedItem item(std::string id, std::string url, std::string title = "",
                    std::string text = "") {
  feed::FeedItem out;
  out.id = std::move(id);
  out.link = std::move(url);
  out.title = std::move(title);
  out.content = feed::RawHtml(std::move(text), nullptr);
  return out;
}

std::vector<core::ItemKey> keys(std::vector<feed::FeedItem> items) {
  feed::ParsedFeed feed;
  feed.items = std::move(items);
  return assign_item_keys(feed);
}

core::ItemKey key(feed::FeedItem only) { return keys({std::move(only)}).at(0); }

std::size_t distinct(const std::vector<core::ItemKey>& all) {
  return std::set<core::ItemKey>(all.begin(), all.end()).size();
}

TEST(ItemKeys, StayWhenAnItemIsDatedOrSavedAgain) {
  feed::FeedItem dated = item("tag:1", "https://a.example/1", "Old title", "Old text");
  feed::FeedItem again = item("tag:1", "https://a.example/1?utm_source=x", "New title", "New text");
  again.published = Time(Seconds(1'795'426'860));
  EXPECT_EQ(key(dated), key(again));
  EXPECT_EQ(key(item("", "https://a.example/1", "Old")),
            key(item("", "https://a.example/1", "New")));
}

TEST(ItemKeys, StayWhenASiteMovesToHttps) {
  EXPECT_EQ(key(item("http://a.example/?p=1", "")), key(item("https://a.example/?p=1", "")));
  EXPECT_EQ(key(item("", "http://a.example/1")), key(item("", "https://a.example/1")));
}

TEST(ItemKeys, TellItemsApartById) {
  // The links are all equal, the ids are good.
  EXPECT_EQ(distinct(keys({item("1", "https://a.example/"), item("2", "https://a.example/"),
                           item("https://a.example/#c1", "https://a.example/"),
                           item("https://a.example/#c2", "https://a.example/")})),
            4u);
}

TEST(ItemKeys, DoNotBelieveAnIdThatStandsOnDifferentLinks) {
  const auto all = keys({item("site", "https://a.example/1"), item("site", "https://a.example/2"),
                         item("good", "https://a.example/3")});
  EXPECT_EQ(distinct(all), 3u);
  EXPECT_EQ(all[0], key(item("", "https://a.example/1")));
  EXPECT_EQ(all[2], key(item("good", "https://a.example/3")));
}

TEST(ItemKeys, BelieveAnIdThatRepeatsWithItsLink) {
  EXPECT_EQ(distinct(keys({item("1", "https://a.example/1"), item("1", "http://a.example/1")})),
            1u);
}

TEST(ItemKeys, DoNotBelieveALinkThatStandsBesideDifferentTitles) {
  const auto all =
      keys({item("", "https://a.example/", "One"), item("", "https://a.example/", "Two"),
            item("x", "https://a.example/", "Three")});
  EXPECT_EQ(distinct(all), 3u);
  EXPECT_EQ(all[2], key(item("x", "")));
}

TEST(ItemKeys, FallBackToTitleAndContent) {
  EXPECT_EQ(distinct(keys({item("", "", "A", "1"), item("", "", "A", "2"), item("", "", "A1", ""),
                           item("", "", "A", "1")})),
            3u);
}

TEST(ItemKeys, DoNotMixIdsLinksAndTitles) {
  EXPECT_EQ(distinct({key(item("a", "")), key(item("", "a")), key(item("", "", "a"))}), 3u);
}

// What is stored depends on it.
TEST(ItemKeys, AreTheSameForEver) {
  EXPECT_EQ(hex(key(item("tag:example.org,2026:1", "https://a.example/1"))),
            "699f7bfd9d0a9888c52cfab67ea5972d");
}

}  // namespace
}  // namespace tocsin::ingest
