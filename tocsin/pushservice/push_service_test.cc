// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/push_service.h"

#include <gtest/gtest.h>

#include "tocsin/base/base64url.h"
#include "tocsin/pushservice/fault_field.h"
#include "tocsin/webpush/vapid.h"

namespace tocsin::pushservice {
namespace {

using std::chrono::hours;

const std::string kOrigin = "https://localhost:9";
constexpr Time kNow{Seconds(1'795'000'000)};

struct Entries final : Ledger {
  void record(const Entry& entry) override { all.push_back(entry); }
  std::vector<Entry> all;
};

const webpush::VapidKey& vapid_key() {
  static const webpush::VapidKey kKey = *webpush::VapidKey::generate("mailto:desk@example.org");
  return kKey;
}

std::string authorization(const std::string& audience = kOrigin, Time expires = kNow + hours(12)) {
  return *webpush::vapid_authorization(vapid_key(), audience, expires);
}

// A push service with ten virtual readers, and a good request to the fourth.
struct Service : testing::Test {
  void start(PushServiceConfig config = {}) {
    config.origin = kOrigin;
    config.virtual_readers = 10;
    service = std::make_unique<PushService>(std::move(config), random, ledger);
    request = {.method = "POST", .path = path(3)};
    request.headers.fields = {{"ttl", "60"},
                              {"topic", "story-1"},
                              {"urgency", "high"},
                              {"content-encoding", "aes128gcm"},
                              {"authorization", authorization()}};
    request.body = "sealed";
  }
  void SetUp() override { start(); }

  std::string path(std::uint64_t reader) const {
    return service->readers().subscription(reader).text("endpoint")->substr(kOrigin.size());
  }
  void set(const std::string& name, const std::string& value) {
    std::erase_if(request.headers.fields, [&](const auto& one) { return one.first == name; });
    if (!value.empty()) request.headers.add(name, value);
  }
  int status() { return service->handle(request, kNow).status; }

  SeededRandom random{1};
  Entries ledger;
  std::unique_ptr<PushService> service;
  http::Request request;
};

TEST_F(Service, AcceptsAMessageAndRecordsIt) {
  const auto response = service->handle(request, kNow);
  EXPECT_EQ(response.status, 201);
  EXPECT_TRUE(response.headers.find("location")->starts_with(kOrigin + "/message/"));
  EXPECT_EQ(response.headers.find("ttl"), "60");
  ASSERT_EQ(ledger.all.size(), 1U);
  EXPECT_EQ(ledger.all[0], (Entry{.at = kNow,
                                  .subscription = "v3",
                                  .collapse_key = "story-1",
                                  .status = 201,
                                  .body_sha256 = crypto::sha256(as_bytes("sealed"))}));
}

TEST_F(Service, WantsATtl) {
  for (const char* bad : {"", "x", "-1", "1.5"}) {
    set("ttl", bad);
    EXPECT_EQ(status(), 400) << bad;
  }
  set("ttl", "0");
  EXPECT_EQ(status(), 201);
}

TEST_F(Service, ShortensALongTtl) {
  set("ttl", "99999999");
  EXPECT_EQ(service->handle(request, kNow).headers.find("ttl"), "2592000");
}

TEST_F(Service, WantsAPlausibleTopicUrgencyAndEncoding) {
  set("topic", std::string(33, 'a'));
  EXPECT_EQ(status(), 400);
  set("topic", "not base64url!");
  EXPECT_EQ(status(), 400);
  set("topic", std::string(32, 'a'));
  EXPECT_EQ(status(), 201);
  set("urgency", "urgent");
  EXPECT_EQ(status(), 400);
  set("urgency", "");
  set("content-encoding", "aesgcm");
  EXPECT_EQ(status(), 400);
  set("content-encoding", "");
  EXPECT_EQ(status(), 400);
  request.body.clear();
  EXPECT_EQ(status(), 201);
}

TEST_F(Service, TakesBodiesOf4096BytesAndNoMore) {
  request.body = std::string(4096, 'x');
  EXPECT_EQ(status(), 201);
  request.body += 'x';
  EXPECT_EQ(status(), 413);
}

TEST_F(Service, VerifiesTheSender) {
  const auto answer = [this](const std::string& field) {
    set("authorization", field);
    return status();
  };
  EXPECT_EQ(answer(""), 401);
  EXPECT_EQ(answer("Bearer x"), 401);
  EXPECT_EQ(answer("vapid t=a.b.c"), 401);
  EXPECT_EQ(answer("vapid t=a.b.c, k=AAAA"), 403);
  EXPECT_EQ(answer(authorization("https://other.example")), 403);
  EXPECT_EQ(answer(authorization(kOrigin, kNow)), 403);
  EXPECT_EQ(answer(authorization(kOrigin, kNow + hours(25))), 403);
  EXPECT_EQ(answer(authorization(kOrigin, kNow + hours(24))), 201);
  std::string forged = authorization();
  char& last_but_some = forged[forged.find(", k=") - 8];
  last_but_some = last_but_some == 'A' ? 'B' : 'A';
  EXPECT_EQ(answer(forged), 403);
  EXPECT_EQ(service->handle(request, kNow).headers.find("www-authenticate"), std::nullopt);
}

TEST_F(Service, RemembersAGoodTokenNoLongerThanItHolds) {
  EXPECT_EQ(service->handle(request, kNow).status, 201);
  EXPECT_EQ(service->handle(request, kNow + hours(11)).status, 201);
  EXPECT_EQ(service->handle(request, kNow + hours(12)).status, 403);
}

TEST_F(Service, DoesNotVerifyWhereToldNotTo) {
  start({.verifies_vapid = false});
  set("authorization", "");
  EXPECT_EQ(status(), 201);
}

TEST_F(Service, KnowsNoOtherResourceAndNoOtherMethod) {
  request.path = "/reader/nobody";
  EXPECT_EQ(status(), 404);
  request.path = "/";
  EXPECT_EQ(status(), 404);
  request.method = "GET";
  EXPECT_EQ(status(), 405);
  EXPECT_TRUE(ledger.all.empty());
}

TEST_F(Service, DecryptsTheShareOfMessagesThatIsAskedFor) {
  start({.decrypt_every = 2});
  const Json subscription = service->readers().subscription(3);
  const Json& keys = *subscription.find("keys");
  const auto body = webpush::encrypt(
      as_bytes("breaking"), {.p256dh = *unbase64_as<crypto::PublicKey>(*keys.text("p256dh")),
                             .auth = *unbase64_as<webpush::AuthSecret>(*keys.text("auth"))});
  request.body = as_text(*body);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status(), 201);
  EXPECT_EQ(ledger.all[0].text, "breaking");
  EXPECT_EQ(ledger.all[1].text, std::nullopt);
  request.body = "not sealed for anybody";
  EXPECT_EQ(status(), 201);
  EXPECT_EQ(status(), 201);
  EXPECT_TRUE(ledger.all[4].is_unreadable);
}

TEST_F(Service, FailsAsTold) {
  start({.faults = {.script = {Fault::kGone, Fault::kThrottled, Fault::kRefuse, Fault::kReset}}});
  EXPECT_EQ(status(), 410);
  const auto throttled = service->handle(request, kNow);
  EXPECT_EQ(throttled.status, 429);
  EXPECT_EQ(throttled.headers.find("retry-after"), "2");
  EXPECT_EQ(service->handle(request, kNow).headers.find(kFaultField), kFaultRefuse);
  EXPECT_EQ(service->handle(request, kNow).headers.find(kFaultField), kFaultReset);
  EXPECT_EQ(status(), 201);
  std::vector<int> recorded;
  for (const auto& entry : ledger.all) recorded.push_back(entry.status);
  EXPECT_EQ(recorded, (std::vector<int>{410, 429, 0, 201, 201}));
}

}  // namespace
}  // namespace tocsin::pushservice
