// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/ingest/advice.h"

namespace tocsin::ingest {
namespace {

using ::testing::HasSubstr;

const Time kNow = *parse_rfc3339("2026-11-23T09:41:00Z");
constexpr Seconds kInterval{300};
const FeedTarget kTarget{
    .id = core::FeedId{7}, .url = "https://news.example/feed", .interval = kInterval};

std::string rss(const std::string& items, const std::string& channel = "") {
  return "<rss version=\"2.0\"><channel><title>News</title>" + channel + items + "</channel></rss>";
}

std::string item(const std::string& id, const std::string& date = "") {
  return "<item><guid>" + id + "</guid><title>" + id + "</title><pubDate>" + date +
         "</pubDate></item>";
}

FetchResult response(int status, std::string body = "",
                     std::vector<std::pair<std::string, std::string>> fields = {}) {
  return {.status = status, .headers = {std::move(fields)}, .body = std::move(body)};
}

FetchOutcome judged(const FetchResult& result, FeedState state = {}) {
  SeededRandom random(1);
  return judge(kTarget, std::move(state), result, kNow, random);
}

FeedState known_state() {
  FeedState state;
  state.known = true;
  state.etag = "\"1\"";
  state.last_modified = "Mon, 23 Nov 2026 09:00:00 GMT";
  return state;
}

TEST(Outcome, OfAFirstDocumentIsMarkedSoThatNobodyIsAlerted) {
  const auto first = judged(response(200, rss(item("a") + item("b"))));
  EXPECT_EQ(first.feed, kTarget.id);
  EXPECT_EQ(first.report.verdict, Verdict::kDocument);
  EXPECT_TRUE(first.first_sight);
  EXPECT_EQ(first.items.size(), 2u);
  EXPECT_EQ(first.report.items, 2u);
  EXPECT_EQ(first.report.problem, "");

  const auto second = judged(response(200, rss(item("a") + item("b") + item("c"))), first.state);
  EXPECT_FALSE(second.first_sight);
  EXPECT_EQ(second.report.items, 3u);
  EXPECT_EQ(second.items.size(), 1u);
}

TEST(Outcome, BringsOfADocumentOnlyWhatIsNewOrSaysSomethingElse) {
  const auto text = [](const std::string& id, const std::string& words) {
    return "<item><guid>" + id + "</guid><title>" + id + "</title><description>" + words +
           "</description></item>";
  };
  const auto first = judged(response(200, rss(text("a", "one") + text("b", "one"))));
  ASSERT_EQ(first.items.size(), 2u);
  EXPECT_EQ(first.items[0].summary_html, "one");

  const auto second = judged(
      response(200, rss(text("c", "new") + text("a", "one") + text("b", "two"))), first.state);
  ASSERT_EQ(second.items.size(), 2u);
  EXPECT_EQ(second.items[0].item.id, "c");
  EXPECT_EQ(second.items[1].item.id, "b");
  EXPECT_EQ(second.items[1].summary_html, "two");

  FeedState forgetful = second.state;
  forget_document(forgetful);
  const auto again =
      judged(response(200, rss(text("c", "new") + text("a", "one") + text("b", "two"))), forgetful);
  EXPECT_EQ(again.items.size(), 3u);
}

TEST(Outcome, KnowsNoMoreThanFiveHundredItemsAgain) {
  std::string items;
  for (int i = 0; i < 600; ++i) items += item("i" + std::to_string(i));
  const auto first = judged(response(200, rss(items)));
  EXPECT_EQ(first.items.size(), 600u);
  EXPECT_EQ(first.state.item_marks.size(), kItemMarksMax);
  EXPECT_EQ(judged(response(200, rss(items + item("new"))), first.state).items.size(), 101u);
}

TEST(Outcome, OfAFeedThatGrowsWithoutBoundIsNoFeedAndForgetsNothing) {
  const auto first = judged(response(200, rss(item("a"))));
  const std::string base = "https://example.org/" + std::string(2'000, 'a') + "/";
  std::string links;
  for (int i = 0; i < 40'000; ++i) links += "&lt;a href=x>";
  std::string items;
  for (int i = 0; i < 40; ++i) {
    items += "<item xml:base='" + base + "'><description>" + std::to_string(i) +
             links.substr(0, 200'000) + "</description></item>";
  }
  const auto second = judged(response(200, rss(items)), first.state);
  EXPECT_EQ(second.report.verdict, Verdict::kNotAFeed);
  EXPECT_NE(second.report.problem.find("32 MB"), std::string::npos);
  EXPECT_EQ(second.state.item_marks, first.state.item_marks);
  EXPECT_TRUE(second.items.empty());
}

TEST(Outcome, IsStillFirstSightWhereNoDocumentCouldBeReadBefore) {
  const auto failed = judged(response(500));
  EXPECT_TRUE(judged(response(200, rss(item("a"))), failed.state).first_sight);
  const auto page = judged(response(200, "<html>hello</html>"));
  EXPECT_TRUE(judged(response(200, rss(item("a"))), page.state).first_sight);
}

TEST(Outcome, KeepsTheValidatorsByteForByte) {
  const std::string odd = "W/\"\xff weird\" ";
  const auto out = judged(response(200, rss(item("a")), {{"etag", odd}, {"last-modified", "May"}}));
  EXPECT_EQ(out.state.etag, odd);
  EXPECT_EQ(out.state.last_modified, "May");
  const auto without = judged(response(200, rss(item("b"))), out.state);
  EXPECT_EQ(without.state.etag, "");
  EXPECT_EQ(without.state.last_modified, "");
}

TEST(Outcome, OfA304KeepsWhatItDoesNotRepeat) {
  const auto out = judged(response(304, "", {{"etag", "\"2\""}}), known_state());
  EXPECT_EQ(out.report.verdict, Verdict::kUnchanged);
  EXPECT_EQ(out.state.etag, "\"2\"");
  EXPECT_EQ(out.state.last_modified, known_state().last_modified);
  EXPECT_TRUE(out.items.empty());
  EXPECT_EQ(out.report.problem, "");
}

TEST(Outcome, OfA304ThatNobodyAskedForIsAFault) {
  const auto out = judged(response(304));
  EXPECT_EQ(out.report.verdict, Verdict::kRefused);
  EXPECT_EQ(out.state.failures, 1u);
}

TEST(Outcome, OfTheSameBytesIsUnchanged) {
  const auto first = judged(response(200, rss(item("a"), "<ttl>60</ttl>")));
  const auto second = judged(response(200, rss(item("a"), "<ttl>60</ttl>")), first.state);
  EXPECT_EQ(second.report.verdict, Verdict::kUnchanged);
  EXPECT_TRUE(second.items.empty());
  EXPECT_EQ(second.state.next_fetch, kNow + Seconds(3600));
}

TEST(Outcome, ClampsPublishTimesToTheFetch) {
  const auto out =
      judged(response(200, rss(item("future", "Thu, 01 Jan 2099 00:00:00 GMT") +
                               item("past", "Sun, 06 Nov 1994 08:49:37 GMT") + item("undated"))));
  ASSERT_EQ(out.items.size(), 3u);
  EXPECT_EQ(out.items[0].item.published, kNow);
  EXPECT_EQ(out.items[1].item.published, parse_rfc3339("1994-11-06T08:49:37Z"));
  EXPECT_EQ(out.items[2].item.published, kNow);
}

TEST(Outcome, SaysHowFarAheadOfTheClockAFeedIs) {
  const auto out = judged(response(200, rss(item("late", "Mon, 23 Nov 2026 09:40:00 GMT") +
                                            item("soon", "Mon, 23 Nov 2026 10:41:00 GMT") +
                                            item("ahead", "Thu, 26 Nov 2026 09:41:00 GMT"))));
  ASSERT_EQ(out.items.size(), 3u);
  EXPECT_EQ(out.items[0].ahead, Seconds(0));
  EXPECT_EQ(out.items[1].ahead, Seconds(3'600));
  EXPECT_EQ(out.items[2].ahead, Seconds(3 * 86'400));
}

TEST(Outcome, LearnsTheRhythmFromTheFirstDocument) {
  const auto out = judged(response(200, rss(item("a", "Mon, 23 Nov 2026 09:31:00 GMT") +
                                            item("b", "Mon, 23 Nov 2026 09:01:00 GMT"))));
  EXPECT_EQ(out.state.rhythm.gap, Seconds(1'800));
  EXPECT_EQ(out.plausible_items, 0u);
  FeedState later = out.state;
  later.rhythm.at_once = 2;
  EXPECT_EQ(judged(response(200, rss(item("c"))), later).plausible_items, 8u);
}

TEST(Outcome, LeavesAFeedAloneInTheHoursThatItNames) {
  FeedState state =
      judged(response(200, rss(item("a"), "<skipHours><hour>9</hour><hour>10</hour></skipHours>")))
          .state;
  EXPECT_EQ(state.next_fetch, parse_rfc3339("2026-11-23T11:00:00Z"));
  // The wish stays while the document does.
  state.etag = "\"1\"";
  EXPECT_EQ(judged(response(304), state).state.next_fetch, parse_rfc3339("2026-11-23T11:00:00Z"));
  // A failure is no reason to come earlier.
  EXPECT_EQ(judged(response(500), state).state.next_fetch, parse_rfc3339("2026-11-23T11:00:00Z"));
}

TEST(Outcome, RemembersTheLastTwentyFetches) {
  FeedState state = judged(response(200, rss(item("a") + item("b")))).state;
  ASSERT_EQ(state.fetches.size(), 1u);
  EXPECT_EQ(state.fetches[0].verdict, Verdict::kDocument);
  EXPECT_EQ(state.fetches[0].items, 2u);
  EXPECT_EQ(state.fetches[0].status, 200);
  EXPECT_GT(state.fetches[0].body_bytes, 100u);
  for (int i = 0; i < 30; ++i) state = judged(response(500), std::move(state)).state;
  EXPECT_EQ(state.fetches.size(), kFetchesKept);
  EXPECT_EQ(state.fetches[0].verdict, Verdict::kRefused);
  EXPECT_EQ(state.last_success, kNow);
}

TEST(Outcome, HasAWordForEachVerdict) {
  for (int i = 0; i <= static_cast<int>(Verdict::kNoAnswer); ++i) {
    const auto verdict = static_cast<Verdict>(i);
    EXPECT_EQ(parse_verdict(text(verdict)), verdict);
  }
  EXPECT_EQ(parse_verdict("nonsense"), std::nullopt);
}

TEST(Outcome, CountsARepeatedItemOnce) {
  const auto out = judged(response(200, rss(item("a") + item("b") + item("a"))));
  EXPECT_EQ(out.items.size(), 2u);
}

TEST(Outcome, OfAPageLeavesEverythingElseAsItWas) {
  for (const auto* body : {"<!DOCTYPE html><html><body>Solve this</body></html>", "",
                           R"({"error":"busy"})", "plain"}) {
    const auto out =
        judged(response(200, body, {{"content-type", "application/rss+xml"}, {"etag", "\"page\""}}),
               known_state());
    EXPECT_EQ(out.report.verdict, Verdict::kNotAFeed) << body;
    EXPECT_TRUE(out.items.empty());
    EXPECT_EQ(out.state.failures, 1u);
    EXPECT_EQ(out.state.etag, known_state().etag);
    EXPECT_GE(out.state.next_fetch, kNow + kInterval);
    EXPECT_THAT(out.state.last_error, HasSubstr("not a feed"));
  }
}

// What each answer does to the verdict and to the next visit.
TEST(Outcome, FollowsTheEtiquette) {
  struct Case {
    const char* name;
    FetchResult result;
    Verdict verdict;
    Seconds wait_least;
    Seconds wait_most;
  };
  const std::string feed = rss(item("a"));
  const Seconds twice = 2 * kInterval;
  const Case cases[] = {
      {"200", response(200, feed), Verdict::kDocument, kInterval, kInterval},
      {"200 max-age", response(200, feed, {{"cache-control", "max-age=900"}}), Verdict::kDocument,
       Seconds(900), Seconds(900)},
      {"200 ttl", response(200, rss(item("a"), "<ttl>30</ttl>")), Verdict::kDocument, Seconds(1800),
       Seconds(1800)},
      {"304", response(304), Verdict::kUnchanged, kInterval, kInterval},
      {"304 max-age", response(304, "", {{"cache-control", "max-age=900"}}), Verdict::kUnchanged,
       Seconds(900), Seconds(900)},
      {"204", response(204), Verdict::kRefused, kInterval, twice},
      {"206", response(206, feed), Verdict::kRefused, kInterval, twice},
      {"301 without Location", response(301), Verdict::kRefused, kInterval, twice},
      {"401", response(401), Verdict::kRefused, kInterval, twice},
      {"403 challenge", response(403, "", {{"cf-mitigated", "challenge"}}), Verdict::kRefused,
       kInterval, twice},
      {"404", response(404, feed), Verdict::kRefused, kInterval, twice},
      {"410", response(410), Verdict::kGone, kInterval, twice},
      {"429", response(429), Verdict::kThrottled, kInterval, twice},
      {"429 seconds", response(429, "", {{"retry-after", "7200"}}), Verdict::kThrottled,
       Seconds(7200), Seconds(7200)},
      {"503 date", response(503, "", {{"retry-after", "Mon, 23 Nov 2026 11:41:00 GMT"}}),
       Verdict::kThrottled, Seconds(7200), Seconds(7200)},
      {"503 too long", response(503, "", {{"retry-after", "9999999"}}), Verdict::kThrottled,
       kWaitMax, kWaitMax},
      {"500", response(500), Verdict::kRefused, kInterval, twice},
      {"timeout", {.failure = FetchFailure::kTimeout}, Verdict::kNoAnswer, kInterval, twice},
  };
  for (const Case& c : cases) {
    const auto out = judged(c.result, known_state());
    EXPECT_EQ(out.report.verdict, c.verdict) << c.name;
    EXPECT_GE(out.state.next_fetch - kNow, c.wait_least) << c.name;
    EXPECT_LE(out.state.next_fetch - kNow, c.wait_most) << c.name;
    const bool is_fine = c.verdict == Verdict::kDocument || c.verdict == Verdict::kUnchanged;
    EXPECT_EQ(out.report.problem.empty(), is_fine) << c.name;
    EXPECT_EQ(out.state.failures, is_fine ? 0u : 1u) << c.name;
    EXPECT_EQ(out.state.gone, c.verdict == Verdict::kGone) << c.name;
    EXPECT_EQ(out.state.last_status, c.result.status) << c.name;
  }
}

TEST(Outcome, ForgetsFailuresOnceItWorks) {
  FeedState state = known_state();
  for (std::uint32_t i = 1; i <= 5; ++i) {
    state = judged(response(500), std::move(state)).state;
    EXPECT_EQ(state.failures, i);
  }
  const auto out = judged(response(304), std::move(state));
  EXPECT_EQ(out.state.failures, 0u);
  EXPECT_EQ(out.state.last_error, "");
}

FetchResult moved(std::vector<FetchHop> hops) {
  FetchResult out = response(304);
  out.hops = std::move(hops);
  return out;
}

TEST(Outcome, LearnsAnAddressAfterThreePermanentRedirectsInARow) {
  const FetchResult result = moved({{301, "https://a.example/"}, {308, "https://b.example/"}});
  auto out = judged(result, known_state());
  out = judged(result, out.state);
  EXPECT_EQ(out.report.moved_to, "");
  EXPECT_EQ(address_of(kTarget, out.state), kTarget.url);
  out = judged(result, out.state);
  EXPECT_EQ(out.report.moved_to, "https://b.example/");
  EXPECT_EQ(address_of(kTarget, out.state), "https://b.example/");
  out = judged(response(304), out.state);
  EXPECT_EQ(out.report.moved_to, "");
  EXPECT_EQ(address_of(kTarget, out.state), "https://b.example/");
}

TEST(Outcome, StartsCountingAgainWhenARedirectChangesOrFails) {
  const FetchResult to_a = moved({{301, "https://a.example/"}});
  const FetchResult to_b = moved({{301, "https://b.example/"}});
  FeedState state = known_state();
  for (const auto& result :
       {to_a, to_a, to_b, to_b, response(304), to_b, to_b, response(500), to_b, to_b}) {
    const auto out = judged(result, std::move(state));
    EXPECT_EQ(out.report.moved_to, "");
    state = out.state;
  }
  EXPECT_EQ(judged(to_b, std::move(state)).report.moved_to, "https://b.example/");
}

TEST(Outcome, LearnsNothingBeyondATemporaryRedirect) {
  FeedState state = known_state();
  for (int i = 0; i < 5; ++i) {
    state = judged(moved({{302, "https://a.example/"}, {301, "https://b.example/"}}), state).state;
  }
  EXPECT_EQ(state.learned_url, "");
  for (int i = 0; i < 3; ++i) {
    state = judged(moved({{301, "https://a.example/"}, {307, "https://b.example/"}}), state).state;
  }
  EXPECT_EQ(state.learned_url, "https://a.example/");
}

TEST(Outcome, GoesBackToTheFeedsOwnAddressWhenALearnedOneFails) {
  FeedState state = known_state();
  state.learned_url = "https://a.example/";
  const auto out = judged(response(410), state);
  EXPECT_EQ(address_of(kTarget, out.state), kTarget.url);
  EXPECT_FALSE(out.state.gone);
  EXPECT_EQ(out.state.etag, "");
  EXPECT_TRUE(out.state.known);
}

TEST(Outcome, KeepsWhoPushesTheFeed) {
  const std::string hub =
      "<link xmlns=\"http://www.w3.org/2005/Atom\" rel=\"hub\" href=\"https://hub.example/\"/>";
  const Advertised expected{.hubs = {"https://hub.example/"}, .topic = kTarget.url};
  const auto with_hub = judged(response(200, rss(item("a"), hub), {{"etag", "x"}}));
  EXPECT_EQ(with_hub.state.advertised, expected);
  for (const auto& later : {response(304), response(200, rss(item("a"), hub)), response(500),
                            response(410), response(200, "<html>captcha</html>")}) {
    EXPECT_EQ(judged(later, with_hub.state).state.advertised, expected) << later.status;
  }
  const auto without = judged(response(200, rss(item("b"))), with_hub.state);
  EXPECT_EQ(without.state.advertised, Advertised{});
  const auto page = judged(response(200, "<html><link rel=hub href=/hub></html>"));
  ASSERT_TRUE(page.state.advertised);
  EXPECT_EQ(page.state.advertised->hubs, std::vector<std::string>{"https://news.example/hub"});
}

TEST(Outcome, CallsADocumentWithoutANameWhatItWasAskedFor) {
  auto moved = response(200, rss(item("a")), {{"link", "</hub>; rel=hub"}});
  moved.hops = {{302, "https://cdn.example/a8f3"}};
  const auto out = judged(std::move(moved));
  EXPECT_EQ(out.state.advertised->hubs, std::vector<std::string>{"https://cdn.example/hub"});
  EXPECT_EQ(out.state.advertised->topic, kTarget.url);
}

TEST(Outcome, HearsOfAnotherHubWithoutAnotherDocument) {
  auto state = known_state();
  state.advertised = Advertised{.hubs = {"https://hub.example/"}, .topic = "https://a.example/"};
  auto out = judged(response(304, "", {{"link", "<https://new.example/>; rel=hub"}}), state);
  EXPECT_EQ(out.state.advertised->hubs, std::vector<std::string>{"https://new.example/"});
  EXPECT_EQ(out.state.advertised->topic, "https://a.example/");
  state.advertised.reset();
  out = judged(response(304, "", {{"link", "<https://new.example/>; rel=hub"}}), state);
  EXPECT_EQ(out.state.advertised->topic, kTarget.url);
}

TEST(Outcome, TellsNothingOfHubsWhereNothingWasRead) {
  EXPECT_FALSE(judged(response(304), known_state()).state.advertised);
  EXPECT_FALSE(judged(response(500)).state.advertised);
  EXPECT_FALSE(judged(response(200, "<html>captcha</html>")).state.advertised);
}

PushedDocument pushed(std::string body) {
  return {.content_type = "application/rss+xml", .topic = kTarget.url, .body = std::move(body)};
}

TEST(Outcome, OfAPushNamesItemsAsAFetchDoes) {
  const auto fetched = judged(response(200, rss(item("a") + item("b"))));
  const auto push =
      judge_push(kTarget, fetched.state,
                 pushed(rss(item("a") + item("b", "Mon, 23 Nov 2026 09:40:00 GMT"))), kNow);
  ASSERT_TRUE(push);
  EXPECT_TRUE(push->is_push);
  EXPECT_TRUE(push->is_told);
  EXPECT_FALSE(push->first_sight);
  ASSERT_EQ(push->items.size(), 1u);
  EXPECT_EQ(push->items[0].key, fetched.items[1].key);
  EXPECT_EQ(push->state, fetched.state);
}

TEST(Outcome, OfAPushBeforeAnyDocumentAlertsNobody) {
  const auto push = judge_push(kTarget, {}, pushed(rss(item("a"))), kNow);
  ASSERT_TRUE(push);
  EXPECT_TRUE(push->first_sight);
  EXPECT_TRUE(push->state.known);
}

TEST(Outcome, OfAPushIsNoneWhereTheItemsNeedTheDocument) {
  const auto same = [](const std::string& name) {
    return "<item><guid>same</guid><title>" + name + "</title><link>https://news.example/" + name +
           "</link></item>";
  };
  const auto fetched = judged(response(200, rss(same("a") + same("b"))));
  EXPECT_TRUE(fetched.state.keys_need_document);
  EXPECT_FALSE(judge_push(kTarget, fetched.state, pushed(rss(same("c"))), kNow));
  EXPECT_FALSE(judge_push(kTarget, {}, pushed(rss(same("c") + same("d"))), kNow));
  EXPECT_FALSE(judged(response(200, rss(item("a"))), fetched.state).state.keys_need_document);
}

TEST(Outcome, OfAPushIsNoneWhereTheBodyIsNoFeed) {
  for (const auto* body : {"", "hello", "<html>page</html>", "{}"}) {
    EXPECT_FALSE(judge_push(kTarget, known_state(), pushed(body), kNow)) << body;
  }
}

}  // namespace
}  // namespace tocsin::ingest
