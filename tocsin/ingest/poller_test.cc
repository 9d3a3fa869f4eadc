// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/poller.h"

#include <functional>
#include <map>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Time kStart = *parse_rfc3339("2026-11-23T09:41:00Z");

std::string rss(const std::string& id) {
  return "<rss version=\"2.0\"><channel><title>News</title><item><guid>" + id + "</guid><title>" +
         id + "</title></item></channel></rss>";
}

FetchResult document(const std::string& id) { return {.status = 200, .body = rss(id)}; }

// A Web whose answers come when the test says.
class ScriptedWeb final : public FetchPort {
 public:
  struct Visit {
    FetchRequest request;
    std::function<void(FetchResult)> done;
  };

  void fetch(FetchRequest request, std::function<void(FetchResult)> done) override {
    urls.push_back(request.url);
    open.push_back({std::move(request), std::move(done)});
  }
  // Answers the oldest visit that has no answer.
  void answer(FetchResult result) {
    ASSERT_FALSE(open.empty());
    const Visit visit = std::move(open.front());
    open.erase(open.begin());
    visit.done(std::move(result));
  }

  bool is_open() const override { return takes_more; }

  bool takes_more = true;
  std::vector<std::string> urls;  // in the order they were asked for
  std::vector<Visit> open;
};

class PollerTest : public ::testing::Test, protected Sink {
 protected:
  void take(FetchOutcome outcome) override { outcomes.push_back(std::move(outcome)); }

  static FeedTarget target(std::uint64_t id, Seconds interval = Seconds(300)) {
    return {.id = core::FeedId{id},
            .url = "https://host" + std::to_string(id) + ".example/feed",
            .interval = interval};
  }
  // Lets the time pass, doing what is due when it is due. Each fetch is answered at once.
  void run_for(Millis duration,
               const std::function<FetchResult(const FetchRequest&)>& web_answers) {
    const Time end = clock.now() + duration;
    while (true) {
      poller.run_due();
      while (!web.open.empty()) web.answer(web_answers(web.open.front().request));
      const auto due = poller.next_due();
      if (!due || *due > end) break;
      if (*due > clock.now()) clock.advance(*due - clock.now());
    }
    if (clock.now() < end) clock.advance(end - clock.now());
  }

  FakeClock clock{kStart};
  SeededRandom random{1};
  ScriptedWeb web;
  std::vector<FetchOutcome> outcomes;
  PollerConfig config{.fetches_max = 4};
  Poller poller{config, clock, random, web, *this};
};

TEST_F(PollerTest, FetchesAFeedAtOnceWhenItIsAdded) {
  poller.put(target(1));
  poller.run_due();
  EXPECT_THAT(web.urls, ElementsAre("https://host1.example/feed"));
  web.answer(document("a"));
  ASSERT_THAT(outcomes, SizeIs(1));
  EXPECT_TRUE(outcomes[0].first_sight);
  EXPECT_EQ(poller.next_due(), kStart + Seconds(300));
  EXPECT_EQ(*poller.state(core::FeedId{1}), outcomes[0].state);
}

TEST_F(PollerTest, FetchesNothingWhileThePortIsClosed) {
  for (std::uint64_t id = 1; id <= 3; ++id) poller.put(target(id));
  poller.run_due();
  EXPECT_THAT(web.open, SizeIs(3));
  poller.put(target(4));
  web.takes_more = false;
  web.answer(document("a"));
  EXPECT_THAT(outcomes, SizeIs(1));
  EXPECT_THAT(web.open, SizeIs(2));
  EXPECT_EQ(poller.next_due(), kStart);  // it stays due
  web.takes_more = true;
  poller.run_due();
  EXPECT_EQ(web.urls.back(), "https://host4.example/feed");
}

TEST_F(PollerTest, SendsBackWhatTheServerGave) {
  poller.put(target(1));
  poller.run_due();
  auto result = document("a");
  result.headers.add("etag", "\"\xff\"");
  result.headers.add("last-modified", "May");
  web.answer(std::move(result));
  clock.advance(Seconds(300));
  poller.run_due();
  EXPECT_EQ(web.open.at(0).request.etag, "\"\xff\"");
  EXPECT_EQ(web.open.at(0).request.last_modified, "May");
}

TEST_F(PollerTest, PollsAtTheInterval) {
  poller.put(target(1, Seconds(60)));
  poller.put(target(2, Seconds(1)));
  run_for(Seconds(3600), [](const FetchRequest& request) { return document(request.url); });
  const auto visits = std::count(web.urls.begin(), web.urls.end(), "https://host1.example/feed");
  EXPECT_EQ(visits, 61);
  EXPECT_THAT(web.urls, SizeIs(61 + 3601));
}

TEST_F(PollerTest, GoesOnAfterARestartWhereItEnded) {
  FeedState state;
  state.known = true;
  state.next_fetch = kStart + Seconds(120);
  poller.load(target(1), state);
  poller.run_due();
  EXPECT_THAT(web.urls, IsEmpty());
  EXPECT_EQ(poller.next_due(), kStart + Seconds(120));
}

TEST_F(PollerTest, SpreadsWhatIsOverdueAtAStart) {
  FeedState overdue;
  overdue.next_fetch = kStart - Seconds(9999);
  for (std::uint64_t id = 1; id <= 600; ++id) poller.load(target(id), overdue);
  std::map<std::int64_t, int> visits_by_second;
  run_for(Seconds(120), [&](const FetchRequest&) {
    ++visits_by_second[(clock.now() - kStart) / Seconds(1)];
    return document("a");
  });
  EXPECT_THAT(web.urls, SizeIs(600));
  EXPECT_LE(visits_by_second.rbegin()->first, 60);
  for (const auto& [second, visits] : visits_by_second) EXPECT_LE(visits, 30) << second;
}

TEST_F(PollerTest, NeverVisitsOneHostTwiceAtATime) {
  auto first = target(1);
  auto second = target(2);
  second.url = "https://host1.example/other";
  poller.put(first);
  poller.put(second);
  poller.put(target(3));
  poller.run_due();
  ASSERT_THAT(web.urls, ElementsAre("https://host1.example/feed", "https://host3.example/feed"));
  EXPECT_EQ(poller.next_due(), std::nullopt);
  web.answer(document("a"));
  EXPECT_EQ(web.urls.back(), "https://host1.example/other");
}

TEST_F(PollerTest, KeepsToItsNumberOfFetchesAtATime) {
  for (std::uint64_t id = 1; id <= 10; ++id) poller.put(target(id));
  poller.run_due();
  EXPECT_THAT(web.open, SizeIs(4));
  EXPECT_EQ(poller.next_due(), std::nullopt);
  for (int i = 0; i < 10; ++i) {
    web.answer(document("a"));
    EXPECT_LE(web.open.size(), 4u);
  }
  EXPECT_THAT(outcomes, SizeIs(10));
}

TEST_F(PollerTest, LeavesAFeedThatIsGoneAloneUntilSomebodyAsks) {
  poller.put(target(1));
  run_for(Seconds(86'400 * 30), [](const FetchRequest&) { return FetchResult{.status = 410}; });
  EXPECT_THAT(web.urls, SizeIs(1));
  EXPECT_EQ(poller.next_due(), std::nullopt);
  poller.wake(core::FeedId{1});
  poller.run_due();
  EXPECT_THAT(web.urls, SizeIs(2));
}

TEST_F(PollerTest, VisitsAServerThatIsDownLessAndLess) {
  poller.put(target(1, Seconds(60)));
  run_for(Seconds(86'400 * 10),
          [](const FetchRequest&) { return FetchResult{.failure = FetchFailure::kUnreachable}; });
  EXPECT_GE(web.urls.size(), 18u);  // about a dozen doublings in the first two days, then one a day
  EXPECT_LE(web.urls.size(), 32u);
}

TEST_F(PollerTest, FetchesWhenWokenButNotTwiceInAMoment) {
  poller.put(target(1));
  poller.run_due();
  web.answer(document("a"));
  clock.advance(Seconds(2));
  poller.wake(core::FeedId{1});
  poller.wake(core::FeedId{1});
  EXPECT_EQ(poller.next_due(), kStart + Seconds(5));
}

TEST_F(PollerTest, FetchesAgainWhenWokenDuringAFetch) {
  poller.put(target(1));
  poller.run_due();
  poller.wake(core::FeedId{1});
  EXPECT_THAT(web.open, SizeIs(1));
  web.answer(document("a"));
  EXPECT_EQ(poller.next_due(), kStart + config.wake_gap);
}

TEST_F(PollerTest, WaitsOutRetryAfterEvenWhenWoken) {
  poller.put(target(1));
  poller.run_due();
  web.answer({.status = 429, .headers = {{{"retry-after", "3600"}}}});
  poller.wake(core::FeedId{1});
  EXPECT_EQ(poller.next_due(), kStart + Seconds(3600));
}

TEST_F(PollerTest, DropsTheAnswerOfAFeedThatWasRemoved) {
  poller.put(target(1));
  poller.run_due();
  poller.remove(core::FeedId{1});
  web.answer(document("a"));
  EXPECT_THAT(outcomes, IsEmpty());
  EXPECT_EQ(poller.state(core::FeedId{1}), nullptr);
  EXPECT_EQ(poller.next_due(), std::nullopt);
}

TEST_F(PollerTest, StartsAfreshWithAnotherAddress) {
  poller.put(target(1));
  poller.run_due();
  auto other = target(1);
  other.url = "https://other.example/feed";
  poller.put(other);
  poller.run_due();
  EXPECT_EQ(web.urls.back(), other.url);
  web.answer(document("of the address before"));
  EXPECT_THAT(outcomes, IsEmpty());
  web.answer(document("b"));
  ASSERT_THAT(outcomes, SizeIs(1));
  EXPECT_TRUE(outcomes[0].first_sight);
}

TEST_F(PollerTest, KeepsWhatItKnowsWhenTheLearnedAddressBecomesTheFeeds) {
  FeedState state;
  state.known = true;
  state.etag = "\"1\"";
  state.learned_url = "https://other.example/feed";
  state.next_fetch = kStart + Seconds(60);
  poller.load(target(1), state);
  auto other = target(1);
  other.url = state.learned_url;
  poller.put(other);
  EXPECT_TRUE(poller.state(core::FeedId{1})->known);
  EXPECT_EQ(poller.state(core::FeedId{1})->etag, "\"1\"");
  EXPECT_EQ(poller.state(core::FeedId{1})->learned_url, "");
}

TEST_F(PollerTest, TakesUpAShorterIntervalAtOnce) {
  poller.put(target(1, Seconds(3600)));
  poller.run_due();
  web.answer(document("a"));
  poller.put(target(1, Seconds(10)));
  EXPECT_EQ(poller.next_due(), kStart + Seconds(10));
}

TEST_F(PollerTest, SurvivesAFeedWithoutAUsableAddress) {
  auto broken = target(1);
  broken.url = "not a url";
  poller.put(broken);
  run_for(Seconds(1), [](const FetchRequest&) {
    return FetchResult{.failure = FetchFailure::kForbidden, .detail = "not an http or https URL"};
  });
  ASSERT_THAT(outcomes, SizeIs(1));
  EXPECT_EQ(outcomes[0].report.verdict, Verdict::kNoAnswer);
}

// Fifty feeds on ten hosts for a week: changes, faults, redirects, hints, restarts.
TEST(PollerSimulation, KeepsItsPromisesThroughAWeek) {
  struct World final : Sink {
    void take(FetchOutcome outcome) override {
      stored[outcome.feed] = outcome.state;
      if (outcome.first_sight) ++first_sights[outcome.feed];
      for (const auto& each : outcome.items) seen[outcome.feed].insert(each.key);
    }
    std::map<core::FeedId, FeedState> stored;
    std::map<core::FeedId, int> first_sights;
    std::map<core::FeedId, std::set<core::ItemKey>> seen;
  };
  FakeClock clock(kStart);
  SeededRandom random(7);
  World world;
  std::vector<FeedTarget> targets;
  for (std::uint64_t id = 1; id <= 50; ++id) {
    targets.push_back(
        {.id = core::FeedId{id},
         .url = "https://host" + std::to_string(id % 10) + ".example/" + std::to_string(id),
         .interval = Seconds(600)});
  }
  std::map<std::string, Time> not_before;  // what a 429 asked for
  std::size_t visits = 0;

  const auto answer = [&](const FetchRequest& request) -> FetchResult {
    ++visits;
    EXPECT_GE(clock.now(), not_before[request.url]) << request.url;
    switch (random.below(10)) {
      case 0:
        return {.failure = FetchFailure::kTimeout};
      case 1:
        not_before[request.url] = clock.now() + Seconds(1800);
        return {.status = 429, .headers = {{{"retry-after", "1800"}}}};
      case 2:
        return {.status = 200, .body = "<html>captcha</html>"};
      case 3:
        return {.status = request.etag.empty() ? 500 : 304};
      default:
        return {.status = 200,
                .headers = {{{"etag", "\"x\""}}},
                .body = rss(std::to_string(random.below(5)))};
    }
  };
  for (int day = 0; day < 7; ++day) {  // each day one process
    ScriptedWeb web;
    Poller poller({.fetches_max = 5}, clock, random, web, world);
    for (const auto& target : targets) {
      if (day == 0) {
        poller.put(target);
      } else {
        poller.load(target, world.stored[target.id]);
      }
    }
    const Time end = clock.now() + std::chrono::hours(24);
    while (clock.now() < end) {
      poller.run_due();
      std::set<std::string> hosts;
      for (const auto& visit : web.open) {
        EXPECT_TRUE(hosts.insert(visit.request.url.substr(0, 13)).second) << "one host twice";
      }
      EXPECT_LE(web.open.size(), 5u);
      if (!web.open.empty()) {
        web.answer(answer(web.open.front().request));
      } else if (const auto due = poller.next_due(); due && *due > clock.now()) {
        clock.advance(*due - clock.now());
      }
      if (random.below(50) == 0) poller.wake(core::FeedId{1 + random.below(50)});
    }
  }
  for (const auto& target : targets) {
    EXPECT_EQ(world.first_sights[target.id], 1) << target.url;
    EXPECT_EQ(world.seen[target.id].size(), 5u) << target.url;
  }
  EXPECT_GT(visits, 50u * 7 * 24);      // at least one an hour
  EXPECT_LT(visits, 50u * 7 * 24 * 8);  // and not more than the interval allows, but for hints
}

TEST_F(PollerTest, PollsABusyFeedOftenAndASleepyOneSeldom) {
  const auto host_of_target = [](std::uint64_t id) { return target(id).url; };
  poller.put({.id = core::FeedId{1}, .url = host_of_target(1)});
  poller.put({.id = core::FeedId{2}, .url = host_of_target(2)});
  // The first has news every ten minutes, the second every twelve hours.
  const auto news = [&](const FetchRequest& request) {
    const Seconds gap = request.url == host_of_target(1) ? Seconds(600) : Seconds(43'200);
    const auto number = (clock.now() - kStart) / gap;
    return document(std::to_string(number));
  };
  const auto end = clock.now() + Seconds(86'400);
  std::size_t taken = 0;
  while (clock.now() < end) {
    run_for(Seconds(1), news);
    for (; taken < outcomes.size(); ++taken) {
      const auto& out = outcomes[taken];
      const bool is_fresh = !out.items.empty() && !out.first_sight;
      if (is_fresh) poller.learn(out.feed, 1, out.report.at);
    }
  }
  const auto busy = std::count(web.urls.begin(), web.urls.end(), host_of_target(1));
  const auto sleepy = std::count(web.urls.begin(), web.urls.end(), host_of_target(2));
  EXPECT_GT(busy, 4 * 144 - 100);
  EXPECT_LT(busy, 86'400 / kStrangerWaitMin.count() + 1);
  EXPECT_GE(sleepy, 24);
  EXPECT_LT(sleepy, 60);
}

TEST_F(PollerTest, ComesBackEarlierWhenItLearnsOfNews) {
  const core::FeedId id{1};
  FeedState sleepy{.known = true, .last_fetch = kStart, .next_fetch = kStart};
  sleepy.rhythm = {.gap = Seconds(600), .at_once = 1, .last_news = kStart - Seconds(43'200)};
  poller.load({.id = id, .url = "https://host1.example/feed"}, sleepy);
  run_for(Seconds(60), [](const FetchRequest&) { return document("a"); });
  ASSERT_THAT(outcomes, SizeIs(1));
  const Time at = outcomes[0].report.at;
  EXPECT_EQ(poller.next_due(), at + kStrangerWaitMax);
  poller.learn(id, 1, at);
  EXPECT_LT(*poller.next_due(), at + Seconds(1'800));
  EXPECT_EQ(poller.state(id)->fetches.front().fresh, 1u);
  poller.learn(core::FeedId{9}, 1, at);
}

TEST_F(PollerTest, TakesWhatAHubPushesAndPollsAsBefore) {
  poller.put(target(1));
  poller.run_due();
  web.answer(document("a"));
  const auto due = poller.next_due();
  EXPECT_TRUE(poller.take_push(core::FeedId{1}, {.body = rss("b")}));
  ASSERT_THAT(outcomes, SizeIs(2));
  EXPECT_TRUE(outcomes[1].is_push);
  EXPECT_THAT(outcomes[1].items, SizeIs(1));
  EXPECT_EQ(poller.next_due(), due);
  EXPECT_EQ(*poller.state(core::FeedId{1}), outcomes[0].state);
}

TEST_F(PollerTest, FetchesWhatAHubPushesAndNobodyCanRead) {
  poller.put(target(1));
  poller.run_due();
  web.answer(document("a"));
  EXPECT_FALSE(poller.take_push(core::FeedId{1}, {.body = "news!"}));
  EXPECT_THAT(outcomes, SizeIs(1));
  EXPECT_EQ(poller.next_due(), kStart + config.wake_gap);
}

TEST_F(PollerTest, TakesNoPushForAFeedThatIsGone) {
  EXPECT_TRUE(poller.take_push(core::FeedId{1}, {.body = rss("b")}));
  EXPECT_THAT(outcomes, IsEmpty());
}

TEST_F(PollerTest, VisitsACalmFeedLessOftenUntilTheCalmEnds) {
  poller.put(target(1, Seconds(60)));
  poller.calm(core::FeedId{1}, Seconds(600), kStart + Seconds(1'500));
  run_for(Seconds(1'800), [](const FetchRequest&) { return document("a"); });
  EXPECT_THAT(web.urls, SizeIs(1 + 3 + 5));  // at 0; 600, 1200, 1500; 1560 ... 1800
}

TEST_F(PollerTest, VisitsAFeedSoonWhoseCalmIsOver) {
  poller.put(target(1, Seconds(60)));
  poller.calm(core::FeedId{1}, Seconds(3'600), kStart + Seconds(9'000));
  run_for(Seconds(300), [](const FetchRequest&) { return document("a"); });
  EXPECT_EQ(poller.next_due(), kStart + Seconds(3'600));
  poller.put(target(1, Seconds(61)));  // a change does not end it
  EXPECT_EQ(poller.next_due(), kStart + Seconds(3'600));
  poller.calm(core::FeedId{1}, Seconds(60), {});
  EXPECT_EQ(poller.next_due(), clock.now());
}

}  // namespace
}  // namespace tocsin::ingest
