// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/feed_list.h"

#include "tocsin/base/random.h"
#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/newsroom_fixture.h"

namespace tocsin::newsroom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FeedLists : public Newsroom {
 protected:
  FeedListPlan plan(std::vector<feed::OpmlFeed> feeds) {
    return plan_feeds(content_, sample::kSite, {.feeds = std::move(feeds)},
                      core::Importance::kMinor, ids_);
  }

  FakeClock clock_{sample::kNow};
  SeededRandom random_{1};
  IdSource ids_{clock_, random_};
};

TEST_F(FeedLists, AreFollowedWithTheirSourcesAndFolders) {
  const auto planned = plan(
      {{"https://post.example/world", "The Post: world", "https://www.post.example/", {"World"}},
       {"https://post.example/sport", "The Post: sport", "https://post.example/", {"Sport"}},
       {"https://gazette.example/rss", "Gazette", "", {}}});
  EXPECT_THAT(planned.body.sources, SizeIs(2));
  put(planned.body);
  const auto feeds = content_.feeds(sample::kSite);
  ASSERT_THAT(feeds, SizeIs(4));
  EXPECT_EQ(feeds[1].source, feeds[2].source);
  EXPECT_EQ(content_.source(feeds[1].source)->name, "The Post: world");
  EXPECT_THAT(feeds[1].topics, ElementsAre("World"));
  EXPECT_EQ(feeds[1].alert, core::Importance::kMinor);
  EXPECT_EQ(content_.source(feeds[3].source)->name, "Gazette");
}

TEST_F(FeedLists, ChangeNothingThatIsHere) {
  const auto planned =
      plan({{sample::feed().url, "Another name", "https://wire.example/", {}},
            {"https://wire.example/sport", "Wire sport", "https://wire.example/", {}}});
  EXPECT_EQ(planned.known, 1u);
  EXPECT_THAT(planned.body.sources, IsEmpty());
  put(planned.body);
  EXPECT_EQ(content_.feed(sample::kFeed), sample::feed());
  EXPECT_EQ(content_.feeds(sample::kSite).back().source, sample::kSource);
  const auto again = plan({{"https://wire.example/sport", "Wire sport", "", {}}});
  EXPECT_THAT(again.body.feeds, IsEmpty());
}

TEST_F(FeedLists, AreCutWhereTheyAreTooLong) {
  std::vector<feed::OpmlFeed> feeds;
  for (std::size_t i = 0; i < kFeedsPerCommand + 10; ++i) {
    feeds.push_back({"https://h" + std::to_string(i) + ".example/", std::string(500, 'n'), "", {}});
  }
  feeds[0].folders.assign(2 * kTopicsMax, std::string(500, 't'));
  feeds[1].url += std::string(kUrlBytesMax, 'x');
  const auto planned = plan(feeds);
  EXPECT_EQ(planned.left_out, 10u);
  put(planned.body);
  EXPECT_THAT(content_.feeds(sample::kSite), SizeIs(kFeedsPerCommand + 1));
}

TEST_F(FeedLists, AreWrittenAsTheyAreRead) {
  put(plan({{"https://post.example/world", "The Post", "https://post.example/", {"World"}}}).body);
  const auto read = feed::read_opml(as_bytes(feed_list(content_, sample::site())));
  ASSERT_TRUE(read);
  ASSERT_THAT(read->feeds, SizeIs(2));
  EXPECT_EQ(read->feeds[1],
            (feed::OpmlFeed{
                "https://post.example/world", "The Post", "https://post.example/", {"World"}}));
}

TEST_F(FeedLists, AreTakenWholeOrNotAtAll) {
  auto planned = plan({{"https://post.example/", "The Post", "", {}}});
  planned.body.feeds[0].source = core::SourceId{99};
  EXPECT_EQ(refusal(Errc::kNotFound, planned.body), "feed.source: there is no such source");
  EXPECT_THAT(content_.feeds(sample::kSite), SizeIs(1));
  EXPECT_THAT(content_.sources(sample::kSite), SizeIs(1));
}

}  // namespace
}  // namespace tocsin::newsroom
