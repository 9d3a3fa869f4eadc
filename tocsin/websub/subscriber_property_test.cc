// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "tocsin/websub/subscriber.h"

// Random feeds, hubs that do what they like, restarts at any moment. What must hold is looked at
// after each step.
namespace tocsin::websub {
namespace {

constexpr int kRounds = 60;
constexpr int kSteps = 400;
const std::string kCallbacks = "https://bell.example/websub/";

class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) { subscriber_.emplace(config(), random_); }

  void step() {
    now_ += Millis(random_.below(once_in(20) ? 40'000'000 : 90'000));
    switch (random_.below(9)) {
      case 0:
      case 1:
        subscriber_->want(feed(), advertised(), kCallbacks, now_);
        break;
      case 2:
        if (once_in(4)) subscriber_->forget(feed(), now_);
        break;
      case 3:
      case 4:
        for (auto& request : subscriber_->due(now_)) open_.push_back(std::move(request));
        break;
      case 5:
      case 6:
        answer();
        break;
      case 7:
        notice();
        break;
      default:
        once_in(30) ? restart() : tell();
    }
    store();
  }

  void check() const {
    std::map<core::FeedId, int> held;
    for (const auto& [token, record] : stored_) {
      const auto* known = subscriber_->find(token);
      ASSERT_NE(known, nullptr) << "stored, but not known";
      ASSERT_EQ(known->step, record.step);
      ASSERT_EQ(known->next_step, record.next_step);
      ASSERT_EQ(known->expires, record.expires);
      ASSERT_FALSE(known->hubs.empty());
      ASSERT_EQ(token, known->token);
      if (!record.is_ending()) ++held[record.feed];
      // It is looked at again within the longest wait there is, so that nothing is stuck.
      ASSERT_LE(record.next_step, now_ + kLeaseMax);
      ASSERT_LE(record.expires, now_ + kLeaseMax);
      ASSERT_FALSE(record.is_ending() && record.is_live(now_));
    }
    for (const auto& [feed, count] : held) {
      ASSERT_EQ(count, 1) << "subscriptions of one feed";
      ASSERT_NE(subscriber_->of(feed), nullptr);
    }
    ASSERT_EQ(held.size(), subscriber_->feeds().size());
    ASSERT_LE(open_.size(), kRunsMax);
  }

  // All hubs fall silent and nobody wants anything: at last nothing is left.
  void end() {
    for (std::uint64_t id = 1; id <= 4; ++id) subscriber_->forget(core::FeedId{id}, now_);
    for (int i = 0; i < 1'000 && (subscriber_->next_due() || !open_.empty()); ++i) {
      for (const auto& request : std::exchange(open_, {})) {
        subscriber_->on_answer(request.run, {.status = 500}, now_);
      }
      now_ = std::max(now_, subscriber_->next_due().value_or(now_));
      open_ = subscriber_->due(now_);
    }
    store();
    EXPECT_TRUE(stored_.empty());
  }

 private:
  static Subscriber::Config config() { return {.trust_loopback = true}; }
  bool once_in(std::uint64_t n) { return random_.below(n) == 0; }
  core::FeedId feed() { return core::FeedId{1 + random_.below(4)}; }

  ingest::Advertised advertised() {
    ingest::Advertised out{.topic = "https://news.example/" + std::to_string(random_.below(2))};
    for (std::uint64_t i = random_.below(3); i > 0; --i) {
      out.hubs.push_back((once_in(4) ? "http://hub" : "https://hub") + std::to_string(i) +
                         ".example/");
    }
    return out;
  }

  void answer() {
    if (open_.empty()) return;
    const auto place = open_.begin() + static_cast<std::ptrdiff_t>(random_.below(open_.size()));
    const HubRequest request = *place;
    open_.erase(place);
    constexpr int kStatuses[] = {202, 202, 204, 0, 500, 404, 307, 308, 503};
    const auto next =
        subscriber_->on_answer(request.run,
                               {.status = kStatuses[random_.below(std::size(kStatuses))],
                                .location = once_in(2) ? "/moved" : "http://elsewhere.example/",
                                .retry_after = Seconds(random_.below(100'000))},
                               now_);
    if (next) open_.push_back(*next);
  }

  void notice() {
    if (stored_.empty()) return;
    auto place = stored_.begin();
    std::advance(place, random_.below(stored_.size()));
    const Subscription record = place->second;
    using Mode = Notice::Mode;
    constexpr Mode kModes[] = {Mode::kSubscribe, Mode::kSubscribe, Mode::kUnsubscribe,
                               Mode::kDenied};
    Notice said{.mode = kModes[random_.below(4)], .topic = record.topic, .challenge = "c"};
    said.lease = Seconds(random_.below(static_cast<std::uint64_t>(kLeaseMax.count())));
    if (once_in(5)) said.topic += "x";
    const auto echo = subscriber_->on_notice(record.token, said, now_);
    const bool is_fitting = said.topic == record.topic;
    EXPECT_TRUE(is_fitting || !echo) << "another topic was confirmed";
    const bool may_end = said.mode == Mode::kUnsubscribe && is_fitting && record.is_ending();
    EXPECT_TRUE(said.mode != Mode::kUnsubscribe || echo.has_value() == may_end);
    EXPECT_FALSE(said.mode == Mode::kSubscribe && record.is_ending() && echo);
  }

  void tell() {
    once_in(3) ? subscriber_->on_missed(feed(), now_) : subscriber_->on_told(feed(), now_);
    for (std::uint64_t id = 1; id <= 4; ++id) {
      const auto calm = subscriber_->calm(core::FeedId{id}, Seconds(300), now_);
      EXPECT_GE(calm, Seconds(300));
      EXPECT_LE(calm, kCalmMax);
    }
  }

  void restart() {
    store();
    subscriber_.emplace(config(), random_);
    for (const auto& [token, record] : stored_) subscriber_->load(record);
    open_.clear();
  }

  void store() {
    for (auto& change : subscriber_->take_changes()) {
      stored_.erase(change.token);
      if (change.record) stored_.emplace(change.token, *std::move(change.record));
    }
  }

  SeededRandom random_;
  Time now_ = *parse_rfc3339("2026-11-23T09:41:00Z");
  std::optional<Subscriber> subscriber_;
  std::vector<HubRequest> open_;
  std::map<Token, Subscription> stored_;
};

TEST(SubscriberProperty, WhatIsStoredIsWhatIsKnownWhateverHubsDo) {
  for (std::uint64_t seed = 1; seed <= kRounds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World world(seed);
    for (int i = 0; i < kSteps; ++i) {
      world.step();
      world.check();
      if (::testing::Test::HasFatalFailure()) return;
    }
    world.end();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace tocsin::websub
