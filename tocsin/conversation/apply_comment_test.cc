// SPDX-License-Identifier: Apache-2.0
#include "tocsin/conversation/fixture.h"
#include "tocsin/conversation/limits.h"

namespace tocsin::conversation {
namespace {

using core::CommentState;

using PostCommentTest = ConversationTest;
using EditCommentTest = ConversationTest;
using DeleteCommentTest = ConversationTest;
using VoteCommentTest = ConversationTest;

TEST_F(PostCommentTest, PublishesAndCounts) {
  const auto comment = posted({1}, kAnna);
  EXPECT_EQ(comment.state, CommentState::kPublished);
  EXPECT_EQ(comment.name, "Anna");
  EXPECT_EQ(comment.site, kSite);
  EXPECT_EQ(comment.created, now_);
  EXPECT_EQ(conversation().published, 1U);
  EXPECT_EQ(conversation().latest, content_.last_sequence());
  EXPECT_EQ(content_.reader(kAnna)->published, 1U);
  const auto events = content_.events_after(0, 10);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0], (core::LiveEvent{.sequence = 1,
                                        .site = kSite,
                                        .kind = core::LiveEvent::Kind::kComment,
                                        .subject = 1,
                                        .story = kStory,
                                        .thread = {5},
                                        .at = now_}));
  EXPECT_TRUE(content_.rulings({1}).empty());
}

TEST_F(PostCommentTest, TakesNothingFromTheCommandThatIsMadeHere) {
  auto body = post({1}, kAnna, "  Hello\u202e  ");
  body.comment.name = "Maria Muster";
  body.comment.badge = core::Badge::kModerator;
  body.comment.is_featured = true;
  body.comment.votes = 9;
  body.comment.network = 77;
  EXPECT_EQ(run(body), "");
  EXPECT_EQ(comment({1}), (core::Comment{.id = {1},
                                         .site = kSite,
                                         .story = kStory,
                                         .reader = kAnna,
                                         .name = "Anna",
                                         .text = "Hello",
                                         .was_shown = true,
                                         .announced = 1,
                                         .network = 77,
                                         .created = now_}));
}

TEST_F(PostCommentTest, GivesTheNewsroomItsNameAndBadge) {
  auto body = post({1}, {}, "From the desk");
  body.comment.user = kModerator;
  EXPECT_EQ(run(body), "");
  EXPECT_EQ(comment({1}).name, "Maria Muster");
  EXPECT_EQ(comment({1}).badge, core::Badge::kModerator);
  EXPECT_EQ(comment({1}).phase, "staff");
  body.comment.id = {2};
  body.comment.user = {31};
  EXPECT_EQ(run(body), "comment.user: there is no such user");
}

TEST_F(PostCommentTest, RefusesWhatCannotBe) {
  EXPECT_EQ(run(post({}, kAnna, "x")), "comment.id: is missing");
  EXPECT_EQ(run(post({1}, {}, "x")), "comment.reader: is missing");
  EXPECT_EQ(run(post({1}, {99}, "x")), "comment.reader: there is no such reader");
  EXPECT_EQ(run(post({1}, kAnna, "\u200b \n")), "comment.text: is missing");
  EXPECT_EQ(run(post({1}, kAnna, "x", {9})),
            "comment.parent: there is no such comment of this story");
  auto elsewhere = post({1}, kAnna, "x");
  elsewhere.comment.story = {99};
  EXPECT_EQ(run(elsewhere), "comment.story: there is no such story");
  posted({1}, kAnna);
  EXPECT_EQ(run(post({1}, kAnna, "x")), "comment.id: is known already");
  elsewhere.comment = {
      .id = {2}, .story = kOtherStory, .parent = {1}, .reader = kAnna, .text = "x"};
  EXPECT_EQ(run(elsewhere), "comment.parent: there is no such comment of this story");
}

TEST_F(PostCommentTest, RefusesAfterTheCloseAndTakesAgainAfterTheOpening) {
  EXPECT_EQ(run(SetConversation{.story = kStory, .mode = core::ConversationMode::kClosed}), "");
  EXPECT_EQ(run(post({1}, kAnna, "x")), "conversation: is closed");
  EXPECT_FALSE(content_.comment({1}));
  EXPECT_EQ(run(SetConversation{.story = kStory}), "");
  EXPECT_EQ(run(post({1}, kAnna, "x")), "");
}

TEST_F(PostCommentTest, KeepsWhatIsHeldAndSaysWhy) {
  site_.comments.holds_all = true;
  put_site();
  const auto comment = posted({1}, kAnna);
  EXPECT_EQ(comment.state, CommentState::kHeld);
  EXPECT_EQ(comment.phase, "holds_all");
  EXPECT_FALSE(comment.statement.empty());
  EXPECT_EQ(comment_events(), 0U);
  EXPECT_EQ(conversation().published, 0U);
  ASSERT_EQ(content_.rulings({1}).size(), 1U);
  EXPECT_TRUE(content_.rulings({1})[0].is_automatic);
  EXPECT_EQ(run(post({2}, kBen, "An answer", {1})), "comment.parent: is not published");
}

TEST_F(PostCommentTest, CountsWhatIsRejected) {
  posted({1}, kAnna);
  EXPECT_EQ(run(post({2}, kAnna, comment({1}).text)), "");
  EXPECT_EQ(comment({2}).state, CommentState::kRejected);
  EXPECT_EQ(content_.reader(kAnna)->rejected, 1U);
  EXPECT_EQ(content_.rulings({2})[0].ground, core::Ground::kSpam);
}

TEST_F(PostCommentTest, TellsBannedReadersUntilWhenAndWhy) {
  const Time until = now_ + std::chrono::hours{1};
  EXPECT_EQ(run(BanReader{kAnna, until, "Insults."}), "");
  EXPECT_EQ(run(post({1}, kAnna, "x")), "reader: is banned until " + rfc3339(until) + ": Insults.");
  now_ = until;
  EXPECT_EQ(run(post({1}, kAnna, "x")), "");
}

TEST_F(PostCommentTest, KeepsWhomADeepAnswerAnswers) {
  posted({1}, kAnna);
  for (std::uint64_t id = 2; id <= 12; ++id) posted({id}, id % 2 == 0 ? kBen : kAnna, {id - 1});
  for (std::uint64_t id = 2; id <= 12; ++id) EXPECT_EQ(comment({id}).parent.value, id - 1);
}

TEST_F(PostCommentTest, TellsTheFollowerWhoWasAnswered) {
  auto body = post({1}, kAnna, "Who felt it?");
  body.follow_replies = true;
  EXPECT_EQ(run(body), "");
  posted({2}, kBen, {1});
  posted({3}, kBen, {1});
  const auto follower = content_.follower(kStory, device(kAnna));
  EXPECT_EQ(follower->reply, core::CommentId{3});
  EXPECT_EQ(follower->unseen, 2U);
  EXPECT_EQ(follower->reader, kAnna);
  posted({4}, kAnna, {1});
  EXPECT_EQ(content_.follower(kStory, device(kAnna))->unseen, 2U);
  EXPECT_FALSE(content_.follower(kStory, device(kBen)));
}

TEST_F(PostCommentTest, TellsTheFollowerOfAHeldAnswerOnceItIsPublished) {
  auto body = post({1}, kAnna, "Who felt it?");
  body.follow_replies = true;
  EXPECT_EQ(run(body), "");
  site_.comments.holds_all = true;
  put_site();
  posted({2}, kBen, {1});
  EXPECT_EQ(content_.follower(kStory, device(kAnna))->unseen, 0U);
  EXPECT_EQ(run(Moderate{.comment = {2}}), "");
  EXPECT_EQ(content_.follower(kStory, device(kAnna))->reply, core::CommentId{2});
  EXPECT_EQ(conversation().latest, content_.last_sequence());
}

TEST_F(EditCommentTest, ChangesTheTextWithinTheWindow) {
  posted({1}, kAnna);
  EXPECT_EQ(run(EditComment{{1}, kAnna, "Better", {}}), "");
  EXPECT_EQ(comment({1}).text, "Better");
  EXPECT_EQ(comment({1}).edited, now_);
  EXPECT_EQ(comment_events(), 1U);
  EXPECT_EQ(conversation().published, 1U);
  now_ = comment({1}).created + std::chrono::minutes{5};
  EXPECT_EQ(run(EditComment{{1}, kAnna, "Too late", {}}), "comment: the time for editing is over");
}

TEST_F(EditCommentTest, IsForItsWriterAlone) {
  posted({1}, kAnna);
  EXPECT_EQ(run(EditComment{{1}, kBen, "x", {}}), "comment: is somebody else's");
  EXPECT_EQ(run(DeleteComment{{1}, kBen}), "comment: is somebody else's");
  EXPECT_EQ(run(DeleteComment{{1}, {}}), "comment: is somebody else's");
}

TEST_F(EditCommentTest, GoesThroughThePhasesAgain) {
  posted({1}, kAnna);
  site_.comments.suspect_words = {"bad"};
  put_site();
  EXPECT_EQ(run(EditComment{{1}, kAnna, "bad", {}}), "");
  EXPECT_EQ(comment({1}).state, CommentState::kHeld);
  EXPECT_EQ(comment_events(), 1U);
  EXPECT_EQ(conversation().published, 0U);
  EXPECT_EQ(content_.reader(kAnna)->published, 0U);
  EXPECT_EQ(run(EditComment{{1}, kAnna, "good", {}}), "");
  EXPECT_EQ(comment({1}).state, CommentState::kPublished);
  EXPECT_EQ(run(SetConversation{.story = kStory, .mode = core::ConversationMode::kClosed}), "");
  EXPECT_EQ(run(EditComment{{1}, kAnna, "later", {}}), "conversation: is closed");
}

TEST_F(EditCommentTest, BringsNoReportedCommentBack) {
  site_.comments.reports_hold = 1;
  put_site();
  posted({1}, kAnna);
  EXPECT_EQ(run(ReportComment{{.id = {1}, .comment = {1}, .reader = kBen}}), "");
  EXPECT_EQ(comment({1}).state, CommentState::kHeld);
  EXPECT_EQ(run(EditComment{{1}, kAnna, "Innocent", {}}), "");
  EXPECT_EQ(comment({1}).state, CommentState::kHeld);
  EXPECT_EQ(comment({1}).phase, "reports");
}

TEST_F(DeleteCommentTest, KeepsThePlaceAndTakesTheText) {
  posted({1}, kAnna);
  posted({2}, kBen, {1});
  now_ += std::chrono::hours{1000};
  EXPECT_EQ(run(DeleteComment{{1}, kAnna}), "");
  EXPECT_EQ(comment({1}).state, CommentState::kDeleted);
  EXPECT_EQ(comment({1}).text, "");
  EXPECT_EQ(comment_events(), 1U);
  EXPECT_EQ(conversation().published, 1U);
  EXPECT_EQ(content_.comments({.story = kStory}).size(), 2U);
  EXPECT_EQ(run(DeleteComment{{2}, kBen}), "");
  EXPECT_TRUE(content_.comments({.story = kStory}).empty());
  EXPECT_EQ(run(DeleteComment{{2}, kBen}), "");
  EXPECT_TRUE(last_.empty());
  EXPECT_EQ(run(EditComment{{1}, kAnna, "x", {}}), "comment: is deleted");
}

TEST_F(VoteCommentTest, IsToldToOpenPagesByANumber) {
  site_.comments.has_votes = true;
  put_site();
  posted({1}, kAnna);
  EXPECT_EQ(run(VoteComment{{1}, kBen}), "");
  EXPECT_EQ(live_events(core::LiveEvent::Kind::kVotes), 0U) << "not each one";
  EXPECT_EQ(run(AnnounceVotes{{1}}), "");
  EXPECT_EQ(live_events(core::LiveEvent::Kind::kVotes), 1U);
  EXPECT_EQ(run(DeleteComment{{1}, kAnna}), "");
  EXPECT_EQ(run(AnnounceVotes{{1}}), "");
  EXPECT_TRUE(last_.empty());
}

TEST_F(VoteCommentTest, CountsEachReaderOnceWhereVotesAreOffered) {
  posted({1}, kAnna);
  EXPECT_EQ(run(VoteComment{{1}, kBen}), "votes: are not offered");
  site_.comments.has_votes = true;
  put_site();
  EXPECT_EQ(run(VoteComment{{1}, kBen}), "");
  EXPECT_EQ(run(VoteComment{{1}, kBen}), "");
  EXPECT_EQ(comment({1}).votes, 1U);
  EXPECT_EQ(run(VoteComment{{1}, kBen, false}), "");
  EXPECT_EQ(comment({1}).votes, 0U);
  EXPECT_EQ(run(VoteComment{{1}, kAnna}), "comment: is the reader's own");
}

}  // namespace
}  // namespace tocsin::conversation
