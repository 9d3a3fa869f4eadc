// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/api.h"

#include <gtest/gtest.h>

#include "tocsin/api/api_fixture.h"
#include "tocsin/api/schemas.h"

namespace tocsin::api {
namespace {

const std::string kSite = newsroom::sample::kSite.text();
const std::string kSource = newsroom::sample::kSource.text();
const std::string kFeed = newsroom::sample::kFeed.text();
const std::string kStory = core::StoryId{41}.text();

// Every member that the schema names is there and as it says, and no other.
void expect_fits(const Json& json, const Schema& schema) {
  const auto found = check(json, schema, false);
  for (const auto& finding : found.unknown) ADD_FAILURE() << finding.pointer << finding.detail;
  for (const auto& finding : found.wrong) ADD_FAILURE() << finding.pointer << finding.detail;
}

http::Headers key(const std::string& value) { return {{{"idempotency-key", value}}}; }

TEST(Api, KeepsSites) {
  TestApi api;
  const auto made = api.call("admin", "POST", "/api/v1/sites",
                             R"({"name":"Two","base_url":"https://two.example","topics":["A"]})");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto json = json_of(made);
  expect_fits(json, schemas::site());
  const auto path = "/api/v1/sites/" + *json.text("id");
  EXPECT_EQ(made.headers.find("location"), path);
  EXPECT_EQ(json_of(api.call("read", "GET", path)), json);

  const auto changed = api.call("admin", "PATCH", path, R"({"tagline":"News"})");
  EXPECT_EQ(json_of(changed).text("tagline"), "News");
  EXPECT_EQ(json_of(changed).text("name"), "Two");
  const auto list = json_of(api.call("read", "GET", "/api/v1/sites"));
  EXPECT_EQ(list.find("items")->if_array()->size(), 2U);
  EXPECT_TRUE(list.find("next_cursor")->is_null());
}

TEST(Api, KeepsSources) {
  TestApi api;
  const auto made = api.call("admin", "POST", "/api/v1/sources", R"({"name":"The Herald"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto json = json_of(made);
  expect_fits(json, schemas::source());
  EXPECT_EQ(json.text("site"), kSite);
  const auto path = "/api/v1/sources/" + *json.text("id");
  EXPECT_EQ(json_of(api.call("admin", "PATCH", path, R"({"name":"Herald"})")).text("name"),
            "Herald");
  EXPECT_EQ(json_of(api.call("read", "GET", path)).text("name"), "Herald");
  const auto list = json_of(api.call("read", "GET", "/api/v1/sources?site=" + kSite));
  EXPECT_EQ(list.find("items")->if_array()->size(), 2U);
}

TEST(Api, KeepsFeedsAndSaysHowTheyAre) {
  TestApi api;
  const auto made = api.call("admin", "POST", "/api/v1/feeds",
                             R"({"source":")" + kSource + R"(","url":"https://a.example/rss",)" +
                                 R"("interval_seconds":60,"alert":"breaking"})");
  ASSERT_EQ(made.status, 201) << made.body;
  auto json = json_of(made);
  expect_fits(json, schemas::feed());
  EXPECT_TRUE(json.find("health")->is_null());
  const auto path = "/api/v1/feeds/" + *json.text("id");

  api.around.visits = FeedHealth{.last_visit = api.clock.now(), .last_error = "status 503"};
  json = json_of(api.call("admin", "PATCH", path, R"({"alert":null,"enabled":false})"));
  expect_fits(json, schemas::feed());
  EXPECT_TRUE(json.find("alert")->is_null());
  EXPECT_EQ(json.find("enabled")->if_bool(), false);
  EXPECT_EQ(json.find("interval_seconds")->if_int(), 60);
  EXPECT_EQ(json.find("health")->text("last_error"), "status 503");
  EXPECT_EQ(json_of(api.call("read", "GET", "/api/v1/feeds")).find("items")->if_array()->size(),
            2U);

  EXPECT_EQ(api.call("admin", "DELETE", path).status, 204);
  EXPECT_EQ(api.call("read", "GET", path).status, 404);
  EXPECT_EQ(api.call("admin", "DELETE", path).status, 404);
}

TEST(Api, KeepsStoriesAndCleansTheirHtml) {
  TestApi api;
  const auto made = api.call(
      "write", "POST", "/api/v1/stories",
      R"({"headline":"Bridge reopened","summary":"<p>x</p>","dateline":"ELLERY","topics":["local"],)"
      R"("published":"2026-11-01T00:00:00Z","credits":[{"name":"The Wire","source":")" +
          kSource + R"("}]})");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto json = json_of(made);
  expect_fits(json, schemas::story());
  EXPECT_EQ(json.text("summary"), "clean <p>x</p>");
  EXPECT_EQ(json.text("published"), "2026-11-01T00:00:00Z");
  EXPECT_EQ(json.text("page_url"), "https://bell.example/s/bridge-reopened-" + *json.text("id"));
  const auto path = "/api/v1/stories/" + *json.text("id");

  const auto corrected = api.call("write", "PATCH", path,
                                  R"({"state":"corrected","correction":"It was the other one."})");
  EXPECT_EQ(corrected.status, 200) << corrected.body;
  EXPECT_EQ(json_of(corrected).text("headline"), "Bridge reopened");
  const auto withdrawn =
      api.call("write", "POST", path + "/withdraw", R"({"reason":"It is not true."})");
  EXPECT_EQ(json_of(withdrawn).text("state"), "withdrawn") << withdrawn.body;
  expect_fits(json_of(withdrawn), schemas::story());
  EXPECT_EQ(api.call("write", "PATCH", path, R"({"headline":"x"})").status, 409);
  EXPECT_EQ(api.call("write", "PATCH", path, R"({"state":"published"})").status, 200);
}

TEST(Api, ListsInPagesByTheirCursor) {
  TestApi api;
  for (std::uint64_t id = 100; id < 105; ++id) {
    api.content.write(newsroom::sample::story(id));
    api.content.write(newsroom::sample::alert(id, 41));
  }
  for (const std::string path : {"/api/v1/stories", "/api/v1/alerts"}) {
    std::vector<std::string> ids;
    std::string cursor;
    do {
      const auto target = path + "?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor);
      const auto page = json_of(api.call("read", "GET", target));
      for (const auto& item : *page.find("items")->if_array()) ids.push_back(*item.text("id"));
      cursor = page.text("next_cursor").value_or("");
    } while (!cursor.empty());
    EXPECT_EQ(ids.size(), path.ends_with("stories") ? 6U : 5U);
    EXPECT_EQ(ids.front(), core::StoryId{104}.text());
    EXPECT_TRUE(std::is_sorted(ids.rbegin(), ids.rend()));
    for (const auto* bad : {"limit=0", "limit=101", "limit=x", "limit=", "cursor=x", "cursor="}) {
      EXPECT_EQ(api.call("read", "GET", path + '?' + bad).status, 400) << bad;
    }
  }
  EXPECT_EQ(api.call("read", "GET", "/api/v1/stories?source=x").status, 400);
  EXPECT_EQ(api.call("read", "GET", "/api/v1/stories?site=x").status, 404);
}

TEST(Api, MakesOneAlertAndTheNextOnlyIfThatIsMeant) {
  TestApi api;
  const auto body = R"({"story":")" + kStory + R"(","importance":"breaking")";
  EXPECT_EQ(api.call("read", "POST", "/api/v1/warm-up", "{}").status, 403);
  EXPECT_EQ(api.call("alert", "POST", "/api/v1/warm-up", "{}").status, 202);
  EXPECT_EQ(api.around.warm_ups, 1);
  const auto made = api.call("alert", "POST", "/api/v1/alerts", body + "}");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto json = json_of(made);
  expect_fits(json, schemas::alert());
  EXPECT_EQ(json.text("title"), "Quake hits the coast");
  EXPECT_EQ(json.text("created_by"), "the alert");
  EXPECT_TRUE(json.find("progress")->is_null());

  const auto refused = api.call("alert", "POST", "/api/v1/alerts", body + "}");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(json_of(refused).text("code"), "content.conflict");
  EXPECT_NE(refused.body.find("again"), std::string::npos);
  const auto again = api.call("alert", "POST", "/api/v1/alerts", body + R"(,"again":true})");
  EXPECT_EQ(json_of(again).find("version")->if_int(), 2) << again.body;
  const auto unknown = api.call("alert", "POST", "/api/v1/alerts",
                                R"({"story":"000000000000f","importance":"minor"})");
  EXPECT_EQ(unknown.status, 422);
}

TEST(Api, TellsHowFarAnAlertIs) {
  TestApi api;
  api.content.write(newsroom::sample::alert(50, 41));
  fanout::Progress progress;
  progress.totals = {.recipients = 3, .accepted = 2, .suppressed = 1};
  progress.services["fcm"] = {.recipients = 3, .accepted = 2};
  progress.suppressed_because["unsubscribed"] = 1;
  progress.started = api.clock.now();
  progress.first_accepted = api.clock.now() + Millis(12);
  api.around.broadcast = progress;
  const auto json = json_of(api.call("read", "GET", "/api/v1/alerts/" + core::AlertId{50}.text()));
  expect_fits(json, schemas::alert());
  const Json* told = json.find("progress");
  EXPECT_EQ(told->find("totals")->find("accepted")->if_int(), 2);
  EXPECT_EQ(told->find("suppressed_because")->find("unsubscribed")->if_int(), 1);
  EXPECT_TRUE(told->find("finished")->is_null());
}

TEST(Api, DoesARequestWithTheSameKeyOnce) {
  TestApi api;
  const auto body = R"({"story":")" + kStory + R"(","importance":"major"})";
  const auto first = api.call("alert", "POST", "/api/v1/alerts", body, key("k1"));
  ASSERT_EQ(first.status, 201) << first.body;
  api.clock.advance(Millis(5000));
  const auto second = api.call("alert", "POST", "/api/v1/alerts", body, key("k1"));
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(api.content.alerts_of(core::StoryId{41}), 1U);
  EXPECT_EQ(api.call("admin", "POST", "/api/v1/alerts", body, key("k1")).status, 409)
      << "another token's key is another key";
}

TEST(Api, RefusesAKeyThatComesWithAnotherBody) {
  TestApi api;
  const auto first = api.call("write", "POST", "/api/v1/stories", R"({"headline":"a"})", key("k"));
  EXPECT_EQ(first.status, 201);
  const auto other = api.call("write", "POST", "/api/v1/stories", R"({"headline":"b"})", key("k"));
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(json_of(other).text("code"), "idempotency.key_reused");
}

TEST(Api, FreesTheKeyOfARequestThatWasRefused) {
  TestApi api;
  api.newsroom.failure = Error{Errc::kUnavailable, "the disk is full"};
  const auto full = api.call("write", "POST", "/api/v1/stories", R"({"headline":"a"})", key("k"));
  EXPECT_EQ(full.status, 503);
  EXPECT_TRUE(full.headers.find("retry-after"));
  EXPECT_EQ(full.body.find("disk"), std::string::npos);
  api.newsroom.failure.reset();
  EXPECT_EQ(api.call("write", "POST", "/api/v1/stories", R"({"headline":"b"})", key("k")).status,
            201);
}

TEST(Api, RefusesKeysThatCannotBeUsed) {
  TestApi api;
  const std::string bad[] = {"", "a b", std::string(256, 'k'), "caf\xc3\xa9"};
  for (const auto& value : bad) {
    EXPECT_EQ(
        api.call("write", "POST", "/api/v1/stories", R"({"headline":"a"})", key(value)).status,
        400);
  }
  EXPECT_TRUE(api.newsroom.commands.empty());
}

TEST(Api, WaitsForTheNewsroom) {
  TestApi api;
  api.newsroom.is_late = true;
  const auto made = api.call("write", "POST", "/api/v1/stories", R"({"headline":"a"})");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(api.newsroom.commands.front().actor, "the write");
}

TEST(Api, AnswersForTheMachine) {
  TestApi api;
  EXPECT_EQ(api.call("", "GET", "/healthz").status, 200);
  EXPECT_EQ(api.call("", "GET", "/readyz").status, 200);
  api.readiness = Error{Errc::kUnavailable, "the disk is full"};
  EXPECT_EQ(api.call("", "GET", "/readyz").status, 503);
  EXPECT_EQ(api.call("read", "GET", "/metrics").body, "tocsin_up 1\n");
  EXPECT_TRUE(api.call("", "GET", "/api/v1/errors").body.starts_with("# "));
  EXPECT_EQ(json_of(api.call("", "GET", "/api/v1/openapi.json")).text("openapi"), "3.1.0");
}

TEST(Api, SaysWhichMethodsThereAre) {
  TestApi api;
  const auto wrong = api.call("admin", "PUT", "/api/v1/stories/" + kStory);
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.find("allow"), "GET, HEAD, PATCH");
  for (const auto* path : {"/api", "/api/v1/nothing", "/api/v1/stories/", "/api/v1/stories/a/b",
                           "/api/v1/stories//withdraw"}) {
    EXPECT_EQ(api.call("admin", "GET", path).status, 404) << path;
  }
  EXPECT_EQ(api.call("read", "HEAD", "/api/v1/sites").status, 200);
}

TEST(Api, OwnsItsPathsOnly) {
  for (const auto* path : {"/api", "/api/v1/x", "/healthz", "/readyz", "/metrics"}) {
    EXPECT_TRUE(Api::owns(path)) << path;
  }
  for (const auto* path : {"/", "/apis", "/s/api", "/healthz/x"}) EXPECT_FALSE(Api::owns(path));
}

}  // namespace
}  // namespace tocsin::api
