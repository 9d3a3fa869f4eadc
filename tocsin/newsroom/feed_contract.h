// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tocsin/newsroom/content_contract.h"

// What every Content does with what feeds brought; as ContentContract.
namespace tocsin::newsroom {

template <class Harness>
class FeedContract : public ContentContract<Harness> {};
TYPED_TEST_SUITE_P(FeedContract);

TYPED_TEST_P(FeedContract, RemembersItemsUntilTheirFeedIsRemoved) {
  this->put_sample();
  const auto item = sample::item(1, 41);
  this->put(TakeItems{.feed = sample::kFeed, .items = {item}});
  EXPECT_EQ(this->content().item(sample::kFeed, item.key), item.story.id);
  EXPECT_FALSE(this->content().item(core::FeedId{32}, item.key));
  this->put(RemoveFeed{sample::kFeed});
  EXPECT_FALSE(this->content().feed(sample::kFeed));
  EXPECT_FALSE(this->content().item(sample::kFeed, item.key));
  EXPECT_TRUE(this->content().story(item.story.id));
}

TYPED_TEST_P(FeedContract, KeepsHeldAlertsApart) {
  this->put_sample();
  auto odd = sample::item(1, 41);
  odd.ahead = 3 * kAheadMax;
  this->put(TakeItems{.feed = sample::kFeed, .items = {odd}});
  const AlertQuery held{.site = sample::kSite, .state = core::AlertState::kHeld};
  EXPECT_EQ(this->content().alerts(held), std::vector{*this->content().alert(core::AlertId{41})});
  EXPECT_EQ(this->content().held_alerts(sample::kSite).at(sample::kFeed), 1u);
  EXPECT_EQ(this->content().alerts_of(core::StoryId{41}), 0u);
  EXPECT_EQ(this->content().stories_at(sample::kFeed, odd.story.url).size(), 1u);
  EXPECT_EQ(this->content().stories_headed(sample::kFeed, odd.story.headline).size(), 1u);
  this->put(DecideAlerts{{core::AlertId{41}}, true});
  EXPECT_TRUE(this->content().alerts(held).empty());
  const auto out = this->content().alerts({.site = sample::kSite, .feed = sample::kFeed});
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].decided_by, "test");
  const AlertQuery later{.site = sample::kSite, .since = out[0].created + Millis(1)};
  EXPECT_TRUE(this->content().alerts(later).empty());
}

TYPED_TEST_P(FeedContract, TellsWhenAFeedBroughtSomething) {
  this->put_sample();
  EXPECT_EQ(this->content().feed_times(sample::kFeed, Time{}, 9).first_recorded, Time{});
  auto old = sample::item(1, 41);
  old.story.published = sample::kNow - Seconds(500);
  this->put(TakeItems{.feed = sample::kFeed, .items = {old}});
  this->put(PutStory{sample::story(42)});  // no feed's
  this->put(TakeItems{.feed = sample::kFeed, .items = {sample::item(3, 43)}});
  const auto first = *this->content().story(core::StoryId{41});
  const auto last = *this->content().story(core::StoryId{43});
  const auto all = this->content().feed_times(sample::kFeed, Time{}, 9);
  EXPECT_EQ(all.first_recorded, first.recorded);
  EXPECT_EQ(all.stories, (std::vector<StoryTimes>{{last.recorded, last.published},
                                                  {first.recorded, old.story.published}}));
  const auto one = this->content().feed_times(sample::kFeed, Time{}, 1);
  EXPECT_EQ(one.stories.size(), 1u);
  EXPECT_EQ(one.first_recorded, first.recorded);
  EXPECT_EQ(this->content().feed_times(sample::kFeed, first.recorded, 9).stories, one.stories);
  EXPECT_TRUE(this->content().feed_times(sample::kFeed, last.recorded, 9).stories.empty());
}

REGISTER_TYPED_TEST_SUITE_P(FeedContract, RemembersItemsUntilTheirFeedIsRemoved,
                            KeepsHeldAlertsApart, TellsWhenAFeedBroughtSomething);

}  // namespace tocsin::newsroom
