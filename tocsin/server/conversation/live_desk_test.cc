// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/live_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/http/sse.h"
#include "tocsin/live/fake_stream.h"
#include "tocsin/newsroom/memory_content.h"
#include "tocsin/newsroom/sample.h"

namespace tocsin::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = core::LiveEvent::Kind;

namespace sample = newsroom::sample;

constexpr core::StoryId kStory{41};
constexpr core::StoryId kOther{42};
constexpr core::ThreadId kThread{51};
constexpr core::CommentId kComment{61};
constexpr std::size_t kPerNetwork = 5;

class LiveDeskTest : public ::testing::Test {
 protected:
  using Wire = std::shared_ptr<live::FakeWire>;

  LiveDeskTest() {
    auto site = sample::site();
    site.comments.is_offered = true;
    content_.write(site);
    auto story = sample::story(kStory.value);
    story.state = core::StoryState::kPublished;
    story.published = sample::kNow;
    story.thread = kThread;
    story.topics = {"World"};
    content_.write(story);
    story.id = kOther;
    story.thread = {};
    story.topics = {};
    content_.write(story);
    content_.write(core::Thread{.id = kThread, .site = sample::kSite, .headline = "The quake"});
    write_comment(core::CommentState::kPublished);
  }

  LiveDesk& desk() {
    if (!desk_) {
      desk_.emplace(loop_, content_, random_, clock_, kPerNetwork,
                    [this](const core::Site&, const core::Story& story) {
                      ++cards_;
                      return story.headline;
                    });
      desk_->set_on_conversation([this](core::StoryId story) { watched_.push_back(story); });
    }
    return *desk_;
  }
  Wire open(api::LiveWish wish) {
    wish.site = sample::kSite;
    const auto response = desk().open(wish);
    EXPECT_EQ(response.status, 200);
    auto wire = std::make_shared<live::FakeWire>();
    response.stream(std::make_unique<live::FakeStream>(wire));
    return wire;
  }

  void write_comment(core::CommentState state) {
    content_.write(core::Comment{.id = kComment,
                                 .site = sample::kSite,
                                 .story = kStory,
                                 .name = "Ana",
                                 .text = "Is the pier open?",
                                 .state = state});
  }
  // As the store would have written it.
  core::LiveEvent record(Kind kind, std::uint64_t subject, core::StoryId story,
                         core::ThreadId thread = {}) {
    const core::LiveEvent event{.sequence = ++sequence_,
                                .site = sample::kSite,
                                .kind = kind,
                                .subject = subject,
                                .story = story,
                                .thread = thread,
                                .at = sample::kNow};
    content_.write(event);
    return event;
  }
  void tell(Kind kind, std::uint64_t subject, core::StoryId story, core::ThreadId thread = {}) {
    desk().tell(record(kind, subject, story, thread));
  }

  // Lets the desk send all, once a test. Posts take turns, and the desk needs fewer.
  void send(int turns = 32) {
    pass(turns);
    loop_.run();
  }
  void pass(int turns) {
    loop_.post([this, turns] { turns > 0 ? pass(turns - 1) : loop_.stop(); });
  }
  static std::vector<http::SseEvent> read(const Wire& wire) {
    http::SseReader reader;
    for (const auto& bytes : std::exchange(wire->sent, {})) reader.feed(bytes);
    std::vector<http::SseEvent> out;
    while (auto one = reader.next()) out.push_back(*std::move(one));
    return out;
  }
  static std::vector<std::string> names(const std::vector<http::SseEvent>& events) {
    std::vector<std::string> out;
    for (const auto& event : events) out.push_back(event.id + ' ' + event.event);
    return out;
  }

  net::Loop loop_;
  newsroom::MemoryContent content_;
  SeededRandom random_{1};
  FakeClock clock_{sample::kNow};
  std::vector<core::StoryId> watched_;
  std::uint64_t sequence_ = 0;
  int cards_ = 0;  // that were made
  std::optional<LiveDesk> desk_;
};

TEST_F(LiveDeskTest, TellsOfAStoryWhereverItIsListed) {
  const auto story = open({.stories = {kStory}});
  const auto front = open({.front = true});
  const auto topic = open({.topics = {"WORLD"}});
  const auto thread = open({.threads = {kThread}});
  const auto other = open({.stories = {kOther}});
  tell(Kind::kStory, kStory.value, kStory);
  send();
  for (const auto& wire : {story, front, topic, thread}) {
    EXPECT_THAT(names(read(wire)), ElementsAre("1 story"));
  }
  EXPECT_THAT(read(other), IsEmpty());
}

TEST_F(LiveDeskTest, TellsOfACommentToThoseWhoReadTheConversation) {
  const auto reader = open({.conversations = {kStory}});
  const auto other = open({.stories = {kStory}, .conversations = {kOther}});
  tell(Kind::kComment, kComment.value, kStory);
  send();
  const auto events = read(reader);
  ASSERT_THAT(names(events), ElementsAre("1 comment"));
  const auto data = Json::parse(events[0].data);
  ASSERT_TRUE(data);
  EXPECT_EQ(*data->find("sequence"), Json(1));
  EXPECT_NE(events[0].data.find("Is the pier open?"), std::string::npos);
  EXPECT_THAT(read(other), IsEmpty());
}

TEST_F(LiveDeskTest, NeverTellsTheWordsOfACommentThatWasTakenAway) {
  record(Kind::kComment, kComment.value, kStory);
  write_comment(core::CommentState::kRejected);
  record(Kind::kComment, kComment.value, kStory);
  const auto late = open({.conversations = {kStory}, .after = 0});
  send();
  const auto events = read(late);
  ASSERT_EQ(events.size(), 2u);
  for (const auto& event : events) {
    EXPECT_EQ(event.data.find("Is the pier open?"), std::string::npos) << event.data;
  }
}

TEST_F(LiveDeskTest, GivesAPageThatComesBackWhatItMissed) {
  for (int i = 0; i < 4; ++i) record(Kind::kComment, kComment.value, kStory);
  const auto page = open({.conversations = {kStory}, .after = 2});
  send();
  EXPECT_THAT(names(read(page)), ElementsAre("3 comment", "4 comment"));
}

TEST_F(LiveDeskTest, ReadsWhatItNoLongerRemembers) {
  for (int i = 1; i <= 3'000; ++i) {
    if (i == 150) {
      record(Kind::kComment, kComment.value, kStory);
    } else {
      record(Kind::kStory, kOther.value, kOther);
    }
  }
  const auto page = open({.conversations = {kStory}, .after = 100});
  send();
  EXPECT_THAT(names(read(page)), ElementsAre("150 comment"));
}

// All pages that were asleep for hours come back on the same morning.
TEST_F(LiveDeskTest, MakesLittleForAPageThatMissedMuch) {
  for (int i = 0; i < 5'000; ++i) record(Kind::kStory, kOther.value, kOther);
  desk();
  cards_ = 0;
  const auto front = open({.front = true, .after = 100});
  const auto topic = open({.topics = {"World"}, .after = 100});
  EXPECT_LE(cards_, 400);
  cards_ = 0;
  const auto conversation = open({.conversations = {kStory}, .after = 100});
  EXPECT_EQ(cards_, 0);
  send();
  EXPECT_THAT(names(read(front)), ElementsAre("5000 resync"));
  EXPECT_THAT(names(read(topic)), ElementsAre("5000 resync"));
  EXPECT_THAT(read(conversation), IsEmpty());
}

TEST_F(LiveDeskTest, LeavesOutAnEventThatCameBefore) {
  const auto page = open({.conversations = {kStory}});
  const auto first = record(Kind::kComment, kComment.value, kStory);
  const auto second = record(Kind::kComment, kComment.value, kStory);
  desk().tell(second);
  desk().tell(first);
  desk().tell(second);
  send();
  EXPECT_THAT(names(read(page)), ElementsAre("2 comment"));
}

TEST_F(LiveDeskTest, TellsNobodyOfADraft) {
  auto draft = *content_.story(kStory);
  draft.state = core::StoryState::kDraft;
  content_.write(draft);
  const auto page = open({.front = true, .stories = {kStory}});
  tell(Kind::kStory, kStory.value, kStory);
  tell(Kind::kAlert, 71, kStory);
  send();
  EXPECT_THAT(read(page), IsEmpty());
}

// Its page was made when that event was the last.
TEST_F(LiveDeskTest, HasNothingToTellAPageAgainAfterAnEventThatIsToldToNobody) {
  tell(Kind::kStory, kOther.value, kOther);
  auto draft = *content_.story(kStory);
  draft.state = core::StoryState::kDraft;
  content_.write(draft);
  tell(Kind::kStory, kStory.value, kStory);
  const auto page = open({.front = true, .after = content_.last_sequence()});
  desk_.reset();
  const auto after_a_restart = open({.front = true, .after = content_.last_sequence()});
  send();
  EXPECT_THAT(names(read(page)), IsEmpty());
  EXPECT_THAT(names(read(after_a_restart)), IsEmpty());
}

TEST_F(LiveDeskTest, TellsHowAConversationStandsAtThatMoment) {
  core::Conversation conversation{.story = kStory, .site = sample::kSite};
  conversation.closes_at = sample::kNow + Seconds(60);
  content_.write(conversation);
  const auto page = open({.conversations = {kStory}});
  clock_.advance(Seconds(61));
  tell(Kind::kConversation, kStory.value, kStory);
  send();
  const auto events = read(page);
  ASSERT_THAT(names(events), ElementsAre("1 conversation"));
  EXPECT_NE(events[0].data.find(R"("state":"closed")"), std::string::npos) << events[0].data;
}

TEST_F(LiveDeskTest, GivesOneNetworkSoManyStreamsAndNoMore) {
  std::vector<Wire> wires;
  for (std::size_t i = 0; i < kPerNetwork; ++i) {
    wires.push_back(open({.network = "school", .front = true}));
  }
  const auto refused = desk().open({.network = "school", .front = true});
  EXPECT_EQ(refused.status, 429);
  EXPECT_TRUE(refused.headers.find("retry-after"));
  EXPECT_FALSE(refused.stream);
  open({.network = "elsewhere", .front = true});
  wires.front()->hang_up();
  open({.network = "school", .front = true});
}

// The client left before its stream began, or asked for the head alone.
TEST_F(LiveDeskTest, CountsNoStreamThatNobodyTook) {
  for (std::size_t i = 0; i < 2 * kPerNetwork; ++i) {
    EXPECT_EQ(desk().open({.network = "school", .front = true}).status, 200);
  }
}

TEST_F(LiveDeskTest, HasAConversationWatchedThatAPageShows) {
  open({.stories = {kOther}, .conversations = {kStory}});
  EXPECT_THAT(watched_, ElementsAre(kStory));
}

}  // namespace
}  // namespace tocsin::server
