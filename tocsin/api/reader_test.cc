// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tocsin/api/api_fixture.h"
#include "tocsin/api/schemas.h"

namespace tocsin::api {
namespace {

const std::string kSource = newsroom::sample::kSource.text();

Json registration(Json subscription) { return Json{{"subscription", std::move(subscription)}}; }

http::Response post(TestApi& api, const Json& body) {
  return api.call("", "POST", "/api/v1/subscriptions", body.dump());
}

http::Headers from(const std::string& origin) { return {{{"origin", origin}}}; }

TEST(Reader, LearnsWhatAPageNeeds) {
  TestApi api;
  const auto json = json_of(api.call("", "GET", "/api/v1/push/config"));
  EXPECT_TRUE(check(json, schemas::push_config(), false).empty());
  EXPECT_EQ(json.find("site")->text("name"), "The Bell");
  EXPECT_EQ(json.find("topics")->dump(), R"(["World","Sport"])");
  EXPECT_EQ(unbase64(*json.text("vapid_public_key"))->size(), 65U);
  api.around.key.reset();
  EXPECT_EQ(api.call("", "GET", "/api/v1/push/config").status, 503);
  EXPECT_EQ(api.call("", "GET", "/api/v1/push/config?site=x").status, 404);
}

TEST(Reader, RegistersOnceWithEachEndpoint) {
  TestApi api;
  const auto first = post(api, registration(push_subscription()));
  ASSERT_EQ(first.status, 201) << first.body;
  const auto json = json_of(first);
  EXPECT_TRUE(check(json, schemas::subscription(), false).empty());
  EXPECT_EQ(first.headers.find("location"), "/api/v1/subscriptions/" + *json.text("id"));
  EXPECT_EQ(first.body.find("fcm.googleapis"), std::string::npos);
  const auto second = post(api, registration(push_subscription()));
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(api.subscriptions.all.size(), 1U);
}

TEST(Reader, FollowsWhatTheSiteOffersOnly) {
  TestApi api;
  auto body = registration(push_subscription());
  body.set("follows", Json{{"everything", false},
                           {"topics", Json::array({"SPORT", "Gossip", "Sport"})},
                           {"sources", Json::array({kSource, "000000000000f", kSource})}});
  body.set("language", "pt-BR");
  const auto json = json_of(post(api, body));
  EXPECT_EQ(json.find("follows")->dump(),
            R"({"everything":false,"topics":["Sport"],"sources":[")" + kSource + R"("]})");
  EXPECT_EQ(json.text("language"), "pt-BR");
}

TEST(Reader, ReplacesTheSubscriptionOfTheDevice) {
  TestApi api;
  const auto old = json_of(post(api, registration(push_subscription("old"))));
  auto body = registration(push_subscription("new"));
  body.set("replaces", *old.text("id"));
  EXPECT_EQ(post(api, body).status, 201);
  EXPECT_EQ(api.call("", "GET", "/api/v1/subscriptions/" + *old.text("id")).status, 404);
}

TEST(Reader, ChangesTestsAndEndsTheirOwn) {
  TestApi api;
  const auto id = *json_of(post(api, registration(push_subscription()))).text("id");
  const auto path = "/api/v1/subscriptions/" + id;
  const auto changed = api.call(
      "", "PATCH", path, R"({"follows":{"everything":false,"topics":["world"],"sources":[]}})");
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(json_of(api.call("", "GET", path)), json_of(changed));
  EXPECT_EQ(api.call("", "POST", path + "/test", "{}").status, 202);
  EXPECT_EQ(api.call("", "POST", path + "/test").status, 202);
  EXPECT_EQ(api.subscriptions.tested.size(), 2U);
  EXPECT_EQ(api.call("", "DELETE", path).status, 204);
  EXPECT_EQ(json_of(api.call("", "GET", path)).text("state"), "retired");
  EXPECT_EQ(api.call("", "DELETE", path).status, 204);
  EXPECT_EQ(api.call("", "POST", path + "/test").status, 409);
  EXPECT_EQ(api.call("", "PATCH", path, R"({"language":"en"})").status, 409);
}

TEST(Reader, NeedsTheIdInItsOneSpelling) {
  TestApi api;
  auto id = *json_of(post(api, registration(push_subscription()))).text("id");
  for (auto& c : id) c = static_cast<char>(std::toupper(c));
  for (const auto& bad : {id, std::string(32, '0'), std::string("x"), std::string(30, 'a')}) {
    EXPECT_EQ(api.call("", "GET", "/api/v1/subscriptions/" + bad).status, 404);
  }
}

// facts: what Mastodon, web-push-csharp and others accept and then fail on.
TEST(Reader, IsToldWhatIsWrongWithASubscription) {
  const auto with = [](std::string_view name, const Json& value) {
    const Json whole = push_subscription();
    Json out(Json::Object{});
    for (const auto& [member, present] : *whole.if_object()) {
      out.set(member, member == name ? value : present);
    }
    return out;
  };
  const auto with_keys = [&](Bytes p256dh, std::size_t auth_bytes) {
    return with("keys",
                Json{{"p256dh", base64url(p256dh)}, {"auth", base64url(Bytes(auth_bytes, 1))}});
  };
  Bytes off_curve(65, 1);
  off_curve[0] = 4;
  Bytes compressed(33, 1);
  compressed[0] = 2;
  const std::pair<Json, const char*> cases[] = {
      {with("endpoint", "http://fcm.googleapis.com/x"), "#/subscription/endpoint"},
      {with("endpoint", "https://u:p@fcm.googleapis.com/x"), "#/subscription/endpoint"},
      {with("endpoint", "https://fcm.googleapis.com:8443/x"), "#/subscription/endpoint"},
      {with("endpoint", "https://127.0.0.1/x"), "#/subscription/endpoint"},
      {with("endpoint", "https://2130706433/x"), "#/subscription/endpoint"},
      {with("endpoint", "https://[::ffff:127.0.0.1]/x"), "#/subscription/endpoint"},
      {with("endpoint", "https://[64:ff9b::7f00:1]/x"), "#/subscription/endpoint"},
      {with("endpoint", "https://169.254.169.254/x"), "#/subscription/endpoint"},
      {with("endpoint", "https://localhost/x"), "#/subscription/endpoint"},
      {with("endpoint", "https://evil.example/fcm.googleapis.com/"), "#/subscription/endpoint"},
      {with("endpoint", "https://fcm.googleapis.com.evil.example/"), "#/subscription/endpoint"},
      {with("endpoint", "https://fcm.googleapis.com/" + std::string(2048, 'x')),
       "#/subscription/endpoint"},
      {with("endpoint", 1), "#/subscription/endpoint"},
      {with("keys", nullptr), "#/subscription/keys"},
      {with("keys", Json(Json::Object{})), "#/subscription/keys/p256dh"},
      {with_keys(Bytes(64, 4), 16), "#/subscription/keys/p256dh"},
      {with_keys(Bytes(66, 4), 16), "#/subscription/keys/p256dh"},
      {with_keys(Bytes(1, 0), 16), "#/subscription/keys/p256dh"},
      {with_keys(compressed, 16), "#/subscription/keys/p256dh"},
      {with_keys(off_curve, 16), "#/subscription/keys/p256dh"},
      {with("keys", Json{{"p256dh", "~~~"}, {"auth", "AAAA"}}), "#/subscription/keys/p256dh"},
  };
  for (const auto& [subscription, pointer] : cases) {
    TestApi api;
    const auto response = post(api, registration(subscription));
    EXPECT_EQ(response.status, 422) << subscription.dump() << response.body;
    EXPECT_NE(response.body.find(pointer), std::string::npos) << response.body;
    EXPECT_TRUE(api.subscriptions.all.empty());
  }
}

TEST(Reader, IsSlowedDownWithItsNetworkOnly) {
  TestApi api({.per_minute = 2});
  const auto status = [&](const std::string& address) {
    http::Request request{
        .method = "POST", .path = "/api/v1/subscriptions", .host = "bell.example"};
    request.body = registration(push_subscription()).dump();
    request.headers.add("content-type", "application/json");
    request.remote_address = address;
    const auto response = api.call(request);
    if (response.status == 429) {
      EXPECT_EQ(response.headers.find("retry-after"), "30");
    }
    return response.status;
  };
  EXPECT_EQ(status("192.0.2.1"), 201);
  EXPECT_EQ(status("192.0.2.2"), 200);
  EXPECT_EQ(status("192.0.2.3"), 429);
  EXPECT_EQ(status("192.0.3.1"), 200);
  EXPECT_EQ(status("2001:db8::1"), 200);
  api.clock.advance(Seconds(30));
  EXPECT_EQ(status("192.0.2.3"), 200);
}

TEST(Origin, MayBeTheSitesOwnOrOneItNames) {
  TestApi api;
  auto site = newsroom::sample::site();
  site.origins = {"https://blog.example"};
  api.content.write(site);
  for (const std::string origin :
       {"https://bell.example", "https://blog.example", "http://bell.example"}) {
    const auto response = api.call("", "GET", "/api/v1/push/config", "", from(origin));
    EXPECT_EQ(response.headers.find("access-control-allow-origin"), origin);
    EXPECT_EQ(response.headers.find("vary"), "origin");
    const auto preflight = api.call("", "OPTIONS", "/api/v1/subscriptions/x", "", from(origin));
    EXPECT_EQ(preflight.status, 204);
    EXPECT_EQ(preflight.headers.find("access-control-allow-origin"), origin);
    EXPECT_EQ(preflight.headers.find("access-control-allow-methods"), "GET, HEAD, PATCH, DELETE");
  }
}

TEST(Origin, IsRefusedAnyChangeOtherwise) {
  TestApi api;
  const auto body = registration(push_subscription()).dump();
  for (const std::string origin : {"https://evil.example", "null", "https://bell.example.evil"}) {
    const auto read = api.call("", "GET", "/api/v1/push/config", "", from(origin));
    EXPECT_FALSE(read.headers.find("access-control-allow-origin"));
    EXPECT_EQ(read.headers.find("vary"), "origin");
    EXPECT_EQ(api.call("", "POST", "/api/v1/subscriptions", body, from(origin)).status, 403);
    EXPECT_EQ(api.call("", "OPTIONS", "/api/v1/subscriptions", "", from(origin)).status, 403);
  }
  EXPECT_TRUE(api.subscriptions.all.empty());
}

TEST(Origin, IsNeverGivenWhatNeedsAToken) {
  TestApi api;
  const auto response = api.call("read", "GET", "/api/v1/sites", "", from("https://bell.example"));
  EXPECT_EQ(response.status, 200);
  EXPECT_FALSE(response.headers.find("access-control-allow-origin"));
  EXPECT_EQ(api.call("", "OPTIONS", "/api/v1/sites", "", from("https://bell.example")).status, 405);
}

}  // namespace
}  // namespace tocsin::api
