// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tocsin/newsroom/sample.h"
#include "tocsin/store/content/changes.h"
#include "tocsin/store/content/sql_content.h"
#include "tocsin/store/folder.h"
#include "tocsin/store/schema.h"
#include "tocsin/store/store_fixture.h"

namespace tocsin::store {
namespace {

namespace sample = newsroom::sample;

// Records written straight into the tables and read back.
class ConversationTables : public ::testing::Test {
 protected:
  ConversationTables() {
    const std::string file = folder_.path() + "/x.db";
    TOCSIN_CHECK(create_private_file(file).has_value());
    auto opened = Database::open(file, Database::Mode::kReadWrite);
    TOCSIN_CHECK(opened.has_value());
    database_.emplace(*std::move(opened));
    TOCSIN_CHECK(migrate(*database_, migrations()).has_value());
    content_.emplace(*database_);
    write(sample::site());
    write(sample::story(41));
  }
  void write(const newsroom::Change& change) {
    const auto written = write_change(*database_, change);
    ASSERT_TRUE(written) << written.error().message;
  }
  static core::Comment comment(std::uint64_t id) {
    return {.id = core::CommentId{id},
            .site = sample::kSite,
            .story = core::StoryId{41},
            .reader = core::ReaderId{71},
            .name = "Ana",
            .text = "Hello",
            .created = sample::kNow};
  }

  TemporaryFolder folder_;
  std::optional<Database> database_;
  std::optional<SqlContent> content_;
};

TEST_F(ConversationTables, GiveBackEveryFieldOfAComment) {
  auto one = comment(5);
  one.parent = core::CommentId{4};
  one.badge = core::Badge::kModerator;
  one.state = core::CommentState::kRejected;
  one.phase = "words";
  one.reason = "the word";
  one.statement = "It has a word.";
  one.is_featured = one.is_appealed = true;
  one.votes = 3;
  one.reports = 2;
  one.was_shown = true;
  one.announced = 12;
  one.network = 0x7fff'ffff'ffff'ffff;
  one.edited = sample::kNow + Seconds(5);
  write(one);
  EXPECT_EQ(content_->comment(one.id), one);
}

TEST_F(ConversationTables, FindWhatAnswersTheReadersOfADevice) {
  const core::StoryId story{41};
  core::SubscriptionId device{};
  device.back() = 9;
  write(sample::story(42));
  for (const std::uint64_t id : {71, 72, 73}) {
    core::Reader reader{.id = core::ReaderId{id}, .site = sample::kSite, .name = "Reader"};
    if (id != 73) reader.device = device;
    write(reader);
  }
  const auto put = [&](std::uint64_t id, std::uint64_t reader, std::uint64_t parent,
                       core::CommentState state = core::CommentState::kPublished,
                       core::StoryId where = core::StoryId{41}) {
    auto one = comment(id);
    one.story = where;
    one.reader = core::ReaderId{reader};
    one.parent = core::CommentId{parent};
    one.state = state;
    one.announced = id;
    write(one);
  };
  put(1, 71, 0);
  put(2, 72, 0);
  put(3, 73, 0);
  put(4, 71, 0, core::CommentState::kPublished, core::StoryId{42});
  put(11, 73, 1);
  put(12, 73, 3);
  put(13, 73, 2);
  put(14, 71, 1);
  put(15, 73, 1, core::CommentState::kHeld);
  put(16, 73, 4, core::CommentState::kPublished, core::StoryId{42});
  put(17, 73, 14);
  const auto ids = [&](std::uint64_t after) {
    std::vector<std::uint64_t> out;
    for (const auto& answer : content_->answers(story, device, after)) {
      out.push_back(answer.id.value);
    }
    return out;
  };
  EXPECT_EQ(ids(0), (std::vector<std::uint64_t>{11, 13, 14, 17}));
  EXPECT_EQ(ids(13), (std::vector<std::uint64_t>{14, 17}));
  EXPECT_TRUE(content_->answers(story, core::SubscriptionId{}, 0).empty());
}

TEST_F(ConversationTables, GiveBackConversationsReadersFollowersAndReports) {
  core::Conversation conversation{.story = core::StoryId{41}, .site = sample::kSite};
  conversation.mode = core::ConversationMode::kClosed;
  conversation.reason = "Enough.";
  conversation.by = "Mo";
  conversation.since = sample::kNow;
  conversation.closes_at = sample::kNow + Seconds(9);
  conversation.published = 7;
  conversation.latest = 5;
  conversation.was_open = false;
  write(conversation);
  EXPECT_EQ(content_->conversation(core::StoryId{41}), conversation);

  core::Reader reader{.id = core::ReaderId{71}, .site = sample::kSite, .name = "Ana"};
  reader.device = core::SubscriptionId{};
  reader.device->back() = 9;
  reader.email_hash = "abc";
  reader.published = 1;
  reader.rejected = 2;
  reader.banned_until = core::kForEver;
  reader.ban_reason = "Spam.";
  write(reader);
  EXPECT_EQ(content_->reader(reader.id), reader);
  EXPECT_EQ(content_->reader_of_device(sample::kSite, *reader.device), reader);
  EXPECT_EQ(content_->reader_of_email(sample::kSite, "abc"), reader);
  EXPECT_FALSE(content_->reader_of_email(sample::kSite, ""));

  core::Follower follower{.story = core::StoryId{41}, .device = *reader.device};
  follower.replies = follower.all = true;
  follower.reply = core::CommentId{5};
  follower.unseen = 2;
  follower.told = 11;
  follower.notified = sample::kNow;
  write(follower);
  EXPECT_EQ(content_->follower(follower.story, follower.device), follower);
  EXPECT_EQ(content_->followers(follower.story, std::nullopt, 9).size(), 1U);
  EXPECT_TRUE(content_->followers(follower.story, follower.device, 9).empty());
  EXPECT_EQ(content_->followers_with_reply(std::nullopt, 9).size(), 1U);
  EXPECT_TRUE(
      content_->followers_with_reply(std::pair(follower.story, follower.device), 9).empty());
  EXPECT_EQ(content_->followers_with_reply(std::pair(core::StoryId{40}, follower.device), 9).size(),
            1U);
  EXPECT_EQ(content_->followed_stories().size(), 1U);
  EXPECT_EQ(content_->followed_by(reader, 9), std::vector{follower});
  auto named = follower;
  named.device.front() = 7;
  named.reader = reader.id;
  write(named);
  EXPECT_EQ(content_->followed_by(reader, 9), (std::vector{follower, named}));
  named.device = *reader.device;
  named.reader = core::ReaderId{72};
  write(named);
  EXPECT_EQ(content_->followed_by(reader, 9).size(), 1U) << "the device is another reader's too";
  named.device.front() = 7;
  named.replies = named.all = false;
  write(named);
  write(follower);
  follower.replies = follower.all = false;
  write(follower);
  EXPECT_EQ(content_->follower_count(follower.story), 0U) << "who wants nothing is gone";

  write(comment(5));
  core::Report report{
      .id = core::ReportId{3}, .comment = core::CommentId{5}, .site = sample::kSite};
  report.reader = reader.id;
  report.ground = core::Ground::kHate;
  report.created = sample::kNow;
  write(report);
  EXPECT_TRUE(content_->has_reported(core::CommentId{5}, reader.id));
  report.decided = sample::kNow;
  report.is_upheld = true;
  report.decided_by = "Mo";
  write(report);
  EXPECT_EQ(content_->reports(core::CommentId{5}), std::vector{report});
}

TEST_F(ConversationTables, QueueWhatWaits) {
  for (std::uint64_t id = 1; id <= 4; ++id) {
    auto held = comment(id);
    held.state = id == 4 ? core::CommentState::kPublished : core::CommentState::kHeld;
    write(held);
  }
  conversation::QueueQuery query{.kind = conversation::QueueKind::kHeld, .limit = 2};
  const auto page = content_->queue(query);
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].id, core::CommentId{1});
  query.after = page[1].id;
  query.site = sample::kSite;
  EXPECT_EQ(content_->queue(query).size(), 1U);
  EXPECT_EQ(content_->queue_size(std::nullopt, conversation::QueueKind::kHeld), 3U);
  EXPECT_EQ(content_->comments({.story = core::StoryId{41}}).size(), 1U);
}

TEST_F(ConversationTables, KeepThePlaceOfADeletedCommentAboveOneThatIsShown) {
  for (std::uint64_t id = 1; id <= 4; ++id) {
    auto one = comment(id);
    if (id == 2 || id == 3) one.parent = core::CommentId{id - 1};
    one.state = id == 3 ? core::CommentState::kPublished : core::CommentState::kDeleted;
    write(one);
  }
  const auto shown = content_->comments({.story = core::StoryId{41}});
  ASSERT_EQ(shown.size(), 3U) << "the fourth is deleted and was not answered";
  EXPECT_EQ(shown[2].id, core::CommentId{3});
  EXPECT_EQ(content_->comments({.story = core::StoryId{41}, .public_only = false}).size(), 4U);
  EXPECT_EQ(
      content_->comments({.story = core::StoryId{41}, .limit = 2, .public_only = false}).size(),
      2U);
}

TEST_F(ConversationTables, KeepWhatPagesWereToldInOrder) {
  for (std::uint64_t i = 1; i <= 3; ++i) {
    write(core::LiveEvent{.sequence = i,
                          .site = sample::kSite,
                          .kind = core::LiveEvent::Kind::kComment,
                          .subject = i,
                          .story = core::StoryId{41},
                          .at = sample::kNow});
  }
  EXPECT_EQ(content_->last_sequence(), 3U);
  const auto events = content_->events_after(1, 9);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].sequence, 2U);
}

TEST_F(ConversationTables, GiveBackThePolicyOfASite) {
  auto site = sample::site();
  site.comments.is_offered = true;
  site.comments.close_after_days = 14;
  site.comments.time_zone = "Europe/Berlin";
  site.comments.banned_words = {"a", "b \"c\""};
  site.comments.external_secret = "whsec_x";
  site.comments.closed_since = sample::kNow;
  write(site);
  EXPECT_EQ(content_->site(site.id), site);
}

}  // namespace
}  // namespace tocsin::store
