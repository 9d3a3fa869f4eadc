// SPDX-License-Identifier: Apache-2.0
#include "tocsin/deliver/sender.h"

#include <algorithm>
#include <deque>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::deliver {
namespace {

using core::Decision;
using core::Outcome;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::string kFcm = "https://fcm.googleapis.com";
const std::string kMozilla = "https://updates.push.services.mozilla.com";
constexpr core::VapidKeyId kKey{7};

// Keeps what is sent until the test answers it.
class FakeTransport final : public Transport {
 public:
  struct Sent {
    std::string origin;
    PushRequest request;
  };

  void listen(Events events) override { events_ = std::move(events); }
  std::size_t room(const std::string& origin) override {
    const auto most = room_.find(origin);
    if (most == room_.end()) return 1'000'000;
    const auto used = static_cast<std::size_t>(
        std::count_if(sent.begin(), sent.end(), [&](const Sent& s) { return s.origin == origin; }));
    return most->second - std::min(most->second, used);
  }
  void send(const std::string& origin, PushRequest request) override {
    sent.push_back({origin, std::move(request)});
  }

  void answer(int status, std::optional<std::string> retry_after = std::nullopt) {
    PushAnswer answer;
    answer.status = status;
    answer.retry_after = std::move(retry_after);
    answer_first(std::move(answer));
  }
  void answer(NoAnswer reason) {
    PushAnswer answer;
    answer.no_answer = reason;
    answer_first(std::move(answer));
  }
  void set_room(const std::string& origin, std::size_t room) { room_[origin] = room; }
  void say_room(const std::string& origin) { events_.on_room(origin); }

  std::deque<Sent> sent;  // and not answered

 private:
  void answer_first(PushAnswer answer) {
    answer.token = sent.front().request.token;
    sent.pop_front();
    events_.on_answer(std::move(answer));
  }

  Events events_;
  std::map<std::string, std::size_t> room_;
};

struct SenderTest : testing::Test {
  FakeClock clock{Time(Seconds(1'795'000'000))};
  SeededRandom random{1};
  FakeTransport transport;
  std::vector<Decision> decisions;
  std::map<std::string, Instant> pauses;
  std::optional<Instant> wake;
  Sender sender{
      {.clock = clock,
       .random = random,
       .transport = transport,
       .encrypt =
           [](ByteView plaintext, const webpush::Recipient&) {
             return Bytes(plaintext.begin(), plaintext.end());
           }},
      {},
      {.on_decisions =
           [this](std::vector<Decision> some) {
             decisions.insert(decisions.end(), some.begin(), some.end());
           },
       .on_pause = [this](const std::string& origin, Instant until) { pauses[origin] = until; },
       .wake_at = [this](Instant at) { wake = at; }}};

  void SetUp() override {
    clock.advance(Seconds(1'000));
    sender.add_key(kKey, *webpush::VapidKey::generate("mailto:desk@news.example"));
  }

  void submit(const std::string& origin, std::uint64_t first, std::uint64_t count,
              Seconds ttl = Seconds(3'600),
              core::Importance importance = core::Importance::kMajor) {
    auto payload = std::make_shared<core::Payload>();
    payload->plaintext = {1, 2, 3};
    payload->options = {.ttl = ttl, .collapse_key = "story"};
    payload->importance = importance;
    payload->deadline = clock.now() + ttl;
    core::Batch batch{.origin = origin, .vapid_key = kKey, .payload = payload};
    for (std::uint64_t token = first; token < first + count; ++token) {
      batch.messages.push_back({.token = token, .path = "/p/" + std::to_string(token)});
    }
    sender.submit(std::move(batch));
    run_for(Millis(0));
  }

  // Does what a loop with a timer does.
  void run_for(Millis time) {
    const Instant end = clock.instant() + time;
    while (wake && *wake <= end) {
      const Instant at = *std::exchange(wake, std::nullopt);
      if (at > clock.instant()) {
        clock.advance(std::chrono::ceil<Millis>(at - clock.instant()));
      }
      sender.on_time();
    }
    if (end > clock.instant()) clock.advance(std::chrono::ceil<Millis>(end - clock.instant()));
  }

  const std::string* header(const std::string& name) const {
    for (const auto& [key, value] : transport.sent.front().request.headers) {
      if (key == name) return &value;
    }
    return nullptr;
  }
};

TEST_F(SenderTest, SendsWhatAPushServiceExpectsAndReportsTheAnswer) {
  submit(kFcm, 1, 1);
  ASSERT_EQ(transport.sent.size(), 1u);
  EXPECT_EQ(transport.sent[0].request.path, "/p/1");
  EXPECT_EQ(transport.sent[0].request.body, (Bytes{1, 2, 3}));
  EXPECT_EQ(*header("ttl"), "3600");
  EXPECT_EQ(*header("topic"), "story");
  EXPECT_TRUE(header("authorization")->starts_with("vapid t="));

  transport.answer(201);
  run_for(Sender::kReportDelay);
  EXPECT_THAT(decisions, ElementsAre(Decision{1, Outcome::kAccepted, false}));
  EXPECT_EQ(sender.outstanding(), 0u);
}

TEST_F(SenderTest, TellsTheEndsApart) {
  submit(kFcm, 1, 3);
  transport.answer(410);
  transport.answer(413);
  transport.answer(NoAnswer::kForbidden);
  run_for(Sender::kReportDelay);
  EXPECT_THAT(decisions, ElementsAre(Decision{1, Outcome::kGone, false},
                                     Decision{2, Outcome::kRejected, false},
                                     Decision{3, Outcome::kFailed, false}));
}

TEST_F(SenderTest, PausesOneServiceUntilRetryAfterAndNoOther) {
  submit(kFcm, 1, 1);
  transport.answer(429, "30");
  EXPECT_EQ(pauses[kFcm], clock.instant() + Seconds(30));
  submit(kFcm, 2, 1);
  submit(kMozilla, 3, 1);
  ASSERT_EQ(transport.sent.size(), 1u);
  EXPECT_EQ(transport.sent[0].origin, kMozilla);
  transport.answer(201);

  run_for(Millis(29'998));
  EXPECT_THAT(transport.sent, IsEmpty());
  run_for(Millis(10));
  ASSERT_EQ(transport.sent.size(), 2u);
  EXPECT_EQ(*header("topic"), "story");
  transport.answer(201);
  run_for(Sender::kReportDelay);
  EXPECT_THAT(decisions, UnorderedElementsAre(Decision{1, Outcome::kThrottled, false},
                                              Decision{1, Outcome::kAccepted, true},
                                              Decision{3, Outcome::kAccepted, false}));
}

TEST_F(SenderTest, PausesWhenAnotherSenderWasAskedTo) {
  sender.pause(kFcm, clock.instant() + Seconds(30));
  submit(kFcm, 1, 1);
  run_for(Seconds(29));
  EXPECT_THAT(transport.sent, IsEmpty());
  run_for(Seconds(2));
  EXPECT_EQ(transport.sent.size(), 1u);
}

TEST_F(SenderTest, ExpiresWhatCannotBeSentInTime) {
  submit(kFcm, 1, 1, Seconds(60));
  transport.answer(429, "900");
  submit(kFcm, 2, 1, Seconds(60));
  run_for(Seconds(2));
  EXPECT_THAT(decisions, UnorderedElementsAre(Decision{1, Outcome::kExpired, false},
                                              Decision{2, Outcome::kExpired, false}));
}

TEST_F(SenderTest, TriesAgainAfterAServerErrorAndGivesUpAtTheDeadline) {
  submit(kFcm, 1, 1, Seconds(100));
  int attempts = 0;
  for (int s = 0; s < 300; ++s) {
    while (!transport.sent.empty()) {
      ++attempts;
      transport.answer(attempts % 2 == 0 ? 502 : 500);
    }
    run_for(Seconds(1));
  }
  EXPECT_GT(attempts, 2);
  EXPECT_LT(attempts, 30);
  EXPECT_THAT(decisions, ElementsAre(Decision{1, Outcome::kThrottled, false},
                                     Decision{1, Outcome::kFailed, true}));
}

TEST_F(SenderTest, TakesWhatIsLeftOfTheLifeForTheTtl) {
  submit(kFcm, 1, 1, Seconds(600));
  transport.answer(429, "290");
  run_for(Seconds(291));
  ASSERT_EQ(transport.sent.size(), 1u);
  EXPECT_EQ(*header("ttl"), "360") << "309 seconds are left: whole minutes";
}

TEST_F(SenderTest, RepeatsAtOnceWhatWasNotProcessed) {
  submit(kFcm, 1, 1);
  transport.answer(NoAnswer::kNotProcessed);
  run_for(Millis(1));
  ASSERT_EQ(transport.sent.size(), 1u);
  EXPECT_EQ(transport.sent[0].request.token, 1u);
}

TEST_F(SenderTest, WaitsWithAServiceThatNeverProcesses) {
  submit(kFcm, 1, 1);
  int attempts = 0;
  for (; attempts < 100 && !transport.sent.empty(); ++attempts) {
    transport.answer(NoAnswer::kNotProcessed);
  }
  EXPECT_LT(attempts, 10);
}

TEST_F(SenderTest, SpendsFewMessagesOnAKeyThatIsRefused) {
  transport.set_room(kFcm, 10);
  submit(kFcm, 1, 500);
  while (!transport.sent.empty()) transport.answer(403);
  run_for(Seconds(30));
  EXPECT_EQ(decisions.size(), 29u) << "20 in a row, and 9 on their way";
  const auto at_rest = decisions.size();
  submit(kFcm, 1'000, 100);
  run_for(Seconds(20));
  EXPECT_EQ(decisions.size(), at_rest);
  EXPECT_THAT(transport.sent, IsEmpty());
  run_for(Seconds(20));
  EXPECT_EQ(transport.sent.size(), 1u) << "one probe";
  transport.answer(201);
  run_for(Seconds(1));
  EXPECT_EQ(transport.sent.size(), 10u);
}

TEST_F(SenderTest, AsksNothingOfAServiceThatIsDownButAProbe) {
  submit(kFcm, 1, 100);
  while (!transport.sent.empty()) transport.answer(NoAnswer::kUnreachable);
  run_for(Millis(4'900));
  EXPECT_THAT(transport.sent, IsEmpty());
  run_for(Millis(1'000));
  EXPECT_EQ(transport.sent.size(), 1u);
  transport.answer(201);
  run_for(Seconds(1));
  EXPECT_GT(transport.sent.size(), 50u);
}

TEST_F(SenderTest, WaitsForRoom) {
  transport.set_room(kFcm, 0);
  submit(kFcm, 1, 1);
  run_for(Seconds(5));
  EXPECT_THAT(transport.sent, IsEmpty());
  transport.set_room(kFcm, 10);
  transport.say_room(kFcm);
  run_for(Millis(0));
  EXPECT_EQ(transport.sent.size(), 1u);
}

TEST_F(SenderTest, SendsBreakingNewsBeforeTheRest) {
  transport.set_room(kFcm, 0);
  submit(kFcm, 1, 10, Seconds(600), core::Importance::kMinor);
  submit(kFcm, 11, 1, Seconds(600), core::Importance::kBreaking);
  transport.set_room(kFcm, 10);
  transport.say_room(kFcm);
  run_for(Millis(0));
  EXPECT_EQ(transport.sent[0].request.token, 11u);
}

TEST_F(SenderTest, KeepsToThePaceOfTheService) {
  submit("https://wns2-par02p.notify.windows.com", 1, 2'000);
  run_for(Seconds(1));
  EXPECT_NEAR(static_cast<double>(transport.sent.size()), 525, 60);
}

TEST_F(SenderTest, RejectsASubscriptionWithAnUnusableKey) {
  FakeTransport other;
  std::vector<Decision> seen;
  std::optional<Instant> at;
  Sender real({.clock = clock, .random = random, .transport = other}, {},
              {.on_decisions = [&](std::vector<Decision> some) { seen = std::move(some); },
               .on_pause = [](const std::string&, Instant) {},
               .wake_at = [&](Instant when) { at = when; }});
  real.add_key(kKey, *webpush::VapidKey::generate("mailto:desk@news.example"));
  auto payload = std::make_shared<core::Payload>();
  payload->deadline = clock.now() + Seconds(60);
  real.submit({.origin = kFcm, .vapid_key = kKey, .payload = payload, .messages = {{.token = 1}}});
  real.on_time();
  clock.advance(Sender::kReportDelay);
  real.on_time();
  EXPECT_THAT(seen, ElementsAre(Decision{1, Outcome::kRejected, false}));
}

}  // namespace
}  // namespace tocsin::deliver
