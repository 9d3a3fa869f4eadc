// SPDX-License-Identifier: Apache-2.0
#include "tocsin/conversation/phases.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tocsin/conversation/limits.h"

namespace tocsin::conversation {
namespace {

using core::CommentState;

struct PhasesTest : ::testing::Test {
  PhasesTest() {
    policy.newcomer_comments = 0;
    comment.text = "A comment";
    comment.story = {1};
  }

  Judgement result() const {
    return judge({.policy = policy,
                  .opening = opening,
                  .holds_all = holds_all,
                  .comment = comment,
                  .reader = is_staff ? nullptr : &reader,
                  .earlier = earlier,
                  .external = external,
                  .at = now});
  }
  // "held newcomer", "kept" where no phase has anything to say, or the error.
  std::string outcome() const {
    const auto judgement = result();
    if (!judgement) return judgement.error().message;
    if (!*judgement) return "kept";
    EXPECT_TRUE((*judgement)->state == CommentState::kPublished ||
                !(*judgement)->statement.empty());
    return std::string(core::text((*judgement)->state)) + " " + std::string((*judgement)->phase);
  }
  Verdict verdict() const { return **result(); }
  void wrote(const std::string& text, std::uint64_t story, std::chrono::hours ago,
             CommentState state = CommentState::kPublished) {
    earlier.push_back({.story = {story}, .text = text, .state = state, .created = now - ago});
  }

  core::CommentPolicy policy;
  Opening opening;
  bool holds_all = false;
  bool is_staff = false;
  core::Comment comment;
  core::Reader reader;
  std::vector<core::Comment> earlier;
  std::optional<External> external;
  Time now = *parse_rfc3339("2026-11-23T09:41:00Z");
};

TEST_F(PhasesTest, StandInTheirOrder) {
  std::string names;
  for (const auto& phase : phases()) names += std::string(phase.name) + " ";
  EXPECT_EQ(names, "length closed links repeat staff words history external newcomer holds_all ");
}

TEST_F(PhasesTest, HoldNoCommentOfTheNewsroomForItsLinksOrARepeat) {
  policy.links_max = 0;
  comment.text = "See https://example.com/a and https://example.com/b";
  wrote(comment.text, 1, std::chrono::hours{1});
  EXPECT_EQ(outcome(), "held links");
  is_staff = true;
  EXPECT_EQ(outcome(), "published staff");
  opening.state = Opening::State::kClosed;
  EXPECT_EQ(outcome(), "conversation: is closed") << "what comes before them holds for all";
}

TEST_F(PhasesTest, LetAnOrdinaryCommentPass) { EXPECT_EQ(outcome(), "kept"); }

TEST_F(PhasesTest, RefuseWhatIsEmptyOrTooLong) {
  policy.characters_max = 3;
  comment.text = "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦";
  EXPECT_EQ(outcome(), "kept");
  comment.text += "x";
  EXPECT_EQ(outcome(), "comment.text: is longer than 3 characters");
  comment.text.clear();
  EXPECT_EQ(outcome(), "comment.text: is missing");
  policy.characters_max = 0xffffffff;
  comment.text.assign(kCommentBytesMax + 1, 'x');
  EXPECT_EQ(outcome(), "comment.text: is longer than 65536 bytes");
}

TEST_F(PhasesTest, RefuseWhatComesAfterTheClose) {
  opening.state = Opening::State::kClosed;
  EXPECT_EQ(outcome(), "conversation: is closed");
  EXPECT_EQ(result().error().code, Errc::kConflict);
  opening.state = Opening::State::kHidden;
  EXPECT_EQ(outcome(), "conversation: is hidden");
  is_staff = true;
  EXPECT_EQ(outcome(), "conversation: is hidden");
}

TEST_F(PhasesTest, HoldWhatHasTooManyLinks) {
  comment.text = "https://a.example https://b.example";
  EXPECT_EQ(outcome(), "kept");
  comment.text += " https://c.example";
  EXPECT_EQ(outcome(), "held links");
}

TEST_F(PhasesTest, RejectATextWrittenBeforeInTheConversation) {
  wrote("A comment", 1, std::chrono::hours{23});
  EXPECT_EQ(outcome(), "rejected repeat");
  EXPECT_EQ(verdict().ground, core::Ground::kSpam);
  earlier.clear();
  wrote("A comment", 1, std::chrono::hours{24});
  wrote("Another", 1, std::chrono::hours{1});
  EXPECT_EQ(outcome(), "kept");
}

TEST_F(PhasesTest, RejectATextWrittenForTheThirdTimeAnywhere) {
  wrote("A comment", 2, std::chrono::hours{1});
  EXPECT_EQ(outcome(), "kept");
  wrote("A comment", 3, std::chrono::hours{2});
  EXPECT_EQ(outcome(), "rejected repeat");
}

TEST_F(PhasesTest, PublishWhatTheNewsroomWrites) {
  is_staff = true;
  holds_all = true;
  policy.banned_words = {"comment"};
  policy.newcomer_comments = 1;
  EXPECT_EQ(outcome(), "published staff");
}

TEST_F(PhasesTest, RejectBannedWordsAndNameThem) {
  policy.banned_words = {"comm*"};
  EXPECT_EQ(outcome(), "rejected words");
  EXPECT_EQ(verdict().reason, "the banned word \"comm*\", written \"comment\"");
  EXPECT_EQ(verdict().statement, "It contains \"comment\", which this site does not allow.");
  policy.tells_words = false;
  EXPECT_EQ(verdict().statement, "It contains a word, which this site does not allow.");
}

TEST_F(PhasesTest, HoldSuspectWords) {
  policy.suspect_words = {"*", "COMMENT"};  // an entry that cannot be read spoils no other
  EXPECT_EQ(outcome(), "held words");
  EXPECT_NE(verdict().statement.find("\"comment\""), std::string::npos);
}

TEST_F(PhasesTest, HoldWhoWasOftenRejectedLately) {
  for (int i = 0; i < 7; ++i) wrote("x" + std::to_string(i), 1, std::chrono::hours{1});
  for (int i = 0; i < 2; ++i) wrote("y", 1, std::chrono::hours{1}, CommentState::kRejected);
  EXPECT_EQ(outcome(), "kept");
  wrote("z", 1, std::chrono::hours{1}, CommentState::kRejected);
  EXPECT_EQ(outcome(), "held history");
  earlier.insert(earlier.begin(), core::Comment{});  // the last ten count
  EXPECT_EQ(outcome(), "kept");
}

TEST_F(PhasesTest, DoWhatTheClassifierSays) {
  external = External{External::Verdict::kPublish, ""};
  EXPECT_EQ(outcome(), "kept");
  external = External{External::Verdict::kHold, "angry"};
  EXPECT_EQ(outcome(), "held external");
  EXPECT_EQ(verdict().reason, "the classifier: angry");
  external = External{External::Verdict::kReject, std::string(10'000, 'x')};
  EXPECT_EQ(outcome(), "rejected external");
  EXPECT_LT(verdict().reason.size(), 600U);
}

TEST_F(PhasesTest, GoOnOrHoldWhereTheClassifierDoesNotAnswer) {
  external = External{};
  EXPECT_EQ(outcome(), "kept");
  policy.external_fails_open = false;
  EXPECT_EQ(outcome(), "held external");
  external.reset();
  EXPECT_EQ(outcome(), "kept");
  policy.external_url = "https://judge.example/";
  EXPECT_EQ(outcome(), "held external");
}

TEST_F(PhasesTest, HoldNewcomersUntilAsManyWerePublished) {
  policy.newcomer_comments = 2;
  reader.published = 1;
  EXPECT_EQ(outcome(), "held newcomer");
  reader.published = 2;
  EXPECT_EQ(outcome(), "kept");
}

TEST_F(PhasesTest, HoldEverythingWhereTheSiteOrTheConversationSaysSo) {
  holds_all = true;
  EXPECT_EQ(outcome(), "held holds_all");
  holds_all = false;
  policy.holds_all = true;
  EXPECT_EQ(outcome(), "held holds_all");
}

TEST_F(PhasesTest, LetTheFirstVerdictWin) {
  wrote("A comment", 1, std::chrono::hours{1});
  policy.banned_words = {"comment"};
  policy.holds_all = true;
  EXPECT_EQ(outcome(), "rejected repeat");
  earlier.clear();
  EXPECT_EQ(outcome(), "rejected words");
}

}  // namespace
}  // namespace tocsin::conversation
