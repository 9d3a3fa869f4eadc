// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/kept_bodies.h"

#include <gtest/gtest.h>

#include "tocsin/newsroom/sample.h"

namespace tocsin::newsroom {
namespace {

const BodyKey kPage{.story = {41}, .kind = "page", .shows_others = true};
const BodyKey kComments{.story = {41}, .kind = "comments"};
const BodyKey kOther{.story = {42}, .kind = "comments"};

class KeptBodiesTest : public ::testing::Test {
 protected:
  KeptBodiesTest() {
    for (const auto& key : {kPage, kComments, kOther}) keep(key);
  }
  static BodyBasis basis(core::StoryId story) {
    return {.story = sample::story(story.value), .conversation = {}, .opening = {}};
  }
  void keep(const BodyKey& key, std::string bytes = "text", std::uint64_t sequence = 10) {
    bodies_.keep(key, basis(key.story), {std::move(bytes), "\"etag\"", sequence});
  }
  bool has(const BodyKey& key, std::uint64_t sequence = 10) {
    return bodies_.find(key, basis(key.story), sequence) != nullptr;
  }

  KeptBodies bodies_;
};

TEST_F(KeptBodiesTest, GivesWhatWasMadeOfTheSame) {
  ASSERT_TRUE(has(kComments));
  EXPECT_EQ(bodies_.find(kComments, basis({41}), 10)->bytes, "text");
  auto changed = basis({41});
  changed.opening.state = conversation::Opening::State::kClosed;
  EXPECT_EQ(bodies_.find(kComments, changed, 10), nullptr) << "closed by the clock alone";
  changed = basis({42});
  changed.story.state = core::StoryState::kWithdrawn;
  EXPECT_EQ(bodies_.find(kOther, changed, 10), nullptr);
}

TEST_F(KeptBodiesTest, DropsWhatAChangeShowsIn) {
  bodies_.drop_changed({core::Comment{.id = {1}, .story = {41}}});
  EXPECT_FALSE(has(kPage));
  EXPECT_FALSE(has(kComments));
  EXPECT_TRUE(has(kOther));
  bodies_.drop_changed({core::Conversation{.story = {42}}});
  EXPECT_FALSE(has(kOther));
  EXPECT_EQ(bodies_.bytes(), 0U);
}

TEST_F(KeptBodiesTest, DropsPagesThatShowAnotherStory) {
  bodies_.drop_changed({sample::story(99)});
  EXPECT_FALSE(has(kPage));
  EXPECT_TRUE(has(kComments));
}

TEST_F(KeptBodiesTest, DropsAllWhenASiteChanges) {
  bodies_.drop_changed({sample::site()});
  EXPECT_EQ(bodies_.size(), 0U);
}

// A comment that many vote for would have the page written anew for each vote.
TEST_F(KeptBodiesTest, DropsNothingForAVoteUntilItIsTold) {
  bodies_.drop_changed({core::Comment{.id = {1}, .story = {41}, .votes = 1}, core::Vote{{1}, {2}}});
  EXPECT_TRUE(has(kComments));
  bodies_.drop_changed({core::LiveEvent{.kind = core::LiveEvent::Kind::kVotes, .story = {41}}});
  EXPECT_FALSE(has(kComments));
}

TEST_F(KeptBodiesTest, GivesNothingThatAPageWouldBeToldToLoadAgain) {
  EXPECT_TRUE(has(kComments, 10 + KeptBodies::kEventsMax));
  EXPECT_FALSE(has(kComments, 11 + KeptBodies::kEventsMax));
}

TEST_F(KeptBodiesTest, KeepsThoseUsedLastWithinItsBytes) {
  const std::string large(KeptBodies::kBodyBytesMax - 2'000, 'x');
  for (std::uint64_t id = 100; id < 106; ++id) {
    EXPECT_TRUE(has(kComments));
    keep({.story = {id}, .kind = "comments"}, large);
    EXPECT_LE(bodies_.bytes(), KeptBodies::kBytesMax);
  }
  EXPECT_TRUE(has(kComments));
  EXPECT_FALSE(has(kOther));
  EXPECT_FALSE(has({.story = {100}, .kind = "comments"}));
  EXPECT_TRUE(has({.story = {105}, .kind = "comments"}));
}

TEST_F(KeptBodiesTest, DoesNotKeepWhatIsTooLarge) {
  keep(kComments, std::string(KeptBodies::kBodyBytesMax, 'x'));
  EXPECT_FALSE(has(kComments));
}

}  // namespace
}  // namespace tocsin::newsroom
