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
using http::NoAnswer;
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
    std::uint64_t token = 0;
    std::string path;
    std::shared_ptr<const http::RequestHead> head;
    Bytes body;
  };

  void listen(Events events) override { events_ = std::move(events); }
  Origin origin(const std::string& text) override {
    const auto found = std::find(origins_.begin(), origins_.end(), text);
    if (found == origins_.end()) origins_.push_back(text);
    return static_cast<Origin>(std::find(origins_.begin(), origins_.end(), text) -
                               origins_.begin());
  }
  std::size_t room(Origin number, std::size_t body_bytes) override {
    EXPECT_GT(body_bytes, 0u);
    const std::string& origin = origins_[number];
    const auto most = room_.find(origin);
    if (most == room_.end()) return 1'000'000;
    const auto used = static_cast<std::size_t>(
        std::count_if(sent.begin(), sent.end(), [&](const Sent& s) { return s.origin == origin; }));
    return most->second - std::min(most->second, used);
  }
  void send(Origin number, const PushRequest& request) override {
    Sent one{origins_[number], request.token, std::string(request.path), request.head,
             Bytes(request.body_bytes)};
    request.body->write_body(one.body);
    sent.push_back(std::move(one));
  }
  void warm(Origin number, std::size_t connections) override {
    warmed[origins_[number]] = connections;
  }

  void answer(int status, std::optional<std::string> retry_after = std::nullopt) {
    answer_first({.status = status, .retry_after = std::move(retry_after)});
  }
  void answer(NoAnswer reason) { answer_first({.no_answer = reason}); }
  void answer_all(int status) {
    std::vector<http::Answer> answers;
    for (const Sent& one : std::exchange(sent, {})) {
      answers.push_back({.token = one.token, .status = status});
    }
    events_.on_answers(answers);
  }
  void set_room(const std::string& origin, std::size_t room) { room_[origin] = room; }
  void say_room(const std::string& text) { events_.on_room(origin(text)); }

  std::deque<Sent> sent;  // and not answered
  std::map<std::string, std::size_t> warmed;

 private:
  void answer_first(http::Answer answer) {
    answer.token = sent.front().token;
    sent.pop_front();
    events_.on_answers({&answer, 1});
  }

  Events events_;
  std::vector<std::string> origins_;
  std::map<std::string, std::size_t> room_;
};

// Bodies that can be read: a byte says what was asked for, then comes the plaintext.
class FakeEncryption final : public Encryption {
 public:
  static constexpr std::uint8_t kSealed = 's';
  static constexpr std::uint8_t kEncrypted = 'e';

  std::size_t body_bytes(std::size_t plaintext_bytes) const override { return plaintext_bytes + 1; }
  void seal(ByteView plaintext, const webpush::KeyMaterial&, const crypto::PublicKey&,
            std::span<std::uint8_t> out) override {
    write(kSealed, plaintext, out);
  }
  Status encrypt(ByteView plaintext, const webpush::Recipient& recipient,
                 std::span<std::uint8_t> out) override {
    if (recipient.p256dh[0] != 4) return Error{Errc::kCorrupt, "not a point"};
    write(kEncrypted, plaintext, out);
    return ok();
  }

 private:
  static void write(std::uint8_t how, ByteView plaintext, std::span<std::uint8_t> out) {
    ASSERT_EQ(out.size(), plaintext.size() + 1);
    out[0] = how;
    std::copy(plaintext.begin(), plaintext.end(), out.begin() + 1);
  }
};

struct SenderTest : testing::Test {
  FakeClock clock{Time(Seconds(1'795'000'000))};
  SeededRandom random{1};
  FakeTransport transport;
  FakeEncryption encryption;
  std::vector<Decision> decisions;
  std::vector<core::Returned> returned;
  std::map<std::string, Instant> pauses;
  std::optional<Instant> wake;
  Sender sender{
      {.clock = clock, .random = random, .transport = transport, .encryption = encryption},
      {},
      {.on_decisions =
           [this](const core::Decisions& news) {
             decisions.insert(decisions.end(), news.decisions.begin(), news.decisions.end());
             returned.insert(returned.end(), news.returned.begin(), news.returned.end());
           },
       .on_pause = [this](const std::string& origin, Instant until) { pauses[origin] = until; },
       .wake_at = [this](Instant at) { wake = at; }}};

  void SetUp() override {
    clock.advance(Seconds(1'000));
    sender.add_key(kKey, *webpush::VapidKey::generate("mailto:desk@news.example"));
  }

  core::Batch batch_of(const std::string& origin, Seconds ttl = Seconds(3'600),
                       core::Importance importance = core::Importance::kMajor) {
    auto payload = std::make_shared<core::Payload>();
    payload->plaintext = {1, 2, 3};
    payload->options = {.ttl = ttl, .collapse_key = "story"};
    payload->importance = importance;
    payload->deadline = clock.now() + ttl;
    return {.origin = origin, .vapid_key = kKey, .payload = payload};
  }
  void submit(const std::string& origin, std::uint64_t first, std::uint64_t count,
              Seconds ttl = Seconds(3'600),
              core::Importance importance = core::Importance::kMajor) {
    core::Batch batch = batch_of(origin, ttl, importance);
    for (std::uint64_t token = first; token < first + count; ++token) {
      batch.add(token, "/p/" + std::to_string(token), webpush::KeyMaterial{});
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

  // The caller's name of a message that was sent, which its path ends with.
  std::uint64_t sent_token(std::size_t i) const {
    return std::stoull(transport.sent[i].path.substr(3));
  }
  const std::string* header(const std::string& name) const {
    for (const auto& [key, value] : transport.sent.front().head->fields) {
      if (key == name) return &value;
    }
    return nullptr;
  }
};

TEST_F(SenderTest, SendsWhatAPushServiceExpectsAndReportsTheAnswer) {
  submit(kFcm, 1, 1);
  ASSERT_EQ(transport.sent.size(), 1u);
  EXPECT_EQ(transport.sent[0].path, "/p/1");
  EXPECT_EQ(transport.sent[0].body, (Bytes{FakeEncryption::kSealed, 1, 2, 3}));
  EXPECT_EQ(*header("content-length"), "4");
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
  EXPECT_EQ(sent_token(0), 1u);
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
  EXPECT_EQ(sent_token(0), 11u);
}

TEST_F(SenderTest, KeepsToThePaceOfTheService) {
  submit("https://wns2-par02p.notify.windows.com", 1, 2'000);
  run_for(Seconds(1));
  EXPECT_NEAR(static_cast<double>(transport.sent.size()), 525, 60);
}

TEST_F(SenderTest, MakesAKeyPairForAMessageWithoutMaterialAndRejectsAnUnusableKey) {
  core::Batch batch = batch_of(kFcm);
  webpush::Recipient good;
  good.p256dh[0] = 4;
  batch.add(1, "/p/1", good);
  batch.add(2, "/p/2", webpush::Recipient{});
  sender.submit(std::move(batch));
  run_for(Sender::kReportDelay);
  ASSERT_EQ(transport.sent.size(), 1u);
  EXPECT_EQ(transport.sent[0].body, (Bytes{FakeEncryption::kEncrypted, 1, 2, 3}));
  EXPECT_THAT(decisions, ElementsAre(Decision{2, Outcome::kRejected, false}));
}

TEST_F(SenderTest, SharesOneHeadAmongTheMessagesOfABroadcast) {
  submit(kFcm, 1, 3);
  EXPECT_EQ(transport.sent[0].head, transport.sent[2].head);
  clock.advance(Seconds(61));
  submit(kFcm, 4, 1);
  EXPECT_NE(transport.sent[0].head, transport.sent[3].head) << "another payload";
}

TEST_F(SenderTest, AnswersOfManyMessagesComeTogether) {
  submit(kFcm, 1, 100);
  transport.answer_all(201);
  run_for(Sender::kReportDelay);
  EXPECT_EQ(decisions.size(), 100u);
  EXPECT_EQ(sender.outstanding(), 0u);
}

TEST_F(SenderTest, ReturnsWhatIsQueuedWhenItStopsAndWaitsForTheRest) {
  transport.set_room(kFcm, 2);
  submit(kFcm, 1, 4);
  sender.stop();
  EXPECT_THAT(returned, ElementsAre(core::Returned{3, false}, core::Returned{4, false}));
  EXPECT_EQ(sender.outstanding(), 2u);
  transport.answer(201);
  transport.answer(503);
  run_for(Sender::kReportDelay);
  EXPECT_THAT(decisions, ElementsAre(Decision{1, Outcome::kAccepted, false},
                                     Decision{2, Outcome::kThrottled, false}));
  EXPECT_EQ(returned.back(), (core::Returned{2, true})) << "it is not tried again";
  submit(kFcm, 5, 1);
  EXPECT_EQ(returned.back(), (core::Returned{5, false}));
  EXPECT_THAT(transport.sent, IsEmpty());
  EXPECT_EQ(sender.outstanding(), 0u);
}

TEST_F(SenderTest, OpensConnectionsForWhatIsToCome) {
  sender.warm(kFcm, 8);
  EXPECT_EQ(transport.warmed[kFcm], 8u);
}

}  // namespace
}  // namespace tocsin::deliver
