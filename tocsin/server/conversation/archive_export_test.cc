// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/archive_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/newsroom/memory_content.h"
#include "tocsin/newsroom/sample.h"

namespace tocsin::server {
namespace {

namespace sample = newsroom::sample;
using core::CommentState;

core::Comment comment(std::uint64_t id, CommentState state) {
  return {.id = core::CommentId{id},
          .site = sample::kSite,
          .story = core::StoryId{41},
          .name = "Bo",
          .text = state == CommentState::kDeleted ? "" : "It opens at noon.",
          .state = state,
          .created = sample::kNow};
}

TEST(ArchiveExport, TellsCommentsOfEveryState) {
  newsroom::MemoryContent content;
  content.write(sample::site());
  content.write(sample::story(41));
  content.write(sample::story(42));
  content.write(comment(1, CommentState::kPublished));
  auto answer = comment(2, CommentState::kHeld);
  answer.parent = core::CommentId{1};
  answer.badge = core::Badge::kStaff;
  answer.network = 5;
  answer.votes = 2;
  content.write(answer);
  content.write(comment(3, CommentState::kRejected));
  content.write(comment(4, CommentState::kDeleted));

  std::vector<archive::ArchivedConversation> all;
  for_each_archived(content, sample::site(), sample::kNow,
                    [&](const archive::ArchivedConversation& each) { all.push_back(each); });
  ASSERT_EQ(all.size(), 1U) << "the other story has no comments";
  EXPECT_EQ(all[0].key, core::StoryId{41}.text());
  EXPECT_EQ(all[0].page_url, "https://wire.example/41");
  EXPECT_EQ(all[0].page_path, "/41");
  EXPECT_EQ(all[0].title, "Quake hits the coast");
  EXPECT_TRUE(all[0].is_open);
  ASSERT_EQ(all[0].comments.size(), 4U);
  const auto& second = all[0].comments[1];
  EXPECT_EQ(second.parent_key, all[0].comments[0].key);
  EXPECT_EQ(second.state, archive::State::kPending);
  EXPECT_TRUE(second.author.is_staff);
  EXPECT_EQ(second.votes, 2);
  EXPECT_EQ(second.address, "");
  EXPECT_EQ(all[0].comments[2].state, archive::State::kRejected);
  EXPECT_EQ(all[0].comments[3].state, archive::State::kDeleted);
}

TEST(ArchiveExport, TellsWhatWasClosedByHand) {
  core::Conversation closed{.story = core::StoryId{41}, .site = sample::kSite};
  const auto told = [&] {
    return archived(sample::site(), sample::story(41), closed, {}, sample::kNow);
  };
  EXPECT_FALSE(told());
  closed.closes_at = sample::kNow + Seconds{1};
  EXPECT_FALSE(told()) << "it is open yet";
  closed.closes_at = sample::kNow;
  EXPECT_EQ(told()->closed, sample::kNow);
  closed.mode = core::ConversationMode::kHidden;
  closed.since = sample::kNow - Seconds{5};
  EXPECT_FALSE(told()->is_open);
  EXPECT_EQ(told()->closed, closed.since);
}

TEST(ArchiveExport, NamesOurOwnPageOfAStoryThatHasNoOther) {
  auto story = sample::story(41);
  story.url.clear();
  const auto told = archived(sample::site(), story, std::nullopt,
                             {comment(1, CommentState::kPublished)}, sample::kNow);
  EXPECT_EQ(told->page_url, "https://bell.example/s/" + core::slug(story));
}

}  // namespace
}  // namespace tocsin::server
