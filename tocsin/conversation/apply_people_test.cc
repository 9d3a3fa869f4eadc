// SPDX-License-Identifier: Apache-2.0
#include "tocsin/conversation/fixture.h"
#include "tocsin/conversation/limits.h"

namespace tocsin::conversation {
namespace {

using core::CommentState;
using core::ConversationMode;
using core::Ground;

using PutReaderTest = ConversationTest;
using EraseReaderTest = ConversationTest;
using MoveDeviceTest = ConversationTest;
using ReportCommentTest = ConversationTest;
using ModerateTest = ConversationTest;
using AppealTest = ConversationTest;
using SetConversationTest = ConversationTest;
using FollowTest = ConversationTest;
using ImportTest = ConversationTest;

TEST_F(PutReaderTest, CleansTheNameAndKeepsWhatIsNotGiven) {
  posted({1}, kAnna);
  EXPECT_EQ(run(PutReader{reader(kAnna, " Anna\u202e  B. ")}), "");
  EXPECT_EQ(content_.reader(kAnna)->name, "Anna B.");
  EXPECT_EQ(content_.reader(kAnna)->published, 1U);
  EXPECT_EQ(run(PutReader{reader(kAnna, "\u200b")}), "reader.name: is missing");
  EXPECT_EQ(run(PutReader{reader(kAnna, std::string(41, 'x'))}),
            "reader.name: is longer than 40 characters");
}

TEST_F(PutReaderTest, RefusesWhatLooksLikeSomebodyOfTheNewsroom) {
  for (const char* const name :
       {"Maria Muster", "maria  muster", "Mаria Muster", "M-a-r-i-a Muster"}) {
    EXPECT_EQ(run(PutReader{reader({40}, name)}),
              "reader.name: looks like the name of somebody of the newsroom")
        << name;
  }
  EXPECT_EQ(run(PutReader{reader({40}, "Maria Mustermann")}), "");
}

TEST_F(PutReaderTest, LetsNoBannedReaderTakeAnotherName) {
  EXPECT_EQ(run(BanReader{kAnna, core::kForEver, "Insults."}), "");
  EXPECT_EQ(run(PutReader{reader(kAnna, "Clara")}),
            "reader: is banned until further notice: Insults.");
  EXPECT_EQ(run(PutReader{reader(kAnna, "Anna")}), "");
  EXPECT_EQ(content_.reader(kAnna)->banned_until, core::kForEver);
  EXPECT_EQ(run(BanReader{kAnna, {}, ""}), "");
  EXPECT_EQ(run(PutReader{reader(kAnna, "Clara")}), "");
}

// A browser's push endpoint has changed.
TEST_F(MoveDeviceTest, GoesOnToTellTheReaderOfAnswers) {
  auto body = post({1}, kAnna, "Is the pier open?");
  body.follow_replies = true;
  EXPECT_EQ(run(body), "");
  const auto old = device(kAnna);
  const auto fresh = device({99});
  EXPECT_EQ(run(Follow{{.story = kOtherStory, .device = old, .closing = true}}), "");
  EXPECT_EQ(run(MoveDevice{kAnna, old, fresh}), "");
  EXPECT_EQ(content_.reader(kAnna)->device, fresh);
  EXPECT_FALSE(content_.follower(kStory, old));
  ASSERT_TRUE(content_.follower(kOtherStory, fresh));
  EXPECT_TRUE(content_.follower(kOtherStory, fresh)->closing);
  posted({2}, kBen, {1});
  ASSERT_TRUE(content_.follower(kStory, fresh));
  EXPECT_EQ(content_.follower(kStory, fresh)->reply, core::CommentId{2});
  EXPECT_EQ(content_.follower(kStory, fresh)->unseen, 1U);
}

TEST_F(MoveDeviceTest, KeepsWhatWasNotToldYetAndWhatTheNewDeviceWants) {
  auto body = post({1}, kAnna, "Is the pier open?");
  body.follow_replies = true;
  EXPECT_EQ(run(body), "");
  posted({2}, kBen, {1});
  const auto fresh = device({99});
  EXPECT_EQ(run(Follow{{.story = kStory, .device = fresh, .closing = true}}), "");
  EXPECT_EQ(run(MoveDevice{kAnna, device(kAnna), fresh}), "");
  const auto follower = content_.follower(kStory, fresh);
  ASSERT_TRUE(follower);
  EXPECT_TRUE(follower->replies && follower->closing);
  EXPECT_EQ(follower->reply, core::CommentId{2});
  EXPECT_EQ(follower->unseen, 1U);
  EXPECT_LT(follower->told, comment({2}).announced);
}

TEST_F(MoveDeviceTest, OfNobodyMovesWhatItFollows) {
  const auto old = device({98});
  const auto fresh = device({99});
  EXPECT_EQ(run(Follow{{.story = kStory, .device = old, .all = true}}), "");
  EXPECT_EQ(run(MoveDevice{{}, old, fresh}), "");
  EXPECT_FALSE(content_.follower(kStory, old));
  EXPECT_TRUE(content_.follower(kStory, fresh)->all);
  EXPECT_EQ(run(MoveDevice{{}, old, old}), "to: is the same device");
}

TEST_F(EraseReaderTest, KeepsTheTreeAndNothingElse) {
  auto body = post({1}, kAnna, "My address is");
  body.follow_replies = true;
  EXPECT_EQ(run(body), "");
  posted({2}, kBen, {1});
  posted({3}, kAnna);
  EXPECT_EQ(run(EraseReader{kAnna}), "");
  EXPECT_EQ(comment_events(), 2U);
  EXPECT_EQ(comment({1}).text + comment({1}).name, "");
  EXPECT_FALSE(comment({1}).reader);
  EXPECT_EQ(comment({1}).state, CommentState::kDeleted);
  EXPECT_EQ(comment({2}).parent, core::CommentId{1});
  EXPECT_EQ(conversation().published, 1U);
  EXPECT_TRUE(content_.reader(kAnna)->is_erased);
  EXPECT_FALSE(content_.reader(kAnna)->device);
  EXPECT_EQ(content_.follower_count(kStory), 0U);
  EXPECT_EQ(run(post({4}, kAnna, "x")), "comment.reader: there is no such reader");
  EXPECT_EQ(run(PutReader{reader(kAnna, "Anna")}), "reader: was erased");
}

TEST_F(EraseReaderTest, EndsAllThatTheReaderFollows) {
  posted({1}, kAnna);
  core::SubscriptionId other{};
  other[0] = 99;
  const auto follow = [&](core::StoryId story, core::SubscriptionId on, core::ReaderId by) {
    EXPECT_EQ(run(Follow{{.story = story, .device = on, .reader = by, .all = true}}), "");
  };
  follow(kOtherStory, device(kAnna), {});  // before she signed in
  follow(kOtherStory, other, kAnna);       // on another device of hers
  follow(kStory, device(kAnna), kBen);     // Ben, who used her device last
  follow(kStory, device(kBen), kBen);
  EXPECT_EQ(content_.followed_by(*content_.reader(kAnna), 9).size(), 2U);
  EXPECT_EQ(run(EraseReader{kAnna}), "");
  EXPECT_EQ(content_.follower_count(kOtherStory), 0U);
  EXPECT_EQ(content_.follower_count(kStory), 2U);
}

TEST_F(ReportCommentTest, CountsOneOfEachReaderAndHoldsWithEnough) {
  site_.comments.reports_hold = 2;
  put_site();
  content_.write(Change{reader({22}, "Clara")});
  posted({1}, kAnna);
  const auto report = [](std::uint64_t id, core::ReaderId by) {
    return ReportComment{{.id = {id}, .comment = {1}, .reader = by, .ground = Ground::kHate}};
  };
  EXPECT_EQ(run(report(1, kBen)), "");
  EXPECT_EQ(run(report(2, kBen)), "report: the reader has reported this comment");
  for (const std::uint64_t id : {3, 4, 4, 5}) EXPECT_EQ(run(report(id, {})), "");
  EXPECT_EQ(comment({1}).reports, 4U);
  EXPECT_EQ(comment({1}).state, CommentState::kPublished);
  EXPECT_EQ(run(report(6, {22})), "");
  EXPECT_EQ(comment({1}).state, CommentState::kHeld);
  EXPECT_EQ(comment({1}).phase, "reports");
  EXPECT_EQ(comment_events(), 1U);
  EXPECT_EQ(conversation().published, 0U);
  EXPECT_EQ(content_.queue_size(kSite, QueueKind::kReported), 1U);

  EXPECT_EQ(run(Moderate{.comment = {1}}), "");
  EXPECT_EQ(comment({1}).state, CommentState::kPublished);
  EXPECT_EQ(comment({1}).reports, 0U);
  for (const auto& decided : content_.reports({1})) {
    EXPECT_EQ(decided.decided, now_);
    EXPECT_FALSE(decided.is_upheld);
    EXPECT_EQ(decided.decided_by, "Maria Muster");
  }
  EXPECT_EQ(content_.queue_size(kSite, QueueKind::kReported), 0U);
}

TEST_F(ReportCommentTest, HoldsNothingThatTheNewsroomWrote) {
  site_.comments.reports_hold = 1;
  put_site();
  auto body = post({1}, {}, "From the desk");
  body.comment.user = kModerator;
  EXPECT_EQ(run(body), "");
  EXPECT_EQ(run(ReportComment{{.id = {1}, .comment = {1}, .reader = kBen}}), "");
  EXPECT_EQ(comment({1}).state, CommentState::kPublished);
}

TEST_F(ModerateTest, RejectsWithGroundAndStatement) {
  posted({1}, kAnna);
  EXPECT_EQ(run(Moderate{.comment = {1}, .state = CommentState::kRejected}),
            "ground: is missing: a rejection has one");
  EXPECT_EQ(run(Moderate{.comment = {1}, .state = CommentState::kDeleted}),
            "state: is not published, held or rejected");
  EXPECT_EQ(
      run(Moderate{.comment = {1}, .state = CommentState::kRejected, .ground = Ground::kSpam}), "");
  EXPECT_EQ(comment({1}).statement,
            "A moderator removed it because it is advertising or repeats itself.");
  EXPECT_EQ(comment_events(), 1U);
  EXPECT_EQ(conversation().published, 0U);
  EXPECT_EQ(content_.reader(kAnna)->published, 0U);
  EXPECT_EQ(content_.reader(kAnna)->rejected, 1U);
  const auto ruling = content_.rulings({1}).back();
  EXPECT_EQ(ruling.by, "Maria Muster");
  EXPECT_FALSE(ruling.is_automatic);
  EXPECT_EQ(content_.ruling_counts(kSite, {}),
            (std::map<std::string, std::uint64_t>{{"spam/person", 1}}));
}

TEST_F(ModerateTest, PutsACommentBackIntoTheQueue) {
  posted({1}, kAnna);
  EXPECT_EQ(run(ReportComment{{.id = {1}, .comment = {1}, .reader = kBen}}), "");
  EXPECT_EQ(run(Moderate{.comment = {1}, .state = CommentState::kHeld, .reason = "Undone."}), "");
  EXPECT_EQ(comment({1}).state, CommentState::kHeld);
  EXPECT_EQ(comment({1}).statement, "A moderator looks at it again. It waits for a moderator.");
  EXPECT_EQ(comment({1}).reports, 1U) << "nothing is decided";
  EXPECT_EQ(comment_events(), 1U);
  EXPECT_EQ(conversation().published, 0U);
  EXPECT_EQ(content_.reader(kAnna)->published, 0U);
  EXPECT_EQ(content_.queue_size(kSite, QueueKind::kHeld), 1U);
  EXPECT_EQ(content_.rulings({1}).back().state, CommentState::kHeld);
  EXPECT_EQ(content_.rulings({1}).back().by, "Maria Muster");
  EXPECT_TRUE(content_.ruling_counts(kSite, {}).empty());
  // So is a rejection undone; what the writer was told first is told again.
  EXPECT_EQ(
      run(Moderate{.comment = {1}, .state = CommentState::kRejected, .ground = Ground::kSpam}), "");
  EXPECT_EQ(
      run(Moderate{.comment = {1}, .state = CommentState::kHeld, .statement = "It has links."}),
      "");
  EXPECT_EQ(comment({1}).statement, "It has links.");
  EXPECT_EQ(content_.reader(kAnna)->rejected, 0U);
}

TEST_F(ModerateTest, TellsOpenPagesOnlyWhatTheySee) {
  site_.comments.holds_all = true;
  put_site();
  posted({1}, kAnna);
  EXPECT_EQ(
      run(Moderate{.comment = {1}, .state = CommentState::kRejected, .ground = Ground::kOther}),
      "");
  EXPECT_EQ(comment_events(), 0U);
  EXPECT_EQ(run(Moderate{.comment = {1}}), "");
  EXPECT_EQ(comment_events(), 1U);
  EXPECT_EQ(run(Moderate{.comment = {1}}), "");
  EXPECT_EQ(comment_events(), 0U);
  EXPECT_EQ(run(FeatureComment{{1}}), "");
  EXPECT_EQ(comment_events(), 1U);
}

TEST_F(AppealTest, IsPossibleOnceAndDecidedByAPerson) {
  posted({1}, kAnna);
  EXPECT_EQ(run(AppealRuling{{1}, kAnna, "Why?"}), "comment: is not rejected");
  const Moderate reject{.comment = {1}, .state = CommentState::kRejected, .ground = Ground::kHate};
  EXPECT_EQ(run(reject), "");
  EXPECT_EQ(run(AppealRuling{{1}, kBen, "Why?"}), "comment: is somebody else's");
  EXPECT_EQ(run(AppealRuling{{1}, kAnna, "It was a quotation."}), "");
  EXPECT_EQ(content_.queue_size(kSite, QueueKind::kAppealed), 1U);
  EXPECT_NE(comment({1}).reason.find("It was a quotation."), std::string::npos);
  EXPECT_EQ(run(AppealRuling{{1}, kAnna, "Again"}), "comment: has been appealed for");
  EXPECT_EQ(run(reject), "");
  EXPECT_EQ(content_.queue_size(kSite, QueueKind::kAppealed), 0U);
  EXPECT_EQ(run(AppealRuling{{1}, kAnna, "Again"}), "comment: has been appealed for");
}

TEST_F(SetConversationTest, SaysWhoWhenAndWhyAndTellsOpenPages) {
  const SetConversation close{
      .story = kStory, .mode = ConversationMode::kClosed, .reason = "It got heated."};
  EXPECT_EQ(run(close), "");
  const Time closed = now_;
  EXPECT_EQ(conversation().by, "Maria Muster");
  EXPECT_EQ(conversation().since, closed);
  EXPECT_EQ(live_events(core::LiveEvent::Kind::kConversation), 1U);
  EXPECT_FALSE(conversation().was_open);
  EXPECT_EQ(run(close), "");
  EXPECT_TRUE(last_.empty());
  EXPECT_EQ(run(SetConversation{.story = kStory}), "");
  EXPECT_EQ(conversation(), (core::Conversation{.story = kStory, .site = kSite}));
  EXPECT_EQ(live_events(core::LiveEvent::Kind::kConversation), 1U);
}

TEST_F(SetConversationTest, HoldsAllWithoutTellingReaders) {
  EXPECT_EQ(run(SetConversation{.story = kStory, .holds_all = true}), "");
  EXPECT_EQ(live_events(core::LiveEvent::Kind::kConversation), 0U);
  EXPECT_EQ(posted({1}, kAnna).state, CommentState::kHeld);
}

TEST_F(SetConversationTest, IsAnnouncedOnceWhenARuleClosesIt) {
  site_.comments.close_after_days = 1;
  put_site();
  EXPECT_EQ(run(AnnounceOpening{kStory}), "");
  EXPECT_TRUE(last_.empty());
  now_ += std::chrono::hours{24};
  EXPECT_EQ(run(AnnounceOpening{kStory}), "");
  EXPECT_EQ(live_events(core::LiveEvent::Kind::kConversation), 1U);
  EXPECT_FALSE(conversation().was_open);
  EXPECT_EQ(run(AnnounceOpening{kStory}), "");
  EXPECT_TRUE(last_.empty());
}

TEST_F(FollowTest, StartsAtWhatWasSaidAndEndsWithoutWishes) {
  posted({1}, kAnna);
  EXPECT_EQ(run(Follow{{.story = kStory, .device = device(kBen), .all = true, .unseen = 7}}), "");
  EXPECT_EQ(*content_.follower(kStory, device(kBen)),
            (core::Follower{.story = kStory, .device = device(kBen), .all = true, .told = 1}));
  EXPECT_EQ(run(Follow{{.story = kStory, .device = device(kBen)}}), "");
  EXPECT_EQ(content_.follower_count(kStory), 0U);
  EXPECT_EQ(run(Follow{{.story = kStory, .all = true}}), "follower.device: is missing");
}

TEST_F(FollowTest, IsLimited) {
  for (std::size_t i = 0; i < kFollowersMax; ++i) {
    core::SubscriptionId id{};
    id[0] = 0xff;
    id[1] = static_cast<std::uint8_t>(i & 0xff);
    id[2] = static_cast<std::uint8_t>(i >> 8);
    content_.write(Change{core::Follower{.story = kStory, .device = id, .all = true}});
  }
  EXPECT_EQ(run(Follow{{.story = kStory, .device = device(kBen), .all = true}}),
            "follower: the conversation has as many as it may have");
  auto body = post({1}, kAnna, "Still heard");
  body.follow_replies = true;
  EXPECT_EQ(run(body), "");
  EXPECT_FALSE(content_.follower(kStory, device(kAnna)));
}

TEST_F(FollowTest, KeepsAReplyThatCameWhileTheLastWasTold) {
  EXPECT_EQ(run(Follow{{.story = kStory,
                        .device = device(kAnna),
                        .reader = kAnna,
                        .replies = true,
                        .closing = true}}),
            "");
  posted({1}, kAnna);
  posted({2}, kBen, {1});
  posted({3}, kBen, {1});
  EXPECT_EQ(run(NoteTold{kStory, {{device(kAnna), comment({2}).announced, {{2}}}}}), "");
  EXPECT_EQ(content_.follower(kStory, device(kAnna))->reply, core::CommentId{3});
  EXPECT_EQ(content_.follower(kStory, device(kAnna))->unseen, 1U);
  const auto last = comment({3}).announced;
  EXPECT_EQ(run(NoteTold{kStory, {{device(kAnna), last, {{3}}, true}, {device(kBen), last}}}), "");
  const auto follower = content_.follower(kStory, device(kAnna));
  EXPECT_FALSE(follower->reply);
  EXPECT_EQ(follower->unseen, 0U);
  EXPECT_FALSE(follower->closing);
  EXPECT_EQ(follower->told, last);
  EXPECT_EQ(follower->notified, now_);
  EXPECT_TRUE(content_.followers_with_reply(std::nullopt, 10).empty());
}

TEST_F(FollowTest, OfEveryCommentIsNotOfOnesOwn) {
  EXPECT_EQ(run(Follow{{.story = kStory, .device = device(kAnna), .all = true}}), "");
  posted({1}, kAnna);
  EXPECT_EQ(content_.follower(kStory, device(kAnna))->told, conversation().latest);
  posted({2}, kBen);
  posted({3}, kAnna);
  EXPECT_LT(content_.follower(kStory, device(kAnna))->told, comment({2}).announced);
}

TEST_F(FollowTest, CountsAnAnswerThatComesOutOfTheOrderOfIds) {
  site_.comments.suspect_words = {"casino"};
  put_site();
  auto body = post({1}, kAnna, "Who was there?");
  body.follow_replies = true;
  EXPECT_EQ(run(body), "");
  EXPECT_EQ(run(post({2}, kBen, "The casino people", {1})), "");
  posted({3}, kBen, {1});
  const auto told = comment({3}).announced;
  EXPECT_EQ(run(Moderate{.comment = {2}}), "");
  EXPECT_EQ(run(NoteTold{kStory, {{device(kAnna), told, {{3}}}}}), "");
  const auto follower = content_.follower(kStory, device(kAnna));
  EXPECT_EQ(follower->reply, core::CommentId{2}) << "it was published after the third";
  EXPECT_EQ(follower->unseen, 1U);
}

TEST_F(FollowTest, TellsAnAnswerOnceThatIsHeldAndComesBack) {
  site_.comments.suspect_words = {"casino"};
  put_site();
  auto body = post({1}, kAnna, "Who was there?");
  body.follow_replies = true;
  EXPECT_EQ(run(body), "");
  posted({2}, kBen, {1});
  EXPECT_EQ(run(NoteTold{kStory, {{device(kAnna), comment({2}).announced, {{2}}}}}), "");
  EXPECT_EQ(run(EditComment{{2}, kBen, "The casino people", {}}), "");
  EXPECT_EQ(comment({2}).state, CommentState::kHeld);
  EXPECT_EQ(run(Moderate{.comment = {2}}), "");
  EXPECT_EQ(content_.follower(kStory, device(kAnna))->unseen, 0U) << "it was told";
  // Taken away before it was told, it is told once it is back, also after others.
  posted({3}, kBen, {1});
  posted({4}, kBen, {1});
  const Moderate reject{.comment = {3}, .state = CommentState::kRejected, .ground = Ground::kSpam};
  EXPECT_EQ(run(reject), "");
  EXPECT_EQ(content_.follower(kStory, device(kAnna))->unseen, 1U);
  EXPECT_EQ(run(NoteTold{kStory, {{device(kAnna), comment({4}).announced, {{4}}}}}), "");
  EXPECT_FALSE(content_.follower(kStory, device(kAnna))->reply);
  EXPECT_EQ(run(Moderate{.comment = {3}}), "");
  EXPECT_EQ(content_.follower(kStory, device(kAnna))->reply, core::CommentId{3});
}

TEST_F(ImportTest, TakesCommentsAsTheyWereAndTellsNobody) {
  const Time old = *parse_rfc3339("2020-01-01T00:00:00Z");
  ImportComments body{.conversation = {.story = kStory, .mode = ConversationMode::kClosed},
                      .comments = {{.id = {1}, .name = "Old hand", .text = "One", .created = old},
                                   {.id = {2},
                                    .parent = {1},
                                    .name = "Other",
                                    .badge = core::Badge::kStaff,
                                    .text = "Two",
                                    .created = old + Seconds{1}},
                                   {.id = {3}, .state = CommentState::kDeleted}}};
  EXPECT_EQ(run(body), "");
  EXPECT_EQ(content_.last_sequence(), 0U);
  EXPECT_EQ(conversation().published, 2U);
  EXPECT_EQ(conversation().latest, 0U);
  EXPECT_FALSE(conversation().was_open);
  EXPECT_EQ(comment({2}).badge, core::Badge::kStaff);
  EXPECT_EQ(comment({1}).created, old);
  EXPECT_EQ(run(body), "");
  EXPECT_TRUE(last_.empty());
  body.comments = {{.id = {5}, .parent = {6}, .text = "x"}, {.id = {6}, .text = "y"}};
  EXPECT_EQ(run(body), "comments.parent: does not come before its answer");
}

}  // namespace
}  // namespace tocsin::conversation
