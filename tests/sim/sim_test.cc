// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <memory>
#include <string>
#include <tuple>

#include "tests/sim/daemon.h"
#include <gtest/gtest.h>

namespace tocsin::sim {
namespace {

using core::Outcome;

constexpr Time kStart{Seconds(1'795'000'000)};
constexpr Seconds kTtl{3 * 3'600};
constexpr Instant kAtLast{Seconds(24 * 3'600)};
constexpr std::int64_t kBusyMillis = 90'000;  // in which alerts, crashes, farewells happen

constexpr const char* kHealthy = "https://healthy.example";

// One run: a seed's readers, push services, faults, alerts and crashes.
class Scenario {
 public:
  explicit Scenario(std::uint64_t seed) : world_(seed, kStart) {
    world_.site.id = core::SiteId{1};
    world_.site.base_url = "https://news.example";
    world_.story.id = core::StoryId{2};
    world_.story.site = world_.site.id;
    world_.story.headline = "Quake hits coast";
    world_.story.topics = {"quakes"};
    add_services();
    plan_alerts();
    plan_farewells();
    plan_crashes();
  }

  const std::vector<std::string>& play() {
    begin();
    while (!is_over() && world_.events.step()) ++steps_;
    daemon_.reset();
    for (const auto& [id, alert] : world_.disk.alerts) check_broadcast(id);
    check_retired();
    check_repeated();
    return world_.violations;
  }

  // What two runs of one seed must agree in.
  std::tuple<Instant, std::uint64_t, std::size_t, int> digest() const {
    int taken = 0;
    for (const auto& [name, entry] : world_.services.ledger) taken += entry.times;
    return {world_.events.now(), steps_, world_.services.ledger.size(), taken};
  }

 private:
  std::int64_t some(std::int64_t bound) {
    return static_cast<std::int64_t>(world_.random.below(static_cast<std::uint64_t>(bound)));
  }
  unsigned rarely(std::int64_t bound) { return static_cast<unsigned>(some(bound)); }

  Faults usual_faults() {
    return {.throttles = rarely(6),
            .breaks = rarely(60),
            .resets = rarely(20),
            .stalls = rarely(6),
            .goes_away = rarely(10),
            .latency = Millis(10 + some(200)),
            .streams = static_cast<std::size_t>(1 + some(60))};
  }

  void add_services() {
    add("https://fcm.googleapis.com", usual_faults(), 200 + some(150), 10);
    add("https://updates.push.services.mozilla.com", usual_faults(), 60, 10);
    add("https://wns2-par02p.notify.windows.com", usual_faults(), 30, 10);
    add(kHealthy, {}, 100, 0);
    add("https://slow.example", {.latency = Seconds(5), .streams = 4}, 50, 0);
    add("https://dead.example", {.is_unreachable = true}, 1 + some(20), 0);
    add("https://broken.example", {.calls_all_gone = true}, 250, 0);
    const Instant outage_from{Seconds(some(60))};
    add("https://down.example",
        {.outage_from = outage_from, .outage_until = outage_from + Seconds(10 + some(300))}, 50, 0);
  }

  // Of its subscriptions `lost` in a thousand are gone.
  void add(const std::string& origin, const Faults& faults, std::int64_t readers,
           std::uint64_t lost) {
    world_.services.add(origin, faults);
    for (std::int64_t i = 0; i < readers; ++i) {
      core::Subscription subscription;
      subscription.endpoint = origin + "/p/" + std::to_string(i);
      subscription.id = core::subscription_id(subscription.endpoint);
      subscription.site = world_.site.id;
      subscription.keys = world_.browser.recipient();
      subscription.vapid_key = core::VapidKeyId{1};
      const auto kind = world_.random.below(10);
      if (kind >= 6) subscription.follows.everything = false;
      if (kind == 7 || kind == 8) subscription.follows.topics = {"quakes", "storms"};
      if (kind == 9) subscription.follows.topics = {"storms"};
      if (world_.random.below(1'000) < lost) world_.services.lose(subscription.endpoint);
      const std::uint32_t slot = ++slots_[core::partition_of(subscription.id)];
      world_.disk.readers[subscription.id] = {.subscription = subscription, .slot = slot};
    }
  }

  void plan_alerts() {
    const std::int64_t count = 1 + some(3);
    for (std::int64_t i = 0; i < count; ++i) {
      core::Alert alert;
      alert.id = core::AlertId{static_cast<std::uint64_t>(10 + i)};
      alert.site = world_.site.id;
      alert.story = world_.story.id;
      alert.title = "Quake hits coast";
      alert.importance = static_cast<core::Importance>(some(3));
      alert.ttl = kTtl;
      world_.events.after(Millis(some(kBusyMillis)), [this, alert]() mutable {
        alert.created = world_.events.clock().now();
        world_.disk.alerts[alert.id] = alert;
        if (daemon_) daemon_->start(alert);
      });
    }
  }

  void plan_farewells() {
    for (auto& [id, reader] : world_.disk.readers) {
      if (some(60) != 0) continue;
      world_.events.after(Millis(some(kBusyMillis)), [this, id = id, &reader = reader] {
        if (reader.subscription.state == core::SubscriptionState::kRetired) return;
        reader.subscription.state = core::SubscriptionState::kRetired;
        reader.has_unsubscribed = true;
        if (daemon_) daemon_->unsubscribe(id);
      });
    }
  }

  void plan_crashes() {
    for (std::int64_t count = some(5); count > 0; --count) {
      world_.events.after(Millis(some(kBusyMillis)), [this] { crash(); });
    }
    world_.events.after(Millis(kBusyMillis), [this] { is_calm_ = true; });
  }

  void begin() {
    born_ = world_.events.now();
    daemon_ = std::make_unique<Daemon>(world_);
  }

  void crash() {
    if (!daemon_) return;
    const Instant now = world_.events.now();
    const bool disk_failed = daemon_->has_failed_to_save_since(now - Seconds(10));
    daemon_.reset();
    for (const auto& [name, taken] : world_.services.ledger) {
      const auto& [alert, endpoint] = name;
      if (world_.disk.is_decided(alert, core::subscription_id(endpoint))) continue;
      ++may_repeat_;
      const auto origin = endpoint.substr(0, endpoint.find("/p/"));
      const Millis most = world_.services.faults(origin).latency + Millis(500);
      if (taken.is_answered && taken.last >= born_ && now - taken.last > most && !disk_failed) {
        world_.blame("accepted long ago and in no checkpoint: " + endpoint);
      }
    }
    const Millis pause(500 + some(4'500));
    down_ += pause;
    world_.events.after(pause, [this] { begin(); });
  }

  bool is_over() const {
    if (world_.events.now() > kAtLast) return true;
    return is_calm_ && daemon_ && daemon_->is_idle();
  }

  // Checks

  void check_broadcast(core::AlertId alert) {
    const auto found = world_.disk.broadcasts.find(alert);
    if (found == world_.disk.broadcasts.end()) return world_.blame("an alert was never planned");
    const fanout::Progress& progress = found->second.progress;
    if (!progress.finished) world_.blame("a broadcast does not end");
    if (!progress.totals.add_up()) world_.blame("totals do not add up");
    const auto& expected = world_.expected.at(alert);
    if (progress.totals.recipients != expected.size()) world_.blame("recipients differ");

    core::Totals counted{.recipients = expected.size()};
    for (const auto& id : expected) check_recipient(alert, id, counted);
    if (counted != progress.totals) world_.blame("totals differ from the outcomes");
    for (const auto& [name, taken] : world_.services.ledger) {
      if (name.first == alert && !expected.contains(core::subscription_id(name.second))) {
        world_.blame("sent to somebody else: " + name.second);
      }
    }
  }

  void check_recipient(core::AlertId alert, const core::SubscriptionId& id, core::Totals& counted) {
    const auto& reader = world_.disk.readers.at(id);
    const auto& endpoint = reader.subscription.endpoint;
    const auto origin = endpoint.substr(0, endpoint.find("/p/"));
    const Faults& faults = world_.services.faults(origin);
    const auto sets = world_.disk.outcomes(alert, core::partition_of(id));
    const auto taken = world_.services.ledger.find({alert, endpoint});
    const bool was_taken = taken != world_.services.ledger.end();

    if (sets->of(Outcome::kAccepted).contains(reader.slot)) {
      ++counted.accepted;
      if (!was_taken) world_.blame("accepted by nobody: " + endpoint);
      if (origin == kHealthy) check_in_time(alert, taken->second.last);
    } else if (sets->of(Outcome::kGone).contains(reader.slot)) {
      ++counted.gone;
      if (!faults.calls_all_gone && !world_.services.has_lost(endpoint)) {
        world_.blame("not gone: " + endpoint);
      }
    } else if (sets->of(Outcome::kSuppressed).contains(reader.slot)) {
      ++counted.suppressed;
      if (!reader.has_unsubscribed && reader.retired_times == 0) {
        world_.blame("suppressed without a reason: " + endpoint);
      }
    } else if (sets->of(Outcome::kFailed).contains(reader.slot)) {
      ++counted.failed;
      if (!faults.is_unreachable) world_.blame("given up: " + endpoint);
    } else if (sets->of(Outcome::kExpired).contains(reader.slot)) {
      ++counted.expired;
      if (!faults.is_unreachable) world_.blame("expired: " + endpoint);
    } else {
      world_.blame("missed: " + endpoint);
    }
  }

  // The others' faults must not cost a healthy service's readers more than some seconds.
  void check_in_time(core::AlertId alert, Instant last) {
    const auto created = world_.disk.alerts.at(alert).created - kStart;
    if (last - Instant{} > created + Seconds(15) + down_) {
      world_.blame("a healthy service had to wait");
    }
  }

  void check_retired() {
    for (const auto& [id, reader] : world_.disk.readers) {
      const auto& endpoint = reader.subscription.endpoint;
      bool is_called_gone = false;
      for (const auto& [alert, saved] : world_.disk.broadcasts) {
        const auto sets = world_.disk.outcomes(alert, core::partition_of(id));
        is_called_gone = is_called_gone || sets->of(Outcome::kGone).contains(reader.slot);
      }
      const bool is_lost = world_.services.has_lost(endpoint);
      const int times = is_lost && is_called_gone && !reader.has_unsubscribed ? 1 : 0;
      if (reader.retired_times != times) {
        world_.blame("retired " + std::to_string(reader.retired_times) + " times: " + endpoint);
      }
    }
  }

  void check_repeated() {
    int repeated = 0;
    for (const auto& [name, taken] : world_.services.ledger) repeated += taken.times - 1;
    if (repeated > may_repeat_ + world_.services.taken_without_answer) {
      world_.blame("repeated " + std::to_string(repeated) + " times, allowed " +
                   std::to_string(may_repeat_ + world_.services.taken_without_answer));
    }
  }

  World world_;
  std::map<std::uint32_t, std::uint32_t> slots_;
  std::unique_ptr<Daemon> daemon_;
  Instant born_{};
  Millis down_{0};
  int may_repeat_ = 0;
  bool is_calm_ = false;
  std::uint64_t steps_ = 0;
};

void play(std::uint64_t seed) {
  Scenario scenario(seed);
  for (const auto& violation : scenario.play()) {
    ADD_FAILURE() << "seed " << seed << ": " << violation << "\nagain: TOCSIN_SIM_SEED=" << seed
                  << " tocsin_sim_test";
  }
}

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

class Seeded : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Seeded, KeepsItsPromises) { play(GetParam()); }

// TOCSIN_SIM_SEED=7 plays one seed again; TOCSIN_SIM_SEEDS=1000 plays as many.
const std::uint64_t kFirst = number_of("TOCSIN_SIM_SEED", 1);
const std::uint64_t kLast = number_of("TOCSIN_SIM_SEED", number_of("TOCSIN_SIM_SEEDS", 20));
INSTANTIATE_TEST_SUITE_P(Sim, Seeded, testing::Range(kFirst, kLast + 1));

TEST(Sim, RepeatsItselfWithTheSameSeed) {
  Scenario first(5);
  Scenario second(5);
  first.play();
  second.play();
  EXPECT_EQ(first.digest(), second.digest());
}

}  // namespace
}  // namespace tocsin::sim
