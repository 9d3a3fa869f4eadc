// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "tocsin/newsroom/content.h"
#include "tocsin/newsroom/sample.h"

// What every Content does, whatever keeps it. An adapter's test instantiates the suite with a
// fixture that is default-constructible and has
//   Result<Effects> execute(const Command&);   // committed when it returns
//   const Content& content();
namespace tocsin::newsroom {

template <class Harness>
class ContentContract : public ::testing::Test {
 protected:
  void put(Body body) {
    const auto effects = harness_.execute(sample::command(++last_, std::move(body)));
    ASSERT_TRUE(effects) << effects.error().message;
  }
  void put_sample() {
    put(PutSite{sample::site()});
    put(PutSource{sample::source()});
    put(PutFeed{sample::feed()});
  }
  const Content& content() { return harness_.content(); }

  Harness harness_;
  std::uint8_t last_ = 0;
};
TYPED_TEST_SUITE_P(ContentContract);

TYPED_TEST_P(ContentContract, IsEmptyAtFirst) {
  EXPECT_TRUE(this->content().sites().empty());
  EXPECT_TRUE(this->content().all_feeds().empty());
  EXPECT_FALSE(this->content().site(sample::kSite));
  EXPECT_FALSE(this->content().source(sample::kSource));
  EXPECT_FALSE(this->content().feed(sample::kFeed));
  EXPECT_FALSE(this->content().story(core::StoryId{1}));
  EXPECT_FALSE(this->content().alert(core::AlertId{1}));
  EXPECT_FALSE(this->content().item(sample::kFeed, {}));
  EXPECT_EQ(this->content().alerts_of(core::StoryId{1}), 0u);
}

TYPED_TEST_P(ContentContract, GivesBackEveryField) {
  auto site = sample::site();
  site.language = "pt-BR";
  site.tagline = "Ring \"it\" \xf0\x9f\x94\x94";
  site.origins = {"https://a.example", "http://localhost:8080"};
  site.per_message_keys = true;
  auto feed = sample::feed();
  feed.interval = Seconds{60};
  feed.is_own = true;
  feed.enabled = false;
  this->put(PutSite{site});
  this->put(PutSource{sample::source()});
  this->put(PutFeed{feed});
  site.created = sample::kNow + Seconds{1};
  feed.created = sample::kNow + Seconds{3};
  EXPECT_EQ(this->content().site(site.id), site);
  EXPECT_EQ(this->content().feed(feed.id), feed);

  auto story = sample::story(41);
  story.dateline = "VALPARAISO";
  story.body_html = "<p>All of it.</p>";
  story.image_url = "https://wire.example/i.jpg";
  story.language = "es";
  story.authors = {"A. Author", "B. \"Bee\""};
  story.credits = {{sample::kSource, "The Wire", "https://wire.example/41"}, {{}, "Other", ""}};
  story.topics = {"World", "Quakes"};
  story.state = core::StoryState::kCorrected;
  story.correction = "It was 5.8.";
  story.published = sample::kNow - Seconds{60};
  this->put(PutStory{story});
  story.recorded = story.updated = sample::kNow + Seconds{4};
  EXPECT_EQ(this->content().story(story.id), story);

  auto alert = sample::alert(51, 41);
  alert.title = "Quake";
  alert.body = "Felt in the capital";
  alert.url = "https://bell.example/live";
  alert.image_url = "https://wire.example/i.jpg";
  alert.actions = {{"Map", "https://bell.example/map"}};
  alert.importance = core::Importance::kBreaking;
  alert.ttl = Seconds{3600};
  this->put(CreateAlert{alert});
  alert.created = sample::kNow + Seconds{5};
  alert.created_by = "test";
  EXPECT_EQ(this->content().alert(alert.id), alert);
}

TYPED_TEST_P(ContentContract, ReplacesARecordOfTheSameId) {
  this->put_sample();
  auto site = sample::site();
  site.name = "The Other Bell";
  this->put(PutSite{site});
  site.created = this->content().site(site.id)->created;
  EXPECT_EQ(this->content().sites(), std::vector{site});
}

TYPED_TEST_P(ContentContract, ListsSourcesByNameAndFeedsByAge) {
  this->put_sample();
  auto source = sample::source();
  source.id = core::SourceId{22};
  source.name = "A Paper";
  this->put(PutSource{source});
  auto feed = sample::feed();
  feed.id = core::FeedId{30};
  this->put(PutFeed{feed});
  EXPECT_EQ(this->content().sources(sample::kSite).front().name, "A Paper");
  const auto feeds = this->content().feeds(sample::kSite);
  EXPECT_EQ(feeds.front().id, core::FeedId{30});
  EXPECT_EQ(this->content().all_feeds(), feeds);
  EXPECT_TRUE(this->content().feeds(core::SiteId{12}).empty());
}

TYPED_TEST_P(ContentContract, PagesThroughStoriesNewestFirst) {
  this->put_sample();
  for (std::uint64_t id = 1; id <= 5; ++id) this->put(PutStory{sample::story(id)});
  const auto first = this->content().stories({.site = sample::kSite, .limit = 2});
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].id, core::StoryId{5});
  EXPECT_EQ(first[1].id, core::StoryId{4});
  const auto rest = this->content().stories({.site = sample::kSite, .before = first[1].id});
  ASSERT_EQ(rest.size(), 3u);
  EXPECT_EQ(rest[0].id, core::StoryId{3});
  EXPECT_TRUE(this->content().stories({.site = core::SiteId{12}}).empty());
  EXPECT_TRUE(this->content().stories({.site = sample::kSite, .limit = 0}).empty());
}

TYPED_TEST_P(ContentContract, ListsStoriesByTopicSourceAndState) {
  this->put_sample();
  auto sport = sample::story(1);
  sport.topics = {"Sport"};
  this->put(PutStory{sport});
  auto wire = sample::story(2);
  wire.credits = {{sample::kSource, "The Wire", ""}};
  this->put(PutStory{wire});
  auto draft = sample::story(3);
  draft.state = core::StoryState::kDraft;
  this->put(PutStory{draft});
  this->put(PutStory{sample::story(4)});
  this->put(WithdrawStory{core::StoryId{4}, "It was a drill."});

  const auto by_topic = this->content().stories({.site = sample::kSite, .topic = "Sport"});
  ASSERT_EQ(by_topic.size(), 1u);
  EXPECT_EQ(by_topic[0].id, sport.id);
  const auto by_source =
      this->content().stories({.site = sample::kSite, .source = sample::kSource});
  ASSERT_EQ(by_source.size(), 1u);
  EXPECT_EQ(by_source[0].id, wire.id);
  EXPECT_EQ(this->content().stories({.site = sample::kSite}).size(), 2u);
  EXPECT_EQ(this->content().stories({.site = sample::kSite, .public_only = false}).size(), 4u);
}

TYPED_TEST_P(ContentContract, FindsStoriesOfATopicAmongManyOthers) {
  this->put_sample();
  auto sport = sample::story(1);
  sport.topics = {"Sport"};
  this->put(PutStory{sport});
  for (std::uint64_t id = 2; id <= 40; ++id) this->put(PutStory{sample::story(id)});
  EXPECT_EQ(this->content().stories({.site = sample::kSite, .limit = 1, .topic = "Sport"}).size(),
            1u);
  EXPECT_TRUE(this->content().stories({.site = sample::kSite, .topic = "sport%"}).empty());
}

TYPED_TEST_P(ContentContract, CountsAndListsAlerts) {
  this->put_sample();
  this->put(PutStory{sample::story(41)});
  for (std::uint64_t id = 1; id <= 3; ++id) {
    this->put(CreateAlert{.alert = sample::alert(id, 41), .again = true});
  }
  EXPECT_EQ(this->content().alerts_of(core::StoryId{41}), 3u);
  EXPECT_EQ(this->content().alert(core::AlertId{3})->version, 3u);
  const auto newest = this->content().alerts({.site = sample::kSite, .limit = 2});
  ASSERT_EQ(newest.size(), 2u);
  EXPECT_EQ(newest[0].id, core::AlertId{3});
  const auto older = this->content().alerts({.site = sample::kSite, .before = newest[1].id});
  ASSERT_EQ(older.size(), 1u);
  EXPECT_EQ(older[0].id, core::AlertId{1});
}

TYPED_TEST_P(ContentContract, AnswersARepeatedCommandAsTheFirstTime) {
  this->put_sample();
  this->put(PutStory{sample::story(41)});
  const auto command = sample::command(100, CreateAlert{.alert = sample::alert(51, 41)});
  const auto first = this->harness_.execute(command);
  const auto again = this->harness_.execute(command);
  ASSERT_TRUE(first);
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_EQ(again->changes.size(), 1u);
  EXPECT_EQ(std::get<core::Alert>(again->changes[0]), std::get<core::Alert>(first->changes[0]));
  EXPECT_EQ(this->content().alerts_of(core::StoryId{41}), 1u);
}

TYPED_TEST_P(ContentContract, WritesNothingOfARefusedCommand) {
  this->put_sample();
  auto twice = sample::item(2, 41);
  const auto effects = this->harness_.execute(sample::command(
      100, TakeItems{.feed = sample::kFeed, .items = {sample::item(1, 41), twice}}));
  ASSERT_FALSE(effects);
  EXPECT_EQ(effects.error().code, Errc::kInvalidArgument);
  EXPECT_FALSE(this->content().story(core::StoryId{41}));
  const auto corrected = this->harness_.execute(
      sample::command(100, TakeItems{.feed = sample::kFeed, .items = {sample::item(1, 41)}}));
  EXPECT_TRUE(corrected) << "a refused command may be repeated under its id";
}

REGISTER_TYPED_TEST_SUITE_P(ContentContract, IsEmptyAtFirst, GivesBackEveryField,
                            ReplacesARecordOfTheSameId, ListsSourcesByNameAndFeedsByAge,
                            PagesThroughStoriesNewestFirst, ListsStoriesByTopicSourceAndState,
                            FindsStoriesOfATopicAmongManyOthers, CountsAndListsAlerts,
                            AnswersARepeatedCommandAsTheFirstTime, WritesNothingOfARefusedCommand);

}  // namespace tocsin::newsroom
