// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/websocket_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/base/base64url.h"
#include "tocsin/pushservice/push_service.h"
#include "tocsin/webpush/vapid.h"

namespace tocsin::pushservice {
namespace {

constexpr Time kNow{Seconds(1'795'000'000)};
const std::string kOrigin = "https://localhost:9";
const std::string kChannel = "5f0774ac-09a3-45d9-91e4-f4aaebaeec72";

// One connection of a browser, with what it was sent.
struct Connection {
  explicit Connection(Browsers& browsers)
      : client(std::make_unique<WebSocketClient>(
            browsers, kOrigin,
            [this](const std::string& text) { texts.push_back(*Json::parse(text)); })) {}

  // The last text sent in answer to `text`.
  Json say(const std::string& text, Time now = kNow) {
    texts.clear();
    const Status status = client->receive(text, now);
    EXPECT_TRUE(status) << text;
    return texts.empty() ? Json() : texts.front();
  }
  std::string hello(const std::string& uaid = "") {
    return say(R"({"messageType":"hello","use_webpush":true,"uaid":")" + uaid + R"("})")
        .text("uaid")
        .value_or("");
  }
  std::string enrol(const std::string& channel = kChannel, const std::string& key = "") {
    const Json reply = say(R"({"messageType":"register","channelID":")" + channel + R"(","key":")" +
                           key + R"("})");
    return reply.text("pushEndpoint").value_or("");
  }
  void acknowledge(const Json& notification) {
    say(R"({"messageType":"ack","updates":[{"channelID":")" + *notification.text("channelID") +
        R"(","version":")" + *notification.text("version") + R"(","code":100}]})");
  }

  std::vector<Json> texts;
  std::unique_ptr<WebSocketClient> client;
};

struct WebSocket : testing::Test {
  int post(const std::string& endpoint, const std::string& body, const std::string& ttl = "60",
           const std::string& topic = "", Time now = kNow) {
    std::vector<http2::Field> fields{{"ttl", ttl}, {"content-encoding", "aes128gcm"}};
    if (!topic.empty()) fields.push_back({"topic", topic});
    return service
        .handle({.method = "POST",
                 .path = std::string_view(endpoint).substr(kOrigin.size()),
                 .fields = fields,
                 .body = as_bytes(body)},
                now)
        .status;
  }

  SeededRandom random{1};
  Account ledger;
  PushService service{{.origin = kOrigin, .verifies_vapid = false, .browsers = {.messages_max = 3}},
                      random,
                      ledger};
};

TEST_F(WebSocket, GivesABrowserANameAndAnEndpoint) {
  Connection browser(service.browsers());
  const Json reply = browser.say(R"({"messageType":"hello","use_webpush":true,"broadcasts":{}})");
  EXPECT_EQ(reply.text("messageType"), "hello");
  EXPECT_EQ(reply.text("uaid")->size(), 32U);
  EXPECT_EQ(reply.find("status")->if_int(), 200);
  EXPECT_EQ(reply.find("use_webpush")->if_bool(), true);
  const Json registered =
      browser.say(R"({"messageType":"register","channelID":")" + kChannel + R"("})");
  EXPECT_EQ(registered.find("status")->if_int(), 200);
  EXPECT_EQ(registered.text("channelID"), kChannel);
  EXPECT_TRUE(registered.text("pushEndpoint")->starts_with(kOrigin + "/wpush/v2/"));
}

TEST_F(WebSocket, HandsAMessageOverAtOnce) {
  Connection browser(service.browsers());
  browser.hello();
  const std::string endpoint = browser.enrol();
  browser.texts.clear();
  EXPECT_EQ(post(endpoint, "sealed"), 201);
  ASSERT_EQ(browser.texts.size(), 1U);
  EXPECT_EQ(browser.texts[0].text("messageType"), "notification");
  EXPECT_EQ(browser.texts[0].text("channelID"), kChannel);
  EXPECT_EQ(browser.texts[0].text("data"), base64url(as_bytes("sealed")));
  EXPECT_EQ(browser.texts[0].find("headers")->text("encoding"), "aes128gcm");
}

TEST_F(WebSocket, KeepsMessagesForABrowserThatIsAway) {
  std::string uaid;
  std::string endpoint;
  {
    Connection browser(service.browsers());
    uaid = browser.hello();
    endpoint = browser.enrol();
  }
  EXPECT_EQ(post(endpoint, "stays"), 201);
  EXPECT_EQ(post(endpoint, "for now or never", "0"), 201);
  EXPECT_EQ(post(endpoint, "too short-lived", "5"), 201);
  Connection again(service.browsers());
  again.say(R"({"messageType":"hello","uaid":")" + uaid + R"("})", kNow + Seconds(10));
  ASSERT_EQ(again.texts.size(), 2U);
  EXPECT_EQ(again.texts[0].text("uaid"), uaid);
  EXPECT_EQ(again.texts[1].text("data"), base64url(as_bytes("stays")));
}

TEST_F(WebSocket, SendsAgainWhatWasNotAcknowledged) {
  std::string uaid;
  {
    Connection browser(service.browsers());
    uaid = browser.hello();
    const std::string endpoint = browser.enrol();
    post(endpoint, "first");
    const Json first = browser.texts.back();
    post(endpoint, "second");
    browser.acknowledge(first);
  }
  {
    Connection browser(service.browsers());
    browser.hello(uaid);
    ASSERT_EQ(browser.texts.size(), 2U);
    EXPECT_EQ(browser.texts[1].text("data"), base64url(as_bytes("second")));
    browser.acknowledge(Json(browser.texts[1]));
  }
  Connection browser(service.browsers());
  browser.hello(uaid);
  EXPECT_EQ(browser.texts.size(), 1U);
}

TEST_F(WebSocket, ReplacesAMessageOfTheSameTopic) {
  std::string uaid;
  std::string endpoint;
  {
    Connection browser(service.browsers());
    uaid = browser.hello();
    endpoint = browser.enrol();
  }
  post(endpoint, "first", "60", "story");
  post(endpoint, "other", "60", "another");
  post(endpoint, "second", "60", "story");
  Connection browser(service.browsers());
  browser.hello(uaid);
  ASSERT_EQ(browser.texts.size(), 3U);
  EXPECT_EQ(browser.texts[1].text("data"), base64url(as_bytes("other")));
  EXPECT_EQ(browser.texts[2].text("data"), base64url(as_bytes("second")));
}

TEST_F(WebSocket, KeepsNoMoreThanItsLimit) {
  Connection browser(service.browsers());
  browser.hello();
  const std::string endpoint = browser.enrol();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(post(endpoint, "x"), 201);
  EXPECT_EQ(post(endpoint, "x"), 429);
  EXPECT_EQ(post(endpoint, "x", "60", "", kNow + Seconds(61)), 201);
}

TEST_F(WebSocket, CallsAnUnregisteredChannelGone) {
  Connection browser(service.browsers());
  browser.hello();
  const std::string endpoint = browser.enrol();
  const Json reply =
      browser.say(R"({"messageType":"unregister","channelID":")" + kChannel + R"("})");
  EXPECT_EQ(reply.find("status")->if_int(), 200);
  EXPECT_EQ(post(endpoint, "x"), 410);
  EXPECT_EQ(post(kOrigin + "/wpush/v2/never", "x"), 404);
}

TEST_F(WebSocket, TakesMessagesOfTheRegisteredSenderOnly) {
  PushService strict({.origin = kOrigin}, random, ledger);
  Connection browser(strict.browsers());
  browser.hello();
  const auto key = *webpush::VapidKey::generate("mailto:desk@example.org");
  const auto other = *webpush::VapidKey::generate("mailto:desk@example.org");
  const std::string endpoint = browser.enrol(kChannel, base64url(key.keys.public_key));
  const auto status = [&](const webpush::VapidKey& sender) {
    const std::string authorization =
        *webpush::vapid_authorization(sender, kOrigin, kNow + std::chrono::hours(1));
    const std::vector<http2::Field> fields{{"ttl", "60"}, {"authorization", authorization}};
    return strict
        .handle({.method = "POST",
                 .path = std::string_view(endpoint).substr(kOrigin.size()),
                 .fields = fields},
                kNow)
        .status;
  };
  EXPECT_EQ(status(key), 201);
  EXPECT_EQ(status(other), 403);
}

TEST_F(WebSocket, RefusesChannelsThatCannotBe) {
  Connection browser(service.browsers());
  browser.hello();
  const auto status = [&](const std::string& text) {
    return browser.say(text).find("status")->if_int();
  };
  EXPECT_EQ(status(R"({"messageType":"register","channelID":"x"})"), 400);
  EXPECT_EQ(status(R"({"messageType":"register"})"), 400);
  EXPECT_EQ(status(R"({"messageType":"register","channelID":")" + kChannel + R"(","key":"AAAA"})"),
            400);
  browser.enrol();
  EXPECT_EQ(status(R"({"messageType":"register","channelID":")" + kChannel + R"("})"), 409);
}

TEST_F(WebSocket, LetsTheLatestConnectionOfABrowserWin) {
  Connection first(service.browsers());
  const std::string uaid = first.hello();
  const std::string endpoint = first.enrol();
  Connection second(service.browsers());
  second.hello(uaid);
  first.texts.clear();
  second.texts.clear();
  post(endpoint, "x");
  EXPECT_TRUE(first.texts.empty());
  EXPECT_EQ(second.texts.size(), 1U);
  EXPECT_EQ(first.client->receive(R"({"messageType":"ping"})", kNow).error().code, Errc::kConflict);
  first.client.reset();
  post(endpoint, "y");
  EXPECT_EQ(second.texts.size(), 2U);
}

TEST_F(WebSocket, AnswersPingsAndIgnoresBroadcasts) {
  Connection browser(service.browsers());
  EXPECT_EQ(browser.say("{}"), Json(Json::Object{}));
  browser.hello();
  EXPECT_EQ(browser.say("{}"), Json(Json::Object{}));
  EXPECT_TRUE(browser.say(R"({"messageType":"broadcast_subscribe","broadcasts":{}})").is_null());
}

TEST_F(WebSocket, ClosesWhatIsNotTheProtocol) {
  for (const char* bad : {"", "[]", "{", R"({"messageType":"register"})", R"({"messageType":7})"}) {
    Connection browser(service.browsers());
    EXPECT_FALSE(browser.client->receive(bad, kNow)) << bad;
  }
  Connection browser(service.browsers());
  browser.hello();
  EXPECT_FALSE(browser.client->receive(R"({"messageType":"hello"})", kNow));
  EXPECT_FALSE(browser.client->receive(R"({"messageType":"dance"})", kNow));
  EXPECT_FALSE(browser.client->receive(std::string(70'000, ' ') + "{}", kNow));
}

}  // namespace
}  // namespace tocsin::pushservice
