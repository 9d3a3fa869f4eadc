// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/push_service.h"

#include <gtest/gtest.h>

#include "tocsin/base/base64url.h"
#include "tocsin/webpush/vapid.h"

namespace tocsin::pushservice {
namespace {

using std::chrono::hours;

const std::string kOrigin = "https://localhost:9";
constexpr Time kNow{Seconds(1'795'000'000)};

struct Entries final : Ledger {
  void name_key(std::uint16_t key, std::string_view name) override { keys[key] = name; }
  void name_channel(std::uint32_t subscription, std::string_view name) override {
    channels[subscription] = name;
  }
  void record(const Entry& entry, std::string_view text) override {
    all.push_back(entry);
    texts.emplace_back(text);
  }
  void record_too_early(Time at) override { too_early.push_back(at); }

  std::map<std::uint16_t, std::string> keys;
  std::map<std::uint32_t, std::string> channels;
  std::vector<Entry> all;
  std::vector<std::string> texts;
  std::vector<Time> too_early;
};

// An answer that outlives the next.
struct Kept {
  int status = 0;
  Deed deed{};
  Millis delay{};
  Millis pause{};
  std::map<std::string, std::string, std::less<>> fields;
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
    ledger = {};
    service = std::make_unique<PushService>(std::move(config), random, ledger);
    path = service->readers().path(3);
    fields = {{"ttl", "60"},
              {"topic", "story-1"},
              {"urgency", "high"},
              {"content-encoding", "aes128gcm"},
              {"authorization", authorization()}};
    body = "sealed";
  }
  void SetUp() override { start(); }

  void set(const std::string& name, const std::string& value) {
    std::erase_if(fields, [&](const auto& one) { return one.first == name; });
    if (!value.empty()) fields.emplace_back(name, value);
  }
  Kept handle(Time now = kNow) {
    std::vector<http2::Field> views;
    for (const auto& [name, value] : fields) views.push_back({name, value});
    const Answer answer = service->handle(
        {.method = method, .path = path, .fields = views, .body = as_bytes(body)}, now);
    Kept kept{answer.status, answer.deed, answer.delay, answer.pause, {}};
    for (const auto& [name, value] : answer.fields) kept.fields.emplace(name, value);
    return kept;
  }
  int status(Time now = kNow) { return handle(now).status; }
  // A body for the fourth reader.
  std::string sealed(std::string_view text) const {
    const ReaderKeys keys = service->readers().keys(3);
    const auto sealed =
        webpush::encrypt(as_bytes(text), {.p256dh = keys.pair.public_key, .auth = keys.auth});
    return std::string(as_text(*sealed));
  }

  SeededRandom random{1};
  Entries ledger;
  std::unique_ptr<PushService> service;
  std::string method = "POST";
  std::string path;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

TEST_F(Service, AcceptsAMessageAndRecordsIt) {
  const auto answer = handle();
  EXPECT_EQ(answer.status, 201);
  EXPECT_TRUE(answer.fields.at("location").starts_with(kOrigin + "/message/"));
  EXPECT_EQ(answer.fields.at("ttl"), "60");
  EXPECT_NE(handle().fields.at("location"), answer.fields.at("location"));
  ASSERT_EQ(ledger.all.size(), 2U);
  EXPECT_EQ(ledger.all[0], (Entry{.at = kNow, .subscription = 3, .key = 1, .status = 201}));
  EXPECT_EQ(ledger.all[1].key, 1);
  EXPECT_EQ(ledger.keys, (std::map<std::uint16_t, std::string>{{1, "story-1"}}));
}

TEST_F(Service, AccountsForEachCollapseKey) {
  EXPECT_EQ(status(), 201);
  set("topic", "story-2");
  EXPECT_EQ(status(), 201);
  set("topic", "story-1");
  EXPECT_EQ(status(), 201);
  set("topic", "");
  EXPECT_EQ(status(), 201);
  std::vector<std::uint16_t> recorded;
  for (const auto& entry : ledger.all) recorded.push_back(entry.key);
  EXPECT_EQ(recorded, (std::vector<std::uint16_t>{1, 2, 1, 0}));
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
  EXPECT_EQ(handle().fields.at("ttl"), "2592000");
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
  body.clear();
  EXPECT_EQ(status(), 201);
}

TEST_F(Service, TakesBodiesOf4096BytesAndNoMore) {
  body = std::string(4096, 'x');
  EXPECT_EQ(status(), 201);
  body += 'x';
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
  EXPECT_FALSE(handle().fields.contains("www-authenticate"));
  set("authorization", "");
  EXPECT_EQ(handle().fields.at("www-authenticate"), "vapid");
}

TEST_F(Service, RemembersAGoodTokenNoLongerThanItHolds) {
  EXPECT_EQ(status(), 201);
  EXPECT_EQ(status(kNow + hours(11)), 201);
  EXPECT_EQ(status(kNow + hours(12)), 403);
}

TEST_F(Service, DoesNotVerifyWhereToldNotTo) {
  start({.verifies_vapid = false});
  set("authorization", "");
  EXPECT_EQ(status(), 201);
}

TEST_F(Service, KnowsNoOtherResourceAndNoOtherMethod) {
  path = "/reader/nobody";
  EXPECT_EQ(status(), 404);
  path = "/";
  EXPECT_EQ(status(), 404);
  method = "GET";
  EXPECT_EQ(status(), 405);
  EXPECT_TRUE(ledger.all.empty());
}

TEST_F(Service, RemembersHeadsAndStillTellsThemApart) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 40; ++i) {
      set("ttl", std::to_string(i));
      EXPECT_EQ(handle().fields.at("ttl"), std::to_string(i));
    }
    set("ttl", "60");
    EXPECT_EQ(status(), 201);
    fields.emplace_back("urgency", "urgent");  // the first of a name counts
    EXPECT_EQ(status(), 201);
    fields.pop_back();
    set("ttl", "");
    EXPECT_EQ(status(), 400);
  }
}

TEST_F(Service, DecryptsTheShareOfMessagesThatIsAskedFor) {
  start({.decrypt_every = 2});
  body = sealed("breaking");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status(), 201);
  EXPECT_EQ(ledger.texts, (std::vector<std::string>{"breaking", "", "breaking"}));
  EXPECT_TRUE(ledger.all[0].is_decrypted);
  EXPECT_FALSE(ledger.all[1].is_decrypted);
  body = "not sealed for anybody";
  EXPECT_EQ(status(), 201);
  EXPECT_EQ(status(), 201);
  EXPECT_TRUE(ledger.all[4].is_unreadable);
  EXPECT_EQ(ledger.texts[4], "");
}

TEST_F(Service, DecryptsAllMessagesOfSomeReaders) {
  start({.readers_decrypted_every = 3});
  std::size_t opened = 0;
  for (std::uint64_t reader = 0; reader < 10; ++reader) {
    path = service->readers().path(reader);
    EXPECT_EQ(status(), 201);
    EXPECT_EQ(status(), 201);
    const bool first = ledger.all[2 * reader].is_unreadable;
    EXPECT_EQ(ledger.all[2 * reader + 1].is_unreadable, first);
    opened += first ? 1 : 0;
  }
  EXPECT_GT(opened, 0U);
  EXPECT_LT(opened, 10U);
}

TEST_F(Service, KeepsARandomSampleOfWholeMessages) {
  start({.capture = 4});
  for (std::uint64_t i = 0; i < 100; ++i) {
    path = service->readers().path(i % 10);
    body = "message " + std::to_string(i);
    EXPECT_EQ(status(), 201);
  }
  const std::string lines = service->capture().lines(service->readers());
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 4);
  std::size_t from_the_first_half = 0;
  for (std::string_view rest = lines; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
    const auto json = Json::parse(rest.substr(0, rest.find('\n')));
    ASSERT_TRUE(json);
    const std::string text(as_text(*unbase64(*json->text("body"))));
    const int number = std::stoi(text.substr(text.find(' ')));
    from_the_first_half += number < 50 ? 1 : 0;
    EXPECT_EQ(json->text("endpoint"),
              service->readers().endpoint(static_cast<std::uint64_t>(number) % 10));
    EXPECT_EQ(json->find("headers")->text("ttl"), "60");
    EXPECT_TRUE(json->find("keys")->text("auth"));
    EXPECT_TRUE(unbase64_as<crypto::PrivateKey>(*json->text("private_key")));
  }
  EXPECT_LT(from_the_first_half, 4U);
}

TEST_F(Service, AnswersWithinTheLatencyThatIsAskedFor) {
  start({.seed = 3, .latency = {Millis(30), Millis(70)}});
  Millis least = Millis::max();
  Millis most{0};
  for (int i = 0; i < 1000; ++i) {
    const Millis delay = handle().delay;
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  EXPECT_EQ(least, Millis(30));
  EXPECT_EQ(most, Millis(70));
}

TEST_F(Service, AnswersAtOnceWhereNoLatencyIsAskedFor) { EXPECT_EQ(handle().delay, Millis(0)); }

TEST_F(Service, TakesSoManyRequestsASecond) {
  start({.requests_per_second_max = 100});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(status(), 201);
  const auto throttled = handle();
  EXPECT_EQ(throttled.status, 429);
  EXPECT_EQ(throttled.fields.at("retry-after"), "2");
  EXPECT_EQ(status(kNow + Seconds(1)), 201);
  start({.requests_per_second_max = 1, .limit_is_bare = true});
  EXPECT_EQ(status(), 201);
  EXPECT_EQ(status(), 429);
  EXPECT_TRUE(handle().fields.empty());
}

TEST_F(Service, SeesWhoDoesNotWaitAsAsked) {
  start({.faults = {.script = {Fault::kThrottled, Fault::kThrottled}}});
  EXPECT_EQ(status(), 429);
  EXPECT_EQ(status(), 429);
  EXPECT_EQ(status(kNow + Millis(1500)), 201) << "the connection was lost with the answer";
  EXPECT_TRUE(ledger.too_early.empty());
  const Answer::Field wait{"retry-after", "2"};
  service->on_refusal_left({.status = 429, .fields = {&wait, 1}}, kNow);
  EXPECT_EQ(status(kNow + RetryAfterWatch::kGrace), 201);
  EXPECT_TRUE(ledger.too_early.empty());
  EXPECT_EQ(status(kNow + Millis(1500)), 201);
  EXPECT_EQ(ledger.too_early, std::vector{kNow + Millis(1500)});
  EXPECT_EQ(status(kNow + Seconds(2)), 201);
  EXPECT_EQ(ledger.too_early.size(), 1U);
}

TEST_F(Service, FailsAsTold) {
  start({.faults = {.script = {Fault::kGone, Fault::kThrottled, Fault::kRefuse, Fault::kReset,
                               Fault::kSlowRead, Fault::kDelay, Fault::kUnavailableBare}}});
  EXPECT_EQ(status(), 410);
  EXPECT_EQ(handle().fields.at("retry-after"), "2");
  EXPECT_EQ(handle().deed, Deed::kRefuse);
  EXPECT_EQ(handle().deed, Deed::kReset);
  const auto slow = handle();
  EXPECT_EQ(slow.deed, Deed::kPause);
  EXPECT_EQ(slow.pause, Millis(500));
  EXPECT_EQ(handle().delay, Millis(200));
  EXPECT_TRUE(handle().fields.empty());
  EXPECT_EQ(status(), 201);
  std::vector<int> recorded;
  for (const auto& entry : ledger.all) recorded.push_back(entry.status);
  EXPECT_EQ(recorded, (std::vector<int>{410, 429, 0, 201, 201, 201, 503, 201}));
}

TEST_F(Service, HandsAMessageToABrowser) {
  Browser& browser = **service->browsers().hello("");
  const auto channel = service->browsers().add(browser, "channel-1", std::nullopt);
  path = channel->path;
  EXPECT_EQ(status(), 201);
  ASSERT_EQ(browser.messages.size(), 1U);
  EXPECT_EQ(browser.messages[0].body, "sealed");
  EXPECT_EQ(ledger.all[0].subscription, kChannels);
  EXPECT_EQ(ledger.channels.at(kChannels), "channel-1");
  service->browsers().remove(browser, "channel-1");
  EXPECT_EQ(status(), 410);
}

}  // namespace
}  // namespace tocsin::pushservice
