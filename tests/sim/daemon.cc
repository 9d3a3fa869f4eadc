// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/daemon.h"

#include <algorithm>
#include <utility>

#include "tocsin/base/check.h"
#include "tocsin/http/retry_after.h"

namespace tocsin::sim {
namespace {

constexpr core::VapidKeyId kVapidKey{1};
// How long a value takes from one loop to another, at most.
constexpr Millis kPostMost{3};
// One message in so many is encrypted for real: it costs a hundred times the rest.
constexpr std::uint64_t kEncryptOneIn = 200;

const webpush::VapidKey& vapid_key() {
  static const webpush::VapidKey kKey = *webpush::VapidKey::generate("mailto:desk@news.example");
  return kKey;
}

}  // namespace

// One sender's connections. Checks what must be true of everything that is sent.
class Daemon::Connections final : public deliver::Transport {
 public:
  Connections(World& world, std::shared_ptr<const bool> is_alive)
      : world_(world), is_alive_(std::move(is_alive)) {}

  void listen(Events events) override { events_ = std::move(events); }
  Origin origin(const std::string& text) override {
    auto found = std::find(origins_.begin(), origins_.end(), text);
    if (found == origins_.end()) found = origins_.insert(origins_.end(), text);
    return static_cast<Origin>(found - origins_.begin());
  }
  std::size_t room(Origin number, std::size_t /*body_bytes*/) override {
    const std::string& origin = origins_[number];
    const std::size_t most = world_.services.faults(origin).streams;
    return most - std::min(most, in_flight_[origin]);
  }
  void send(Origin number, const deliver::PushRequest& asked) override {
    if (room(number, asked.body_bytes) == 0) world_.blame("sent without room");
    const std::string origin = origins_[number];
    Request request{asked.token, std::string(asked.path), Bytes(asked.body_bytes)};
    asked.body->write_body(request.body);
    check(origin, request);
    ++in_flight_[origin];
    world_.services.request(origin, request, [this, origin, alive = is_alive_](auto answer) {
      if (!*alive) return;
      --in_flight_[origin];
      if (answer.retry_after) {
        const auto wait = http::parse_retry_after(*answer.retry_after, {});
        const Instant until = world_.events.now() + *wait;
        told_until_[origin] = std::max(told_until_[origin], until);
        auto& told = world_.told[origin];
        if (until > told.until) told = {world_.events.now(), until};
      }
      events_.on_answers({&answer, 1});
    });
  }
  void warm(Origin /*number*/, std::size_t /*connections*/) override {}
  std::size_t in_flight() const {
    std::size_t out = 0;
    for (const auto& [origin, count] : in_flight_) out += count;
    return out;
  }

 private:
  void check(const std::string& origin, const Request& request) {
    const Instant now = world_.events.now();
    const World::Told& told = world_.told[origin];
    const bool have_all_heard = now > told.at + 2 * kPostMost;
    if (now < told_until_[origin] || (have_all_heard && now < told.until)) {
      world_.blame("sent too early: " + origin);
    }
    const auto alert = world_.services.alert_of(request);
    if (!world_.disk.broadcasts.contains(alert)) world_.blame("sent before the plan was saved");
    const auto id = core::subscription_id(origin + request.path);
    if (world_.disk.is_decided(alert, id)) {
      world_.blame("sent again after its outcome was on disk: " + origin);
    }
  }

  World& world_;
  std::shared_ptr<const bool> is_alive_;
  Events events_;
  std::vector<std::string> origins_;
  std::map<std::string, std::size_t> in_flight_;
  std::map<std::string, Instant> told_until_;
};

// Encrypts some messages and leaves the others readable, behind zeros.
class SomeEncryption final : public deliver::Encryption {
 public:
  explicit SomeEncryption(Random& random) : random_(random) {}

  std::size_t body_bytes(std::size_t plaintext_bytes) const override {
    return plaintext_bytes + kOverheadBytes;
  }
  void seal(ByteView /*plaintext*/, const webpush::KeyMaterial& /*material*/,
            const crypto::PublicKey& /*sender*/, std::span<std::uint8_t> /*out*/) override {
    TOCSIN_CHECK(!"the readers of the simulation have no material");
  }
  Status encrypt(ByteView plaintext, const webpush::Recipient& to,
                 std::span<std::uint8_t> out) override {
    std::fill(out.begin(), out.end(), std::uint8_t{0});
    if (random_.below(kEncryptOneIn) != 0) {
      std::copy(plaintext.begin(), plaintext.end(), out.begin() + kOverheadBytes);
      return ok();
    }
    TOCSIN_TRY(const Bytes body, webpush::encrypt(plaintext, to));
    std::copy(body.begin(), body.end(), out.begin());
    return ok();
  }

 private:
  static constexpr std::size_t kOverheadBytes = 103;
  Random& random_;
};

class Daemon::Shard {
 public:
  Shard(Daemon& daemon, World& world)
      : connections(world, daemon.is_alive_),
        encryption(world.random),
        sender(
            {.clock = world.events.clock(),
             .random = world.random,
             .transport = connections,
             .encryption = encryption},
            {.share = 1.0 / kSenders},
            {.on_decisions =
                 [&daemon](core::Decisions news) {
                   daemon.post([&daemon, news = std::move(news)] {
                     daemon.broadcasts_->on_decisions(news);
                     daemon.check_bounds();
                   });
                 },
             .on_pause =
                 [this, &daemon](const std::string& origin, Instant until) {
                   for (auto& other : daemon.shards_) {
                     if (other.get() == this) continue;
                     daemon.post([&other, origin, until] { other->sender.pause(origin, until); });
                   }
                 },
             .wake_at =
                 [this, &daemon, &world](Instant at) {
                   world.events.at(at, [this, wake = ++wakes_, alive = daemon.is_alive_] {
                     if (*alive && wake == wakes_) sender.on_time();
                   });
                 }}) {
    sender.add_key(kVapidKey, vapid_key());
  }

  Connections connections;
  SomeEncryption encryption;
  deliver::Sender sender;

 private:
  std::uint64_t wakes_ = 0;
};

void Daemon::Posts::send(core::Batch batch) {
  auto& shard = daemon_.shards_[next_++ % kSenders];
  daemon_.post([&shard, batch = std::move(batch)] { shard->sender.submit(batch); });
}

void Daemon::Posts::stop() {
  for (auto& shard : daemon_.shards_) {
    daemon_.post([&shard] { shard->sender.stop(); });
  }
}

void World::expect(core::AlertId alert) {
  auto& ids = expected[alert];
  ids.clear();
  for (const auto& [id, reader] : disk.readers) {
    const auto& follows = reader.subscription.follows;
    const bool has_topic =
        std::any_of(follows.topics.begin(), follows.topics.end(), [&](const std::string& topic) {
          return std::find(story.topics.begin(), story.topics.end(), topic) != story.topics.end();
        });
    const bool is_active = reader.subscription.state == core::SubscriptionState::kActive;
    if (is_active && (follows.everything || has_topic)) ids.insert(id);
  }
}

Daemon::Daemon(World& world)
    : world_(world),
      is_alive_(std::make_shared<bool>(true)),
      store_(world.events, world.random, world.disk, is_alive_),
      posts_(*this) {
  for (auto& shard : shards_) shard = std::make_unique<Shard>(*this, world);
  load();
  broadcasts_ = std::make_unique<fanout::Broadcasts>(
      fanout::Broadcasts::Ports{world.events.clock(), table_, store_, posts_},
      fanout::Broadcasts::Settings{
          .untried_max = kUntriedMax, .outstanding_max = kOutstandingMax, .batch_messages_max = 16},
      fanout::Broadcasts::Events{
          .on_gone = [this](std::vector<core::SubscriptionId> gone, Time) { retire(gone); },
          .on_finished = [](const fanout::Progress&) {},
          .wake_at =
              [this](Instant at) {
                world_.events.at(at, [this, wake = ++wakes_, alive = is_alive_] {
                  if (*alive && wake == wakes_) broadcasts_->on_time();
                });
              }});
  begin();
}

Daemon::~Daemon() {
  *is_alive_ = false;
  world_.told.clear();
}

void Daemon::post(std::function<void()> task) {
  const Millis delay(
      static_cast<int>(world_.random.below(static_cast<std::uint64_t>(kPostMost.count()) + 1)));
  // What one loop posts, another runs in that order.
  last_post_ = std::max(last_post_, world_.events.now() + delay);
  world_.events.at(last_post_, [task = std::move(task), alive = is_alive_] {
    if (*alive) task();
  });
}

void Daemon::load() {
  for (const auto& [id, reader] : world_.disk.readers) {
    TOCSIN_CHECK(table_.upsert(reader.subscription, reader.slot).has_value());
  }
}

void Daemon::begin() {
  const auto unfinished = store_.load_unfinished();
  for (const auto& saved : *unfinished) {
    const auto& alert = world_.disk.alerts.at(saved.progress.alert);
    const auto status = broadcasts_->resume(saved, alert, world_.story, world_.site);
    if (!status) world_.blame("cannot resume: " + status.error().message);
  }
  for (const auto& [id, alert] : world_.disk.alerts) {
    if (!*store_.load_progress(id)) start(alert);
  }
}

void Daemon::start(const core::Alert& alert) {
  world_.expect(alert.id);
  TOCSIN_CHECK(broadcasts_->start(alert, world_.story, world_.site).has_value());
}

void Daemon::unsubscribe(const core::SubscriptionId& id) { table_.retire(id); }

void Daemon::retire(const std::vector<core::SubscriptionId>& gone) {
  for (const auto& id : gone) {
    auto& reader = world_.disk.readers.at(id);
    if (reader.subscription.state == core::SubscriptionState::kRetired) {
      world_.blame("retired again: " + reader.subscription.endpoint);
    }
    reader.subscription.state = core::SubscriptionState::kRetired;
    ++reader.retired_times;
    table_.retire(id);
  }
}

std::size_t Daemon::in_flight() const {
  std::size_t out = 0;
  for (const auto& shard : shards_) out += shard->connections.in_flight();
  return out;
}

void Daemon::check_bounds() {
  std::size_t held = 0;
  for (const auto& shard : shards_) held += shard->sender.outstanding();
  if (held > broadcasts_->outstanding()) world_.blame("senders hold what nobody waits for");
}

}  // namespace tocsin::sim
