// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/feeds/hub_pings.h"

#include <algorithm>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/newsroom/memory_content.h"
#include "tocsin/newsroom/sample.h"

namespace tocsin::server {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
namespace sample = newsroom::sample;

constexpr auto* kHub = "https://hub.example/";

// Keeps what it was asked, and answers when told.
struct FakeHubs final : ingest::FetchPort {
  void fetch(ingest::FetchRequest request, std::function<void(ingest::FetchResult)> done) override {
    requests.push_back(std::move(request));
    answers.push_back(std::move(done));
  }
  void answer(int status, const std::string& retry_after = "") {
    ingest::FetchResult result{.status = status};
    if (!retry_after.empty()) result.headers.add("retry-after", retry_after);
    answers.back()(std::move(result));
  }
  std::vector<std::string> bodies() const {
    std::vector<std::string> out;
    for (const auto& request : requests) out.push_back(*request.posted);
    return out;
  }
  std::vector<ingest::FetchRequest> requests;
  std::vector<std::function<void(ingest::FetchResult)>> answers;
};

// A store of news, which outlives the process.
struct FakeStore {
  void add(std::vector<std::string> feeds) {
    events.push_back({.sequence = events.size() + 1, .feeds = std::move(feeds)});
  }
  std::vector<HubNews> after(std::uint64_t sequence, std::size_t limit) const {
    const auto first = std::min<std::size_t>(sequence, events.size());
    const auto count = std::min(limit, events.size() - first);
    return {events.begin() + static_cast<std::ptrdiff_t>(first),
            events.begin() + static_cast<std::ptrdiff_t>(first + count)};
  }
  std::vector<HubNews> events;
  HubPings::Told told;
};

class HubPingsTest : public ::testing::Test {
 protected:
  // The process begins, or begins again.
  void start(const std::vector<HubAddress>& hubs = {{kHub}}) {
    HubPings::Ports ports{
        .clock = clock_,
        .web = hubs_,
        .news = [this](std::uint64_t after,
                       std::size_t limit) { return store_.after(after, limit); },
        .keep = [this](const std::string& hub, std::uint64_t told) { store_.told[hub] = told; }};
    pings_.emplace(std::move(ports), hubs, store_.told, store_.events.size());
    pings_->look();
  }
  void tell(std::vector<std::string> feeds) {
    store_.add(std::move(feeds));
    pings_->look();
  }

  FakeHubs hubs_;
  FakeClock clock_{Time{Millis{1'795'000'000'000}}};
  FakeStore store_;
  std::optional<HubPings> pings_;
};

TEST_F(HubPingsTest, NameTheFeedsThatHaveNews) {
  start();
  tell({"https://bell.example/feed.atom", "https://bell.example/feed.atom?topic=A%26B"});
  ASSERT_THAT(hubs_.requests, SizeIs(1));
  EXPECT_EQ(hubs_.requests[0].url, "https://hub.example/");
  EXPECT_EQ(hubs_.requests[0].fields.find("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(*hubs_.requests[0].posted,
            "hub.mode=publish&hub.url=https%3A%2F%2Fbell.example%2Ffeed.atom"
            "&hub.url=https%3A%2F%2Fbell.example%2Ffeed.atom%3Ftopic%3DA%2526B");
}

TEST_F(HubPingsTest, NameTheirUserToAHubThatAsksForOne) {
  start({{"https://a.example/", "Basic YTpi"}, {"https://b.example/"}});
  tell({"a"});
  ASSERT_THAT(hubs_.requests, SizeIs(2));
  EXPECT_EQ(hubs_.requests[0].fields.find("authorization"), "Basic YTpi");
  EXPECT_FALSE(hubs_.requests[1].fields.find("authorization"));
}

TEST_F(HubPingsTest, GatherWhatComesWhileOneIsUnderWay) {
  start();
  tell({"a"});
  tell({"b"});
  tell({"a", "c"});
  EXPECT_THAT(hubs_.requests, SizeIs(1));
  hubs_.answer(204);
  EXPECT_THAT(hubs_.bodies(), ElementsAre("hub.mode=publish&hub.url=a",
                                          "hub.mode=publish&hub.url=a&hub.url=b&hub.url=c"));
  hubs_.answer(204);
  pings_->run();
  EXPECT_THAT(hubs_.requests, SizeIs(2));
}

TEST_F(HubPingsTest, TryAgainLaterAndLater) {
  start();
  tell({"a"});
  for (const auto wait : {Seconds(5), Seconds(10), Seconds(20)}) {
    const auto before = hubs_.requests.size();
    hubs_.answer(503);
    tell({"b"});
    clock_.advance(wait - Millis(1));
    pings_->run();
    EXPECT_THAT(hubs_.requests, SizeIs(before));
    clock_.advance(Millis(1));
    pings_->run();
    EXPECT_THAT(hubs_.requests, SizeIs(before + 1));
    EXPECT_EQ(*hubs_.requests.back().posted, "hub.mode=publish&hub.url=a&hub.url=b");
  }
  hubs_.answer(200);
  tell({"c"});
  EXPECT_EQ(*hubs_.requests.back().posted, "hub.mode=publish&hub.url=c");
}

TEST_F(HubPingsTest, ComeNoSoonerThanAHubSays) {
  start();
  tell({"a"});
  for (const auto& [said, wait] :
       {std::pair("120", Seconds(120)), {"1", Seconds(10)}, {"999999999", Seconds(86'400)}}) {
    const auto before = hubs_.requests.size();
    hubs_.answer(429, said);
    clock_.advance(wait - Millis(1));
    pings_->run();
    EXPECT_THAT(hubs_.requests, SizeIs(before)) << said;
    clock_.advance(Millis(1));
    pings_->run();
    EXPECT_THAT(hubs_.requests, SizeIs(before + 1)) << said;
  }
}

TEST_F(HubPingsTest, ForgetNothingOverAnOutageHoweverLong) {
  start();
  tell({"a"});
  hubs_.answer(500);
  for (std::size_t i = 0; i < 2 * HubPings::kFeedsMax; ++i) tell({std::to_string(i)});
  clock_.advance(HubPings::kRetryMin);
  pings_->run();
  std::size_t told = 0;
  for (auto answered = hubs_.requests.size() - 1; answered < hubs_.requests.size(); ++answered) {
    const auto body = *hubs_.requests[answered].posted;
    for (auto at = body.find("hub.url="); at != std::string::npos;
         at = body.find("hub.url=", at + 1)) {
      ++told;
    }
    hubs_.answers[answered]({.status = 200});
    pings_->run();
  }
  EXPECT_EQ(told, 2 * HubPings::kFeedsMax + 1);
  EXPECT_EQ(store_.told[kHub], store_.events.size());
}

TEST_F(HubPingsTest, OfAHubThatIsDownKeepNoOtherWaiting) {
  start({{"https://down.example/"}, {"https://up.example/"}});
  tell({"a"});
  hubs_.answers[0]({.failure = ingest::FetchFailure::kUnreachable});
  hubs_.answers[1]({.status = 202});
  tell({"b"});
  ASSERT_THAT(hubs_.requests, SizeIs(3));
  EXPECT_EQ(hubs_.requests[2].url, "https://up.example/");
  EXPECT_THAT(store_.told, ElementsAre(Pair("https://down.example/", 0),  //
                                       Pair("https://up.example/", 1)));
}

TEST_F(HubPingsTest, OweWhatWasNotTakenBeforeACrash) {
  start();
  tell({"a"});
  hubs_.answer(204);
  tell({"b"});
  tell({"c"});
  start();
  EXPECT_EQ(*hubs_.requests.back().posted, "hub.mode=publish&hub.url=b&hub.url=c");
  hubs_.answer(204);
  const auto before = hubs_.requests.size();
  start();
  EXPECT_THAT(hubs_.requests, SizeIs(before)) << "it was told";
}

TEST_F(HubPingsTest, OweWhatWasPublishedAndNeverLookedAt) {
  start();
  store_.add({"a"});
  start();
  EXPECT_THAT(hubs_.bodies(), ElementsAre("hub.mode=publish&hub.url=a"));
}

TEST_F(HubPingsTest, KeepNoMoreAsToldThanWasTaken) {
  start();
  for (std::size_t i = 0; i < 2 * HubPings::kFeedsPerPing; ++i) {
    store_.add({std::to_string(999 - i)});  // the last event's feed comes first
  }
  pings_->look();
  hubs_.answer(204);
  EXPECT_EQ(store_.told[kHub], 0u);
  hubs_.answer(503);
  EXPECT_EQ(store_.told[kHub], 0u);
  clock_.advance(HubPings::kRetryMin);
  pings_->run();
  hubs_.answer(204);
  EXPECT_EQ(store_.told[kHub], store_.events.size());
}

TEST_F(HubPingsTest, OweNothingToAHubThatIsNew) {
  store_.add({"a"});
  start();
  EXPECT_THAT(hubs_.requests, IsEmpty());
  EXPECT_EQ(store_.told[kHub], 1u) << "from here on it is owed, whatever happens";
  store_.add({"b"});
  start();
  EXPECT_THAT(hubs_.bodies(), ElementsAre("hub.mode=publish&hub.url=b"));
}

TEST_F(HubPingsTest, ReadALongBacklogInTurns) {
  start();
  for (std::size_t i = 0; i < 3 * HubPings::kNewsPerTurn; ++i) store_.add({});
  store_.add({"a"});
  start();
  EXPECT_THAT(hubs_.requests, IsEmpty());
  for (int second = 0; second < 3; ++second) pings_->run();
  EXPECT_THAT(hubs_.bodies(), ElementsAre("hub.mode=publish&hub.url=a"));
}

class HubNewsTest : public ::testing::Test {
 protected:
  HubNewsTest() {
    content_.write(sample::site());
    auto story = sample::story(41);
    story.topics = {"World"};
    content_.write(story);
    story = sample::story(42);
    story.state = core::StoryState::kDraft;
    content_.write(story);
  }
  void add(std::uint64_t sequence, core::LiveEvent::Kind kind, std::uint64_t story) {
    content_.write(core::LiveEvent{.sequence = sequence,
                                   .site = sample::kSite,
                                   .kind = kind,
                                   .subject = story,
                                   .story = core::StoryId{story}});
  }
  newsroom::MemoryContent content_;
};

TEST_F(HubNewsTest, AreOfStoriesThatWereMadePublic) {
  using Kind = core::LiveEvent::Kind;
  add(1, Kind::kStory, 41);
  add(2, Kind::kComment, 41);
  add(3, Kind::kStory, 42);
  add(4, Kind::kStory, 43);
  const auto news = hub_news(content_, 0, 10);
  ASSERT_THAT(news, SizeIs(4));
  EXPECT_THAT(news[0].feeds, Contains("https://bell.example/feed.atom?topic=World"));
  EXPECT_THAT(news[1].feeds, IsEmpty());
  EXPECT_THAT(news[2].feeds, IsEmpty()) << "a draft";
  EXPECT_THAT(news[3].feeds, IsEmpty()) << "removed since";
  EXPECT_EQ(hub_news(content_, 2, 10).front().sequence, 3u);
  EXPECT_THAT(hub_news(content_, 0, 2), SizeIs(2));
}

TEST_F(HubNewsTest, AreOfWhatIsLatestWhereEventsWereDropped) {
  add(7, core::LiveEvent::Kind::kComment, 41);
  add(8, core::LiveEvent::Kind::kComment, 41);
  auto news = hub_news(content_, 5, 10);
  ASSERT_THAT(news, SizeIs(2));
  EXPECT_THAT(news[0].feeds, Contains("https://bell.example/feed.json"));
  EXPECT_THAT(news[1].feeds, IsEmpty());
  EXPECT_THAT(hub_news(content_, 6, 10)[0].feeds, IsEmpty());
}

}  // namespace
}  // namespace tocsin::server
