// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/notices.h"

#include <gtest/gtest.h>

#include "tocsin/newsroom/memory_content.h"
#include "tocsin/newsroom/sample.h"

namespace tocsin::server {
namespace {

namespace sample = newsroom::sample;

constexpr core::StoryId kStory{41};

struct Sent {
  core::Alert alert;
  core::SubscriptionId to;
  Notices::Sent done;
};

class NoticesTest : public ::testing::Test {
 protected:
  NoticesTest() {
    auto site = sample::site();
    site.comments.is_offered = true;
    content_.write(site);
    content_.write(sample::story(41));
    core::Comment comment{.id = core::CommentId{5},
                          .site = sample::kSite,
                          .story = kStory,
                          .name = "Bo",
                          .text = "It opens at noon."};
    comment.parent = core::CommentId{4};
    comment.was_shown = true;
    comment.announced = 1;
    content_.write(comment);
    core::Conversation conversation{.story = kStory, .site = sample::kSite};
    conversation.published = 1;
    conversation.latest = comment.announced;
    content_.write(conversation);
    follower_.device.back() = 9;
    content_.write(
        core::Reader{.id = core::ReaderId{71}, .site = sample::kSite, .device = follower_.device});
    content_.write(
        core::Comment{.id = core::CommentId{4}, .story = kStory, .reader = core::ReaderId{71}});
  }

  // Runs the notices of a process that starts at this moment.
  void start() {
    notices_.emplace(Notices::Ports{
        content_, clock_,
        [this](const core::Alert& alert, const core::Story&, const core::SubscriptionId& to,
               Notices::Sent done) {
          sent_.push_back({alert, to, std::move(done)});
          return true;
        },
        [this](const conversation::NoteTold& told) {
          const auto changes =
              conversation::apply(conversation::Context{content_, clock_.now(), "clock"}, told);
          ASSERT_TRUE(changes) << changes.error().message;
          for (const auto& change : *changes) {
            std::visit([this](const auto& record) { content_.write(record); }, change);
          }
        }});
    notices_->run();
  }
  void close() {
    auto conversation = *content_.conversation(kStory);
    conversation.mode = core::ConversationMode::kClosed;
    content_.write(conversation);
  }
  void follow() { content_.write(follower_); }
  // Somebody else, who was answered in another story.
  void follow_answered(std::uint64_t number) {
    core::Follower follower{.story = core::StoryId{number}, .replies = true};
    follower.device.front() = static_cast<std::uint8_t>(number % 256);
    follower.device[1] = static_cast<std::uint8_t>(number / 256);
    follower.reply = core::CommentId{20'000 + number};
    follower.unseen = 1;
    content_.write(sample::story(number));
    content_.write(core::Conversation{.story = follower.story, .site = sample::kSite, .latest = 1});
    const core::ReaderId reader{number};
    content_.write(core::Reader{.id = reader, .site = sample::kSite, .device = follower.device});
    const core::CommentId asked{10'000 + number};
    content_.write(core::Comment{.id = asked, .story = follower.story, .reader = reader});
    core::Comment answer{.id = follower.reply, .story = follower.story, .parent = asked};
    answer.announced = 1;
    content_.write(answer);
    content_.write(follower);
  }
  void later(Seconds by) {
    clock_.advance(by);
    notices_->run();
  }

  newsroom::MemoryContent content_;
  FakeClock clock_{sample::kNow};
  core::Follower follower_{.story = kStory};
  std::vector<Sent> sent_;
  std::optional<Notices> notices_;
};

TEST_F(NoticesTest, TellOfAnAnswerOnce) {
  follower_.replies = true;
  follower_.reply = core::CommentId{5};
  follower_.unseen = 1;
  follow();
  start();
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_EQ(sent_[0].alert.title, "Bo answered you");
  EXPECT_EQ(sent_[0].alert.body, "It opens at noon.");
  EXPECT_TRUE(sent_[0].alert.url.ends_with("/c/" + core::CommentId{5}.text()));
  later(Seconds(60));
  EXPECT_EQ(sent_.size(), 1U) << "it is on its way";
  sent_[0].done(core::Outcome::kAccepted);
  later(Seconds(3'600));
  EXPECT_EQ(sent_.size(), 1U);
  start();
  EXPECT_EQ(sent_.size(), 1U) << "nor after a restart";
}

TEST_F(NoticesTest, TellAgainWhatACrashOrAFailureLost) {
  follower_.replies = true;
  follower_.reply = core::CommentId{5};
  follow();
  start();
  ASSERT_EQ(sent_.size(), 1U);
  start();
  ASSERT_EQ(sent_.size(), 2U) << "the process ended before the push service answered";
  EXPECT_EQ(core::collapse_key(sent_[0].alert), core::collapse_key(sent_[1].alert));
  sent_[1].done(core::Outcome::kFailed);
  later(Seconds(1));
  EXPECT_EQ(sent_.size(), 2U) << "not at once";
  later(Seconds(61));
  EXPECT_EQ(sent_.size(), 3U);
}

// A push service may be out of reach for as long as a message lives, which is a day.
TEST_F(NoticesTest, OfDevicesThatCannotBeReachedKeepNobodyElseWaiting) {
  constexpr std::size_t kUnreachable = 1'000;
  for (std::uint64_t n = 0; n < kUnreachable; ++n) follow_answered(100 + n);
  start();
  EXPECT_EQ(sent_.size(), kUnreachable);
  follow_answered(5'000);
  for (int seconds = 0; seconds < 3; ++seconds) later(Seconds(1));
  ASSERT_EQ(sent_.size(), kUnreachable + 1);
  EXPECT_EQ(sent_.back().alert.site, sample::kSite);
  later(Seconds(60));
  EXPECT_EQ(sent_.size(), kUnreachable + 1);
}

TEST_F(NoticesTest, OfAConversationHaveATagOfTheirOwn) {
  follower_.all = true;
  follow();
  start();
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_EQ(sent_[0].alert.title, "New comments");
  EXPECT_NE(core::collapse_key(sent_[0].alert), core::collapse_key(sample::alert(1, 41)));
}

TEST_F(NoticesTest, AreCappedForThoseWhoHearOfEveryComment) {
  follower_.all = true;
  follow();
  start();
  ASSERT_EQ(sent_.size(), 1U);
  sent_[0].done(core::Outcome::kAccepted);
  auto conversation = *content_.conversation(kStory);
  conversation.latest = 2;
  content_.write(conversation);
  notices_->on_comment(kStory);
  later(Seconds(30));
  EXPECT_EQ(sent_.size(), 1U);
  later(Notices::kAllGap);
  EXPECT_EQ(sent_.size(), 2U);
}

TEST_F(NoticesTest, TellOnceThatItClosed) {
  follower_.closing = true;
  follow();
  start();
  EXPECT_TRUE(sent_.empty());
  close();
  notices_->on_closed(kStory);
  later(Seconds(1));
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_EQ(sent_[0].alert.title, "Comments are closed");
  sent_[0].done(core::Outcome::kAccepted);
  EXPECT_FALSE(content_.follower(kStory, follower_.device)) << "the wish is fulfilled";
}

TEST_F(NoticesTest, TellThatItClosedAfterWhatIsOnItsWay) {
  follower_.closing = follower_.replies = true;
  follower_.reply = core::CommentId{5};
  follow();
  start();
  close();
  notices_->on_closed(kStory);
  later(Seconds(1));
  ASSERT_EQ(sent_.size(), 1U);
  sent_[0].done(core::Outcome::kAccepted);
  later(Seconds(10));
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_EQ(sent_[1].alert.title, "Comments are closed");
  sent_[1].done(core::Outcome::kThrottled);
  later(Seconds(61));
  ASSERT_EQ(sent_.size(), 3U);
  sent_[2].done(core::Outcome::kAccepted);
  later(Seconds(3'600));
  EXPECT_EQ(sent_.size(), 3U);
}

TEST_F(NoticesTest, TellAfterARestartThatItClosed) {
  follower_.closing = true;
  follow();
  close();
  start();
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_EQ(sent_[0].alert.title, "Comments are closed");
}

TEST_F(NoticesTest, OfAClosingEndWhenItOpensAgain) {
  follower_.closing = true;
  follow();
  close();
  start();
  sent_[0].done(core::Outcome::kFailed);
  content_.write(core::Conversation{.story = kStory, .site = sample::kSite});
  later(Seconds(3'600));
  EXPECT_EQ(sent_.size(), 1U);
  EXPECT_TRUE(content_.follower(kStory, follower_.device)->closing);
}

}  // namespace
}  // namespace tocsin::server
