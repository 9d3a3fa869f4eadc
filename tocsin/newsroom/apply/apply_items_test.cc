// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/newsroom_fixture.h"

namespace tocsin::newsroom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Items : public Newsroom {
 protected:
  Effects take(std::vector<TakenItem> items, bool first_sight = false) {
    return put(TakeItems{sample::kFeed, first_sight, std::move(items)});
  }
};

TEST_F(Items, ThatAreNewBecomeStoriesAndAlerts) {
  const auto effects = take({sample::item(1, 41)});
  const auto stories = written<core::Story>(effects);
  ASSERT_THAT(stories, SizeIs(1));
  EXPECT_EQ(stories[0].site, sample::kSite);
  EXPECT_EQ(stories[0].feed, sample::kFeed);
  EXPECT_EQ(stories[0].state, core::StoryState::kPublished);
  EXPECT_EQ(stories[0].language, "en");
  EXPECT_EQ(stories[0].published, now());
  EXPECT_EQ(stories[0].recorded, now());
  const auto alerts = written<core::Alert>(effects);
  ASSERT_THAT(alerts, SizeIs(1));
  EXPECT_EQ(alerts[0].id, core::AlertId{41});
  EXPECT_EQ(alerts[0].story, stories[0].id);
  EXPECT_EQ(alerts[0].title, "Quake hits the coast");
  EXPECT_EQ(alerts[0].body, "It was felt in the capital.");
  EXPECT_EQ(alerts[0].importance, core::Importance::kMajor);
  EXPECT_THAT(written<SeenItem>(effects), SizeIs(1));
}

TEST_F(Items, CreditTheFeedsSourceAndWhomTheyName) {
  auto item = sample::item(1, 41);
  item.story.credits = {{{}, "the wire", ""}, {{}, "Local Paper", "https://local.example/1"}};
  take({item});
  EXPECT_THAT(content_.story(core::StoryId{41})->credits,
              ElementsAre(core::Credit{sample::kSource, "The Wire", "https://wire.example/item1"},
                          core::Credit{{}, "Local Paper", "https://local.example/1"}));
}

TEST_F(Items, HaveTheFeedsTopicsAndTheirOwn) {
  auto item = sample::item(1, 41);
  item.story.topics = {"sport", "world", "  Chess ", "", std::string(65, 'x')};
  take({item});
  EXPECT_THAT(content_.story(core::StoryId{41})->topics, ElementsAre("World", "Sport", "Chess"));
}

TEST_F(Items, ThatAreRepeatedChangeNothing) {
  take({sample::item(1, 41)});
  EXPECT_THAT(take({sample::item(1, 42)}).changes, IsEmpty());
  EXPECT_EQ(records(take({sample::item(2, 43), sample::item(2, 44)})), 3U);
  EXPECT_FALSE(content_.story(core::StoryId{44}));
}

TEST_F(Items, ThatChangeUpdateTheirStoryInSilence) {
  take({sample::item(1, 41)});
  const Time first = now();
  auto item = sample::item(1, 42);
  item.story.headline = "Strong quake hits the coast";
  const auto effects = take({item});
  ASSERT_EQ(records(effects), 1U);
  const auto story = *content_.story(core::StoryId{41});
  EXPECT_EQ(story.headline, "Strong quake hits the coast");
  EXPECT_EQ(story.published, first);
  EXPECT_EQ(story.updated, now());
}

TEST_F(Items, LeaveStoriesAloneThatPeopleHaveChanged) {
  take({sample::item(1, 41), sample::item(2, 42)});
  auto edited = *content_.story(core::StoryId{41});
  edited.headline = "The editor's headline";
  put(PutStory{edited});
  put(WithdrawStory{core::StoryId{42}, "wrong"});
  auto first = sample::item(1, 41);
  first.story.headline = "The feed's headline";
  auto second = sample::item(2, 42);
  second.story.headline = "The feed's headline";
  EXPECT_THAT(take({first, second}).changes, IsEmpty());
}

TEST_F(Items, AtFirstSightOfTheFeedAreNotAlerted) {
  EXPECT_THAT(written<core::Alert>(take({sample::item(1, 41)}, true)), IsEmpty());
  EXPECT_TRUE(content_.story(core::StoryId{41}));
}

TEST_F(Items, OfAFeedWithoutARuleAreNotAlerted) {
  auto feed = sample::feed();
  feed.alert.reset();
  content_.write(feed);
  EXPECT_THAT(written<core::Alert>(take({sample::item(1, 41)})), IsEmpty());
}

TEST_F(Items, OlderThanAWeekAreNotAlerted) {
  auto item = sample::item(1, 41);
  item.story.published = sample::kNow + Seconds{1} - kHeldAgeMax;
  auto older = sample::item(2, 42);
  older.story.published = item.story.published - Millis{1};
  const auto alerts = written<core::Alert>(take({item, older}));
  ASSERT_THAT(alerts, SizeIs(1));
  EXPECT_EQ(alerts[0].story, core::StoryId{41});
}

TEST_F(Items, FromTheFutureWerePublishedWhenSeen) {
  auto item = sample::item(1, 41);
  item.story.published = item.story.updated = Time::max();
  take({item});
  EXPECT_EQ(content_.story(core::StoryId{41})->published, now());
  EXPECT_EQ(content_.story(core::StoryId{41})->updated, now());
}

TEST_F(Items, WithoutATitleTakeItFromTheirText) {
  auto item = sample::item(1, 41);
  item.story.headline = " ";
  auto bare = sample::item(2, 42);
  bare.story.headline = bare.story.summary_html = bare.story.url = "";
  take({item, bare});
  EXPECT_EQ(content_.story(core::StoryId{41})->headline, "It was felt in the capital.");
  EXPECT_FALSE(content_.story(core::StoryId{42}));
}

TEST_F(Items, BeyondTheLimitsAreCut) {
  auto item = sample::item(1, 41);
  item.story.headline.assign(10'000, 'x');
  item.story.dateline = "\xff";
  item.story.summary_html.assign(kSummaryBytesMax + 1, 'x');
  item.story.body_html = "\xff";
  item.story.url = "javascript:alert(1)";
  item.story.image_url = "x";
  item.story.language = "?";
  item.story.authors.assign(100, std::string(1000, 'x'));
  item.story.credits.assign(100, {{}, std::string(1000, 'x'), ""});
  item.story.topics.assign(100, std::string(1000, 'x'));
  take({item});
  const auto story = *content_.story(core::StoryId{41});
  EXPECT_EQ(story.headline.size(), kHeadlineCharactersMax - 1 + 3);
  EXPECT_EQ(story.dateline, "\xef\xbf\xbd");
  EXPECT_EQ(story.summary_html + story.body_html + story.url + story.image_url, "");
  EXPECT_EQ(story.language, "en");
  EXPECT_THAT(story.authors, SizeIs(kAuthorsMax));
  EXPECT_THAT(story.credits, SizeIs(kCreditsMax));
  EXPECT_THAT(story.topics, ElementsAre("World"));
}

TEST_F(Items, NeedIdsOfTheirOwn) {
  auto item = sample::item(1, 41);
  item.story.id = {};
  EXPECT_EQ(refusal(Errc::kInvalidArgument, TakeItems{sample::kFeed, false, {item}}),
            "items.story.id: is missing");
  item = sample::item(1, 41);
  item.alert = {};
  EXPECT_EQ(refusal(Errc::kInvalidArgument, TakeItems{sample::kFeed, false, {item}}),
            "items.alert: is missing");
  EXPECT_EQ(refusal(Errc::kInvalidArgument,
                    TakeItems{sample::kFeed, false, {sample::item(1, 41), sample::item(2, 41)}}),
            "items.story.id: is another story's");
  take({sample::item(1, 41)});
  EXPECT_EQ(refusal(Errc::kInvalidArgument, TakeItems{sample::kFeed, false, {sample::item(2, 41)}}),
            "items.story.id: is another story's");
  EXPECT_EQ(refusal(Errc::kNotFound, TakeItems{core::FeedId{99}, false, {}}),
            "feed: there is no such feed");
}

}  // namespace
}  // namespace tocsin::newsroom
