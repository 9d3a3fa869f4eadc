// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/demo/feeds.h"

#include "tocsin_demo_files.h"
#include <gtest/gtest.h>

#include "tocsin/feed/feed.h"

namespace tocsin::app {
namespace {

constexpr Time kStart{Millis(1'795'340'460'000)};
constexpr Seconds kEvery{60};

DemoFeeds load() {
  return *DemoFeeds::load(tocsin_demo_files().front().bytes, "http://localhost:8080", kStart,
                          kEvery);
}

std::size_t items_at(const DemoFeeds& feeds, const std::string& key, Time now) {
  http::Request request;
  request.path = "/demo/" + key;
  const auto response = feeds.respond(request, now);
  const auto parsed = feed::parse(as_bytes(response.body), {});
  EXPECT_TRUE(parsed) << parsed.error().message;
  EXPECT_TRUE(parsed->warnings.empty()) << parsed->warnings.front();
  return parsed->items.size();
}

TEST(DemoFeeds, TogetherGainOneStoryEachTime) {
  const auto feeds = load();
  const auto all_at = [&](Time now) {
    std::size_t sum = 0;
    for (const auto& outlet : feeds.outlets()) sum += items_at(feeds, outlet.key, now);
    return sum;
  };
  const std::size_t first = all_at(kStart);
  EXPECT_EQ(all_at(kStart + kEvery - Millis(1)), first);
  EXPECT_EQ(all_at(kStart + kEvery), first + 1);
  EXPECT_EQ(all_at(kStart + 3 * kEvery), first + 3);
}

TEST(DemoFeeds, AnswerNotModifiedWhileNothingChanged) {
  const auto feeds = load();
  http::Request request;
  request.path = "/demo/gazette";
  const auto response = feeds.respond(request, kStart);
  request.headers.add("if-none-match", *response.headers.find("etag"));
  EXPECT_EQ(feeds.respond(request, kStart).status, 304);
  EXPECT_EQ(feeds.respond(request, kStart + 40 * kEvery).status, 200);
}

TEST(DemoFeeds, EveryStoryHasItsPage) {
  const auto feeds = load();
  http::Request request;
  request.path = "/demo/gazette";
  const auto parsed = feed::parse(as_bytes(feeds.respond(request, kStart).body), {});
  for (const auto& item : parsed->items) {
    request.path = item.link.substr(std::string("http://localhost:8080").size());
    EXPECT_EQ(feeds.respond(request, kStart).status, 200) << item.link;
  }
  request.path = "/demo/gazette/999";
  EXPECT_EQ(feeds.respond(request, kStart).status, 404);
}

}  // namespace
}  // namespace tocsin::app
