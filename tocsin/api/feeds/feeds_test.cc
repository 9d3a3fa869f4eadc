// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/api/api_fixture.h"

namespace tocsin::api {
namespace {

using ::testing::HasSubstr;

const std::string kFeed = "/api/v1/feeds/" + newsroom::sample::kFeed.text();

FeedHealth visited() {
  FeedHealth health;
  health.last_visit = health.last_success = newsroom::sample::kNow;
  health.interval = Seconds(300);
  health.gap = Seconds(1'200);
  health.fetches = {{.at = newsroom::sample::kNow,
                     .verdict = ingest::Verdict::kDocument,
                     .status = 200,
                     .body_bytes = 4'000,
                     .items = 30,
                     .fresh = 2,
                     .duration = Millis(41)},
                    {.at = newsroom::sample::kNow - Seconds(300)}};
  return health;
}

class FeedsApi : public ::testing::Test {
 protected:
  // An alert that the flood guard holds.
  core::AlertId hold(std::uint8_t key) {
    auto item = newsroom::sample::item(key, 50U + key);
    item.story.headline = "Report " + std::to_string(key);
    item.story.summary_html.clear();
    item.ahead = 3 * newsroom::kAheadMax;
    auto command = newsroom::sample::command(
        key, newsroom::TakeItems{.feed = newsroom::sample::kFeed, .items = {item}});
    EXPECT_TRUE(api.content.execute(command));
    return item.alert;
  }
  std::string alert_path(core::AlertId id, const std::string& what) {
    return "/api/v1/alerts/" + id.text() + '/' + what;
  }

  TestApi api;
};

TEST_F(FeedsApi, TellsHowAFeedIsAndWhatItsLastFetchesBrought) {
  api.around.visits = visited();
  const auto feed = json_of(api.call("read", "GET", kFeed));
  EXPECT_EQ(feed.text("state"), "ok");
  EXPECT_TRUE(feed.find("interval_seconds")->is_null());
  const Json& health = *feed.find("health");
  EXPECT_EQ(health.find("interval_seconds")->if_int(), 300);
  EXPECT_EQ(health.find("gap_seconds")->if_int(), 1'200);
  const auto& fetches = *health.find("fetches")->if_array();
  ASSERT_EQ(fetches.size(), 2u);
  EXPECT_EQ(fetches[0].dump(),
            R"({"at":")" + rfc3339(newsroom::sample::kNow) +
                R"(","verdict":"document","status":200,"body_bytes":4000,"items":30,"fresh":2,)"
                R"("duration_ms":41})");
  EXPECT_TRUE(fetches[1].find("status")->is_null());
  // A list has many feeds: their fetches are left out.
  const auto list = json_of(api.call("read", "GET", "/api/v1/feeds"));
  const Json& listed = list.find("items")->if_array()->front();
  EXPECT_EQ(listed.find("health")->find("fetches"), nullptr);
}

TEST_F(FeedsApi, SaysAtAGlanceWhatWantsAPerson) {
  const auto state = [&] { return json_of(api.call("read", "GET", kFeed)).text("state"); };
  EXPECT_EQ(state(), "new");
  api.around.visits = visited();
  hold(1);
  EXPECT_EQ(state(), "held");
  api.around.visits->last_error = "The server cannot be reached: check the address.";
  EXPECT_EQ(state(), "trouble");
  api.call("admin", "PATCH", kFeed, R"({"enabled":false})");
  EXPECT_EQ(state(), "off");
  const auto feed = json_of(api.call("read", "GET", kFeed));
  EXPECT_EQ(feed.find("held_alerts")->if_int(), 1);
}

TEST_F(FeedsApi, TakesAFixedIntervalAndGivesItUpAgain) {
  const auto interval = [&](const std::string& body) {
    return json_of(api.call("admin", "PATCH", kFeed, body)).find("interval_seconds")->if_int();
  };
  EXPECT_EQ(interval(R"({"interval_seconds":60})"), 60);
  EXPECT_EQ(interval(R"({"is_own":true})"), 60);
  EXPECT_EQ(interval(R"({"interval_seconds":null})"), std::nullopt);
  EXPECT_TRUE(api.content.feed(newsroom::sample::kFeed)->is_own);
  EXPECT_EQ(api.call("admin", "PATCH", kFeed, R"({"interval_seconds":0})").status, 422);
}

TEST_F(FeedsApi, FetchesAtOnceWhatIsPolled) {
  EXPECT_EQ(api.call("write", "POST", kFeed + "/fetch", "{}").status, 409);
  api.around.visits = visited();
  EXPECT_EQ(api.call("write", "POST", kFeed + "/fetch", "{}").status, 202);
  EXPECT_EQ(api.around.fetched.size(), 2u);
  EXPECT_EQ(api.call("write", "POST", "/api/v1/feeds/0000000000000/fetch", "{}").status, 404);
}

TEST_F(FeedsApi, ListsHeldAlertsApart) {
  const auto id = hold(1);
  const auto ids = [&](const std::string& query) {
    std::vector<std::string> out;
    const auto list = json_of(api.call("read", "GET", "/api/v1/alerts" + query));
    for (const Json& alert : *list.find("items")->if_array()) out.push_back(*alert.text("id"));
    return out;
  };
  EXPECT_TRUE(ids("").empty());
  EXPECT_EQ(ids("?state=held"), std::vector{id.text()});
  EXPECT_EQ(ids("?state=held&feed=" + newsroom::sample::kFeed.text()), std::vector{id.text()});
  EXPECT_TRUE(ids("?state=held&feed=" + core::FeedId{9}.text()).empty());
  EXPECT_EQ(api.call("read", "GET", "/api/v1/alerts?state=sent").status, 400);
  EXPECT_EQ(api.call("read", "GET", "/api/v1/alerts?feed=x").status, 400);
  const auto alert = json_of(api.call("read", "GET", "/api/v1/alerts/" + id.text()));
  EXPECT_THAT(*alert.text("held_because"), HasSubstr("in the future"));
  EXPECT_EQ(alert.text("feed"), newsroom::sample::kFeed.text());
}

TEST_F(FeedsApi, ReleasesAHeldAlertOnce) {
  const auto id = hold(1);
  const auto response = api.call("alert", "POST", alert_path(id, "release"), "{}");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(json_of(response).text("state"), "released");
  EXPECT_EQ(json_of(response).text("decided_by"), "the alert");
  EXPECT_EQ(api.call("alert", "POST", alert_path(id, "release"), "{}").status, 409);
  EXPECT_EQ(api.call("alert", "POST", alert_path(id, "dismiss"), "{}").status, 409);
  EXPECT_EQ(api.content.alerts_of(core::StoryId{51}), 1u);
}

TEST_F(FeedsApi, AnswersARepeatedReleaseWithTheSameKeyAsTheFirst) {
  const auto id = hold(1);
  const http::Headers key{{{"idempotency-key", "double-click"}}};
  const auto first = api.call("alert", "POST", alert_path(id, "release"), "{}", key);
  const auto again = api.call("alert", "POST", alert_path(id, "release"), "{}", key);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(api.content.alerts_of(core::StoryId{51}), 1u);
}

TEST_F(FeedsApi, DismissesAllThatIsHeldOfAFeed) {
  for (std::uint8_t key = 1; key <= 3; ++key) hold(key);
  EXPECT_EQ(api.call("alert", "POST", kFeed + "/dismiss-held", "{}").body, R"({"dismissed":3})");
  EXPECT_EQ(api.call("alert", "POST", kFeed + "/dismiss-held", "{}").body, R"({"dismissed":0})");
  EXPECT_TRUE(api.content.held_alerts(newsroom::sample::kSite).empty());
  EXPECT_EQ(api.call("alert", "POST", "/api/v1/alerts/0000000000000/dismiss", "{}").status, 404);
}

}  // namespace
}  // namespace tocsin::api
