// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/api/api_fixture.h"
#include "tocsin/api/schemas.h"

namespace tocsin::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kFind = "/api/v1/feeds/find";

TEST(FeedRoutes, FindTheFeedsOfASite) {
  TestApi api;
  ingest::FoundFeed feed{.url = newsroom::sample::feed().url, .title = "The Wire", .items = 3};
  feed.format = feed::Format::kAtom10;
  feed.preview = {{"Quake", "https://wire.example/1", newsroom::sample::kNow}};
  api.found = std::vector{
      feed, ingest::FoundFeed{.url = "https://wire.example/lost", .problem = "Nothing."}};
  const auto response = api.call("admin", "POST", kFind, R"({"url":"wire.example"})");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(api.searched, ElementsAre("wire.example"));
  const auto json = json_of(response);
  const auto* items = json.find("items")->if_array();
  ASSERT_THAT(*items, SizeIs(2));
  for (const auto& item : *items) {
    EXPECT_TRUE(check(item, schemas::found_feed(), false).empty()) << item.dump();
  }
  EXPECT_EQ((*items)[0].text("format"), "atom10");
  EXPECT_EQ((*items)[0].find("is_followed")->if_bool(), true);
  EXPECT_EQ((*items)[1].find("is_followed")->if_bool(), false);
}

TEST(FeedRoutes, TellASearchThatNobodyWaitsForIt) {
  TestApi api;
  bool is_there = true;
  http::Request request{.method = "POST", .path = kFind, .body = R"({"url":"wire.example"})"};
  request.host = "bell.example";
  request.headers.add("authorization", "Bearer admin");
  request.headers.add("content-type", "application/json");
  request.is_awaited = [&] { return is_there; };
  EXPECT_EQ(api.call(request).status, 200);
  EXPECT_TRUE(api.is_search_wanted());
  is_there = false;
  EXPECT_FALSE(api.is_search_wanted());
}

TEST(FeedRoutes, SayWhyASiteCouldNotBeAsked) {
  TestApi api;
  api.found = Error{Errc::kUnavailable, "The server cannot be reached."};
  auto response = api.call("admin", "POST", kFind, R"({"url":"wire.example"})");
  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(json_of(response).text("code"), "site.silent");
  api.found = Error{Errc::kInvalidArgument, "this is no address of the Web"};
  response = api.call("admin", "POST", kFind, R"({"url":"!"})");
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(response.body, HasSubstr("no address of the Web"));
}

TEST(FeedRoutes, TakeAListAndGiveIt) {
  TestApi api;
  const Json body{{"opml", R"(<opml><body><outline text="World">
      <outline text="The Post" xmlUrl="https://post.example/rss" htmlUrl="https://post.example/"/>
      <outline text="Wire" xmlUrl="https://wire.example/feed"/></outline></body></opml>)"},
                  {"alert", "major"}};
  const auto response = api.call("admin", "POST", "/api/v1/opml", body.dump());
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.body, R"({"added":1,"known":1,"left_out":0})");
  const auto feeds = api.content.feeds(newsroom::sample::kSite);
  ASSERT_THAT(feeds, SizeIs(2));
  EXPECT_EQ(feeds[1].alert, core::Importance::kMajor);
  const auto again = api.call("admin", "POST", "/api/v1/opml", body.dump());
  EXPECT_EQ(again.body, R"({"added":0,"known":2,"left_out":0})");

  const auto list = api.call("read", "GET", "/api/v1/opml");
  EXPECT_EQ(list.headers.find("content-type"), "text/x-opml; charset=utf-8");
  EXPECT_THAT(list.body, HasSubstr("xmlUrl=\"https://post.example/rss\""));
}

TEST(FeedRoutes, RefuseWhatIsNoList) {
  TestApi api;
  for (const auto* const opml : {"", "<rss/>", "no list"}) {
    const auto response = api.call("admin", "POST", "/api/v1/opml", Json{{"opml", opml}}.dump());
    EXPECT_EQ(response.status, 422) << opml;
  }
  EXPECT_TRUE(api.newsroom.commands.empty());
}

}  // namespace
}  // namespace tocsin::api
