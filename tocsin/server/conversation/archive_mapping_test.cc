// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/archive_mapping.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/conversation/limits.h"
#include "tocsin/newsroom/memory_content.h"
#include "tocsin/newsroom/sample.h"
#include "tocsin/server/conversation/archive_ids.h"

namespace tocsin::server {
namespace {

namespace sample = newsroom::sample;
using archive::ArchivedComment;
using archive::ArchivedConversation;
using archive::State;
using core::CommentState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr core::StoryId kStory{41};
const Time kOld = *parse_rfc3339("2014-05-06T07:08:09Z");

ArchivedComment comment(std::string key, std::string parent = {}) {
  ArchivedComment out;
  out.key = std::move(key);
  out.parent_key = std::move(parent);
  out.author.name = "Ann";
  out.created = kOld;
  out.text = "Text of " + out.key;
  return out;
}

ArchivedConversation conversation(std::vector<ArchivedComment> comments) {
  ArchivedConversation out;
  out.key = "7";
  out.page_url = "https://wire.example/41";
  out.title = "Quake hits the coast";
  out.comments = std::move(comments);
  return out;
}

class Mapping : public testing::Test {
 protected:
  Mapping() {
    content_.write(sample::site());
    content_.write(sample::story(41));
    rules_.now = sample::kNow;
  }

  // Plans and runs what is planned; what it counted.
  ImportCounts import(const std::vector<ArchivedConversation>& conversations,
                      std::string_view format = "wordpress") {
    StoryFinder finder;
    for (const auto& story : content_.stories({.site = sample::kSite, .public_only = false})) {
      finder.add(story);
    }
    ArchiveMapping mapping(content_, sample::site(), std::move(finder), rules_);
    commands_.clear();
    for (const auto& each : conversations) {
      for (auto& body : mapping.plan(format, each)) {
        commands_.push_back(body);
        const auto effects = content_.execute(sample::command(++last_, std::move(body)));
        EXPECT_TRUE(effects) << effects.error().message;
      }
    }
    return mapping.counts();
  }
  ImportCounts import(ArchivedConversation one) { return import(std::vector{std::move(one)}); }

  std::vector<core::Comment> comments(core::StoryId story = kStory) const {
    return content_.comments({.story = story, .public_only = false});
  }
  std::vector<core::Story> stories() const {
    return content_.stories({.site = sample::kSite, .public_only = false});
  }

  newsroom::MemoryContent content_;
  ImportRules rules_;
  std::vector<newsroom::Body> commands_;
  std::uint8_t last_ = 0;
};

TEST_F(Mapping, KeepsAuthorsTimesStatesAndAnswers) {
  auto staff = comment("2", "1");
  staff.author.is_staff = true;
  staff.author.email = "ann@reader.example";
  staff.votes = 3;
  staff.is_featured = true;
  auto held = comment("3");
  held.state = State::kPending;
  auto spam = comment("4");
  spam.state = State::kSpam;
  auto deleted = comment("5", "1");
  deleted.state = State::kDeleted;
  deleted.votes = -4;
  const auto counts = import(conversation({comment("1"), staff, held, spam, deleted}));
  EXPECT_EQ(counts.matched, 1U);
  EXPECT_EQ(counts.published, 2U);
  EXPECT_EQ(counts.held, 1U);
  EXPECT_EQ(counts.rejected, 1U);
  EXPECT_EQ(counts.deleted, 1U);
  ASSERT_THAT(comments(), SizeIs(5));
  for (const auto& each : comments()) {
    EXPECT_EQ(each.created, kOld);
    EXPECT_EQ(each.name, "Ann");
    EXPECT_FALSE(each.reader);
    if (each.text == "Text of 2") {
      EXPECT_EQ(content_.comment(each.parent)->text, "Text of 1");
      EXPECT_EQ(each.badge, core::Badge::kStaff);
      EXPECT_EQ(each.votes, 3U);
      EXPECT_TRUE(each.is_featured);
    }
    if (each.state == CommentState::kRejected) {
      EXPECT_THAT(each.reason, HasSubstr("spam"));
    }
    EXPECT_EQ(each.text.empty(), each.state == CommentState::kDeleted);
  }
  EXPECT_EQ(content_.last_sequence(), 0U) << "nobody is told";
}

TEST_F(Mapping, AddsNothingTheSecondTimeAndGoesOnWhereItWasInterrupted) {
  const auto whole = conversation({comment("1"), comment("2", "1"), comment("3", "2")});
  import(conversation({comment("1")}));
  const auto first = comments();
  const auto counts = import(whole);
  EXPECT_EQ(counts.known, 1U);
  EXPECT_EQ(counts.added(), 2U);
  EXPECT_EQ(content_.comment(first[0].id)->text, "Text of 1");
  const auto all = comments();
  const auto again = import(whole);
  EXPECT_EQ(again.known, 3U);
  EXPECT_EQ(again.added(), 0U);
  EXPECT_TRUE(commands_.empty());
  EXPECT_EQ(comments(), all);
  EXPECT_EQ(import({conversation({comment("1")})}, "disqus").added(), 1U) << "another system's";
}

TEST_F(Mapping, OrdersByAgeAndAnswersAfterWhatTheyAnswer) {
  auto late = comment("1");
  late.created = kOld + Seconds{86'400};
  auto hasty = comment("2", "1");  // older than what it answers
  auto undated = comment("4", "1");
  undated.created = {};
  import(conversation({late, hasty, comment("3"), undated}));
  std::vector<std::string> texts;
  for (const auto& each : comments()) texts.push_back(each.text);
  ASSERT_THAT(texts, SizeIs(4));
  EXPECT_EQ(texts[0], "Text of 3");
  EXPECT_EQ(texts[1], "Text of 1");
  for (const auto& each : comments()) {
    EXPECT_LT(each.parent, each.id);
    EXPECT_NE(each.created, Time{});
  }
}

// Ids have some 600 million places a second: of 40,000 comments in one second one pair or two
// collide.
TEST_F(Mapping, LosesNoneOfManyCommentsInOneSecond) {
  StoryFinder finder;
  finder.add(sample::story(41));
  ArchiveMapping mapping(content_, sample::site(), std::move(finder), rules_);
  std::set<core::CommentId> ids;
  std::size_t count = 0;
  for (int i = 0; i < 400; ++i) {
    auto one = conversation({});
    one.key = std::to_string(i);
    for (int j = 0; j < 100; ++j) one.comments.push_back(comment(std::to_string(j)));
    for (auto& body : mapping.plan("disqus", one)) {
      for (const auto& each : std::get<conversation::ImportComments>(body).comments) {
        ids.insert(each.id);
        ++count;
      }
    }
  }
  EXPECT_EQ(count, 40'000U);
  EXPECT_EQ(ids.size(), count);
}

TEST_F(Mapping, DoesNotTakeAnotherStorysCommentOfTheSameIdForItsOwn) {
  import(conversation({comment("1")}));
  auto other = comments()[0];
  other.story = core::StoryId{42};
  other.text = "Somebody else's";
  content_.write(sample::story(42));
  content_.write(other);
  EXPECT_EQ(import(conversation({comment("1")})).added(), 1U);
  EXPECT_EQ(import(conversation({comment("1")})).known, 1U);
}

TEST_F(Mapping, LeavesOutPagesWithoutAStoryAndNamesThem) {
  auto other = conversation({comment("1"), comment("2")});
  other.page_url = "https://wire.example/other";
  other.title = "Other";
  const auto counts = import(other);
  EXPECT_EQ(counts.left_out, 1U);
  EXPECT_EQ(counts.without_story, 2U);
  EXPECT_THAT(counts.pages_left, ElementsAre("https://wire.example/other"));
  EXPECT_TRUE(commands_.empty());
}

TEST_F(Mapping, MakesStoriesInSilenceAndOnce) {
  rules_.creates_stories = true;
  auto other = conversation({comment("1"), comment("2")});
  other.comments[1].created = kOld - Seconds{10};
  other.page_url = "https://wire.example/other";
  other.title = "Old news";
  EXPECT_EQ(import(other).created, 1U);
  ASSERT_THAT(stories(), SizeIs(2));
  const auto made = std::get<newsroom::PutStory>(commands_[0]).story.id;
  const auto story = *content_.story(made);
  EXPECT_EQ(story.headline, "Old news");
  EXPECT_EQ(story.url, other.page_url);
  EXPECT_EQ(story.state, core::StoryState::kPublished);
  EXPECT_EQ(story.published, kOld - Seconds{10});
  EXPECT_EQ(story.updated, story.published);
  const core::StoryId of_2026{id_at(id_moment(sample::kNow - Seconds{40'000'000}, 0), 0)};
  EXPECT_LT(story.id, of_2026) << "it stands behind what is news";
  EXPECT_EQ(content_.last_sequence(), 0U);
  EXPECT_THAT(content_.alerts({.site = sample::kSite}), SizeIs(0));
  EXPECT_EQ(comments(made).size(), 2U);
  EXPECT_EQ(import(other).matched, 1U);
  EXPECT_THAT(stories(), SizeIs(2));
}

TEST_F(Mapping, FindsTheStoryItMadeForAPageKnownByItsPathAlone) {
  rules_.creates_stories = true;
  auto other = conversation({comment("1")});
  other.page_url.clear();
  other.page_path = "/2014/quake";
  EXPECT_EQ(import({other}, "isso").created, 1U);
  EXPECT_EQ(import({other}, "isso").known, 1U);
  rules_.pages_at = "https://www.wire.example";
  other.page_path = "/41";
  const auto counts = import({other}, "isso");
  EXPECT_EQ(counts.matched, 1U) << "the sample's story is there";
}

TEST_F(Mapping, MakesNoStoryOfAPageWhoseCommentsNobodyIsToSee) {
  rules_.creates_stories = true;
  auto trashed = comment("1");
  trashed.state = State::kDeleted;
  auto other = conversation({trashed});
  other.page_url = "https://wire.example/trashed";
  other.title = "In the trash";
  EXPECT_EQ(import(other).empty, 1U);
  EXPECT_THAT(stories(), SizeIs(1));
}

TEST_F(Mapping, MakesADraftOfAPageThatIsNotPublic) {
  rules_.creates_stories = true;
  auto draft = conversation({comment("1")});
  draft.page_url = "https://wire.example/?p=9";
  draft.title = "<em>Not yet</em> written &amp; said";
  draft.is_public = false;
  EXPECT_EQ(import({draft}).created, 1U);
  const auto story = *content_.story(std::get<newsroom::PutStory>(commands_[0]).story.id);
  EXPECT_EQ(story.state, core::StoryState::kDraft);
  EXPECT_EQ(story.headline, "Not yet written & said");
}

TEST_F(Mapping, ClosesWhatWasClosedUnlessTheNewsroomDecided) {
  auto closed = conversation({comment("1")});
  closed.is_open = false;
  closed.closed = kOld + Seconds{5};
  import(closed);
  const auto known = *content_.conversation(kStory);
  EXPECT_EQ(known.mode, core::ConversationMode::kClosed);
  EXPECT_EQ(known.since, closed.closed);
  EXPECT_FALSE(known.reason.empty());
  auto opened = known;
  opened.mode = core::ConversationMode::kOpen;
  content_.write(opened);
  import(closed);
  EXPECT_EQ(content_.conversation(kStory)->mode, core::ConversationMode::kOpen);
}

TEST_F(Mapping, ClosesConversationsWithoutComments) {
  auto closed = conversation({});
  closed.is_open = false;
  EXPECT_EQ(import(closed).closed, 1U);
  EXPECT_EQ(content_.conversation(kStory)->mode, core::ConversationMode::kClosed);
}

TEST_F(Mapping, LeavesOutEmptyTextAndKeepsItsAnswers) {
  auto empty = comment("2", "1");
  empty.text = " \xe2\x80\x8b ";  // a zero-width space
  const auto counts = import(conversation({comment("1"), empty, comment("3", "2")}));
  EXPECT_EQ(counts.without_text, 1U);
  ASSERT_THAT(comments(), SizeIs(2));
  EXPECT_EQ(comments()[1].text, "Text of 3");
  EXPECT_EQ(comments()[1].parent, comments()[0].id);
}

TEST_F(Mapping, CutsTextThatIsTooLong) {
  auto lengthy = comment("1");
  lengthy.text = std::string(conversation::kCommentBytesMax - 1, 'a') + "\xc3\xa9tude";
  EXPECT_EQ(import(conversation({lengthy})).shortened, 1U);
  EXPECT_EQ(comments()[0].text.size(), conversation::kCommentBytesMax - 1);
}

TEST_F(Mapping, KeepsNetworksOfTheLastThirtyDaysAsHashes) {
  rules_.network_hash = [](std::string_view) { return std::uint64_t{77}; };
  auto recent = comment("1");
  recent.created = sample::kNow - Seconds{86'400};
  recent.address = "203.0.113.9";
  auto hashed = recent;
  hashed.key = "2";
  hashed.text = "Text of 2";
  hashed.address = "0c9aa6b7e8c1";
  auto old = comment("3");
  old.address = "203.0.113.9";
  import(conversation({recent, hashed, old}));
  ASSERT_THAT(comments(), SizeIs(3));
  for (const auto& each : comments()) {
    EXPECT_EQ(each.network, each.text == "Text of 1" ? 77U : 0U);
  }
}

TEST_F(Mapping, SplitsALongConversationIntoCommands) {
  std::vector<ArchivedComment> many;
  for (std::size_t i = 0; i <= conversation::kImportedMax; ++i) {
    many.push_back(comment(std::to_string(i), i == 0 ? "" : "0"));
  }
  StoryFinder finder;
  finder.add(sample::story(41));
  ArchiveMapping mapping(content_, sample::site(), std::move(finder), rules_);
  const auto bodies = mapping.plan("coral", conversation(std::move(many)));
  ASSERT_THAT(bodies, SizeIs(2));
  EXPECT_EQ(std::get<conversation::ImportComments>(bodies[1]).comments.size(), 1U);
}

TEST_F(Mapping, KeepsTheIdsOfOurOwnArchives) {
  rules_.creates_stories = true;
  const core::StoryId story{id_at(id_moment(sample::kNow, 5), 5)};
  const core::CommentId first{id_at(id_moment(sample::kNow, 6), 6)};
  auto ours = conversation({comment(first.text()), comment("0000000000001", first.text())});
  ours.key = story.text();
  ours.page_url = "https://bell.example/s/quake-" + story.text();
  EXPECT_EQ(import({ours}, "tocsin").created, 1U);
  ASSERT_THAT(comments(story), SizeIs(2));
  EXPECT_EQ(comments(story)[0].id, first);
  EXPECT_EQ(comments(story)[1].parent, first);
  const auto again = import({ours}, "tocsin");
  EXPECT_EQ(again.matched, 1U);
  EXPECT_EQ(again.known, 2U);
}

class Finder : public testing::Test {
 protected:
  void add(std::uint64_t id, std::string url, std::string headline = "Some report") {
    auto story = sample::story(id, std::move(headline));
    story.url = std::move(url);
    finder_.add(story);
  }
  // The id of the story that is found; 0: none.
  std::uint64_t found(std::string url, std::string slug = {}, std::string path = {}) const {
    ArchivedConversation given;
    given.page_url = std::move(url);
    given.slug = std::move(slug);
    given.page_path = std::move(path);
    return finder_.find(given).value_or(core::StoryId{}).value;
  }

  StoryFinder finder_;
};

TEST_F(Finder, MatchesAddressesWithoutRegardToSchemeAndLastSlash) {
  add(1, "https://www.news.example/2026/quake/");
  add(2, "https://news.example/?p=12");
  EXPECT_EQ(found("http://news.example/2026/quake"), 1U);
  EXPECT_EQ(found("https://news.example/?p=12"), 2U);
  EXPECT_EQ(found("https://news.example/?p=13"), 0U);
  EXPECT_EQ(found("https://news.example/"), 0U);
}

TEST_F(Finder, MatchesPathsOfAnotherHost) {
  add(1, "https://new.example/2026/quake/");
  EXPECT_EQ(found("https://old.example/2026/quake"), 1U);
  EXPECT_EQ(found("", "", "/2026/quake/"), 1U);
  add(2, "https://third.example/2026/quake");
  EXPECT_EQ(found("https://old.example/2026/quake"), 0U) << "there are two";
  EXPECT_EQ(found("https://third.example/2026/quake"), 2U);
}

TEST_F(Finder, MatchesSlugsLast) {
  add(1, "https://new.example/a/quake-hits-coast.html");
  add(2, "", "Flood in the valley");
  EXPECT_EQ(found("https://old.example/?p=1", "quake-hits-coast"), 1U);
  EXPECT_EQ(found("https://old.example/2020/quake-hits-coast/"), 1U);
  EXPECT_EQ(found("https://old.example/?p=2", "flood-in-the-valley"), 2U);
  EXPECT_EQ(found("https://old.example/x", core::slug(sample::story(2, "Renamed"))), 2U);
  EXPECT_EQ(found("https://old.example/?p=3", "nothing-like-it"), 0U);
}

TEST(ArchiveIds, GrowWithTimeAndStayBelowThoseOfToday) {
  std::uint64_t last = 0;
  for (const auto* text : {"1995-01-01T00:00:00Z", "2010-01-01T00:00:00Z", "2019-12-31T23:59:59Z",
                           "2020-01-01T00:00:01Z", "2024-12-31T23:59:58Z", "2025-01-01T00:00:00Z",
                           "2025-01-01T00:00:01Z", "2026-11-25T00:00:00Z"}) {
    const auto id = id_at(id_moment(*parse_rfc3339(text), 0x123456789abcdef0), 0x3fffff);
    EXPECT_GT(id, last) << text;
    EXPECT_LT(id, std::uint64_t{1} << 63);
    last = id;
  }
  EXPECT_LT(id_moment(Time{}, ~std::uint64_t{0}),
            id_moment(*parse_rfc3339("1995-01-01T00:00:00Z"), 0));
}

}  // namespace
}  // namespace tocsin::server
