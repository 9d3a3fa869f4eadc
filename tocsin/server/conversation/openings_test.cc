// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/openings.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tocsin/newsroom/memory_content.h"
#include "tocsin/newsroom/sample.h"

namespace tocsin::server {
namespace {

namespace sample = newsroom::sample;

constexpr core::StoryId kStory{41};
constexpr std::uint64_t kFirst = 1'000;

class OpeningsTest : public ::testing::Test {
 protected:
  OpeningsTest() {
    site_.comments.is_offered = true;
    content_.write(site_);
    auto story = sample::story(41);
    story.published = sample::kNow;
    content_.write(story);
  }
  // As the store would write it.
  void announce(core::StoryId story) {
    announced_.push_back(story);
    auto conversation = content_.conversation(story).value_or(
        core::Conversation{.story = story, .site = sample::kSite});
    conversation.was_open = !conversation.was_open;
    content_.write(conversation);
  }
  // As many others as are watched.
  void write_stories() {
    for (std::uint64_t id = 0; id < Openings::kLookedAtMax; ++id) {
      content_.write(sample::story(kFirst + id));
    }
  }
  std::ptrdiff_t times_announced(core::StoryId story) const {
    return std::count(announced_.begin(), announced_.end(), story);
  }
  void later(Seconds by) {
    clock_.advance(by);
    openings_.look();
  }

  core::Site site_ = sample::site();
  newsroom::MemoryContent content_;
  FakeClock clock_{sample::kNow};
  std::vector<core::StoryId> announced_;
  Openings openings_{content_, clock_, [this](core::StoryId story) { announce(story); }};
};

TEST_F(OpeningsTest, AreAnnouncedOnceAtTheirHour) {
  core::Conversation conversation{.story = kStory, .site = sample::kSite};
  conversation.closes_at = sample::kNow + Seconds(60);
  content_.write(conversation);
  openings_.watch(kStory);
  later(Seconds(59));
  EXPECT_TRUE(announced_.empty());
  later(Seconds(1));
  EXPECT_EQ(announced_, std::vector{kStory});
  later(Seconds(3'600));
  EXPECT_EQ(announced_.size(), 1U);
}

TEST_F(OpeningsTest, FollowARuleThatChanges) {
  openings_.watch(kStory);
  later(Seconds(1));
  site_.comments.close_after_days = 1;
  content_.write(site_);
  openings_.touch_all();
  later(Seconds(86'300));
  EXPECT_TRUE(announced_.empty());
  later(Seconds(200));
  EXPECT_EQ(announced_.size(), 1U);
}

TEST_F(OpeningsTest, ForgetWhatNobodyHasLookedAtForLongest) {
  write_stories();
  openings_.watch(kStory);
  for (std::uint64_t id = 0; id < Openings::kLookedAtMax; ++id) {
    openings_.watch({kFirst + id});
    if (id == Openings::kLookedAtMax / 2) openings_.watch(kStory);
  }
  EXPECT_EQ(openings_.size(), Openings::kLookedAtMax);
  site_.comments.is_closed = true;
  content_.write(site_);
  later(Seconds(1));
  EXPECT_EQ(times_announced(kStory), 1) << "it was looked at again";
  for (std::uint64_t id = 0; id < Openings::kLookedAtMax; ++id) openings_.watch({kFirst + id});
  announced_.clear();
  site_.comments.is_closed = false;
  content_.write(site_);
  openings_.touch_all();
  later(Seconds(60));
  EXPECT_EQ(times_announced(kStory), 0);
}

// Anybody may open pages, of more conversations than are watched.
TEST_F(OpeningsTest, OfFollowedConversationsAreAnnouncedWhateverStrangersLookAt) {
  write_stories();
  openings_.follow(kStory);
  for (std::uint64_t id = 0; id < Openings::kLookedAtMax; ++id) openings_.watch({kFirst + id});
  EXPECT_EQ(openings_.size(), Openings::kLookedAtMax + 1);
  site_.comments.is_closed = true;
  content_.write(site_);
  later(Seconds(1));
  EXPECT_EQ(times_announced(kStory), 1);
}

TEST_F(OpeningsTest, OfNoStoryAreNotWatched) {
  openings_.watch({kFirst});
  EXPECT_EQ(openings_.size(), 0U);
}

TEST_F(OpeningsTest, OfStoriesThatNobodyWatchesAreNotAnnounced) {
  site_.comments.is_closed = true;
  content_.write(site_);
  openings_.touch_all();
  later(Seconds(60));
  EXPECT_TRUE(announced_.empty());
}

}  // namespace
}  // namespace tocsin::server
