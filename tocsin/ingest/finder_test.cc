// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/finder.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The Web: what is at each address. Answers when the fetch has returned, as a fetcher does.
class FakeWeb final : public FetchPort {
 public:
  void fetch(FetchRequest request, std::function<void(FetchResult)> done) override {
    asked.push_back(request.url);
    const auto found = pages.find(request.url);
    FetchResult result{.status = 404};
    if (found != pages.end()) result = found->second;
    late.push_back([done = std::move(done), result = std::move(result)] { done(result); });
  }
  void run() {
    while (!late.empty()) {
      const auto next = std::move(late.front());
      late.erase(late.begin());
      next();
    }
  }
  void put(const std::string& url, const std::string& body) {
    pages[url] = {.status = 200, .body = body};
  }

  std::map<std::string, FetchResult> pages;
  std::vector<std::string> asked;
  std::vector<std::function<void()>> late;
};

std::string rss(const std::string& title, int items = 1) {
  std::string out = "<rss version='2.0'><channel><title>" + title + "</title>";
  for (int i = 1; i <= items; ++i) {
    out += "<item><title>Story " + std::to_string(i) + "</title><link>https://bell.example/" +
           std::to_string(i) + "</link><pubDate>Mon, 23 Nov 2026 09:3" + std::to_string(i % 10) +
           ":00 GMT</pubDate></item>";
  }
  return out + "</channel></rss>";
}

class FinderTest : public ::testing::Test {
 protected:
  std::vector<FoundFeed> find(const std::string& address) {
    std::vector<FoundFeed> out;
    int answers = 0;
    finder_.find(address, [&](Result<std::vector<FoundFeed>> found) {
      ++answers;
      error_ = found ? "" : found.error().message;
      if (found) out = *std::move(found);
    });
    web_.run();
    EXPECT_EQ(answers, 1);
    return out;
  }

  FakeWeb web_;
  Finder finder_{web_};
  std::string error_;
};

TEST_F(FinderTest, TakesAFeedForWhatItIs) {
  web_.put("https://bell.example/feed", rss("The Bell", 7));
  const auto found = find("https://bell.example/feed#top");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].title, "The Bell");
  EXPECT_EQ(found[0].items, 7u);
  EXPECT_EQ(found[0].problem, "");
  EXPECT_THAT(found[0].preview, SizeIs(Finder::kPreviewItems));
  EXPECT_EQ(found[0].preview[0].title, "Story 1");
  EXPECT_EQ(rfc3339(*found[0].newest), "2026-11-23T09:37:00Z");
  EXPECT_FALSE(found[0].has_content);
}

TEST_F(FinderTest, AsksThePageWhichFeedsItHas) {
  web_.put("https://bell.example/",
           R"(<link rel=alternate type=application/rss+xml href=/lost title="Lost">
      <link rel=alternate type=application/rss+xml href=/world title="World">
      <link rel=alternate type=application/atom+xml href=/sport>)");
  web_.put("https://bell.example/world", rss("World news"));
  web_.put("https://bell.example/sport", rss(""));
  const auto found = find("bell.example");
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_EQ(found[0].title, "World news");
  EXPECT_EQ(found[1].url, "https://bell.example/sport");
  EXPECT_EQ(found[2].title, "Lost");
  EXPECT_THAT(found[2].problem, HasSubstr("Nothing is at this address"));
}

TEST_F(FinderTest, LooksAtTheUsualPlacesOfASiteThatNamesNone) {
  web_.put("https://bell.example/", "<p>No feeds here");
  web_.put("https://bell.example/rss.xml", rss("Hidden"));
  web_.put("https://bell.example/feed.xml", "<html>not found</html>");
  const auto found = find("https://bell.example/");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].url, "https://bell.example/rss.xml");
  EXPECT_LE(web_.asked.size(), Finder::kVisitsMax);
}

TEST_F(FinderTest, VisitsNobodyFurtherOnceNobodyWaits) {
  web_.put("https://bell.example/", "<link rel=feed href=/a><link rel=feed href=/b>");
  web_.put("https://bell.example/a", rss("A"));
  int answers = 0;
  finder_.find(
      "https://bell.example/", [&](const Result<std::vector<FoundFeed>>&) { ++answers; },
      [&] { return web_.asked.size() < 2; });
  web_.run();
  EXPECT_THAT(web_.asked, ElementsAre("https://bell.example/", "https://bell.example/a"));
  EXPECT_EQ(answers, 1);
}

TEST_F(FinderTest, MakesRoomForOthersWhenASearchIsGivenUp) {
  const auto ignore = [](const Result<std::vector<FoundFeed>>&) {};
  web_.put("https://bell.example/", "<link rel=feed href=/a>");
  for (std::size_t i = 0; i < Finder::kSearchesMax; ++i) {
    finder_.find("https://bell.example/", ignore, [] { return false; });
  }
  web_.run();
  find("https://bell.example/");
  EXPECT_EQ(error_, "");
}

TEST_F(FinderTest, TellsWhatItHasFoundBeforeWhoAskedIsSentAway) {
  web_.put("https://slow.example/", "<link rel=feed href=/a><link rel=feed href=/b>");
  web_.put("https://slow.example/a", rss("A"));
  web_.pages["https://slow.example/"].duration = Finder::kVisitsTime / 2;
  web_.pages["https://slow.example/a"].duration = Finder::kVisitsTime / 2;
  const auto found = find("https://slow.example/");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].title, "A");
  EXPECT_THAT(web_.asked, SizeIs(2));
}

TEST_F(FinderTest, DoesNotSayThatASlowSiteHasNone) {
  web_.put("https://slow.example/", "<link rel=feed href=/a>");
  web_.pages["https://slow.example/"].duration = Finder::kVisitsTime;
  EXPECT_THAT(find("https://slow.example/"), IsEmpty());
  EXPECT_THAT(error_, HasSubstr("too slow"));
}

TEST_F(FinderTest, NamesAFeedOnceWhereverItIsFound) {
  FetchResult moved{.status = 200, .body = rss("The Bell")};
  moved.hops = {{301, "https://bell.example/real"}};
  web_.put("https://bell.example/", "<link rel=feed href=/a><link rel=feed href=/b>");
  web_.pages["https://bell.example/a"] = moved;
  web_.pages["https://bell.example/b"] = moved;
  const auto found = find("https://bell.example/");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].url, "https://bell.example/real");
}

TEST_F(FinderTest, TriesWithoutTlsWhereNobodySaidWith) {
  web_.pages["https://old.example/feed"] = {.failure = FetchFailure::kUnreachable};
  web_.put("http://old.example/feed", rss("Old"));
  EXPECT_THAT(find("old.example/feed"), SizeIs(1));
  EXPECT_THAT(find("https://old.example/feed"), IsEmpty());
  EXPECT_THAT(error_, HasSubstr("cannot be reached"));
}

TEST_F(FinderTest, VisitsNoMoreThanItMay) {
  std::string page;
  for (int i = 0; i < 40; ++i) page += "<link rel=feed href=/f" + std::to_string(i) + ">";
  web_.put("https://bell.example/", page);
  find("https://bell.example/");
  EXPECT_THAT(web_.asked, SizeIs(Finder::kVisitsMax));
}

TEST_F(FinderTest, RefusesWhatIsNoAddressAndTooManySearches) {
  for (const auto* const address :
       {"", "   ", "ftp://bell.example/", "file:///etc/passwd", "://"}) {
    EXPECT_THAT(find(address), IsEmpty());
    EXPECT_NE(error_, "") << address;
  }
  EXPECT_THAT(web_.asked, IsEmpty());
  int refused = 0;
  for (std::size_t i = 0; i < Finder::kSearchesMax + 2; ++i) {
    finder_.find("bell.example", [&](const auto& found) { refused += found ? 0 : 1; });
  }
  EXPECT_EQ(refused, 2);
  web_.run();
  web_.put("https://bell.example/", rss("The Bell"));
  EXPECT_THAT(find("bell.example"), SizeIs(1));
}

}  // namespace
}  // namespace tocsin::ingest
