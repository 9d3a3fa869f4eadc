// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/sender_pool.h"

#include <algorithm>
#include <thread>

#include "tocsin/crypto/crypto.h"
#include "tocsin/deliver/sender.h"
#include "tocsin/webpush/encrypt.h"

namespace tocsin::server {
namespace {

// The messages of Web Push.
class WebPush final : public deliver::Encryption {
 public:
  explicit WebPush(Random& random) : sealer_(random) {}

  std::size_t body_bytes(std::size_t plaintext_bytes) const override {
    return webpush::body_bytes(plaintext_bytes);
  }
  void seal(ByteView plaintext, const webpush::KeyMaterial& material,
            const crypto::PublicKey& sender, std::span<std::uint8_t> out) override {
    sealer_.seal(plaintext, material, sender, out);
  }
  Status encrypt(ByteView plaintext, const webpush::Recipient& recipient,
                 std::span<std::uint8_t> out) override {
    return sealer_.encrypt(plaintext, recipient, out);
  }

 private:
  webpush::Sealer sealer_;
};

}  // namespace

// One sender thread. Made and destroyed on the owner's loop; everything between start() and stop()
// happens on the shard's own.
class SenderPool::Shard {
 public:
  struct Ports {
    const Clock& clock;
    std::function<void(core::Decisions)> on_decisions;  // on the shard's loop
    std::function<void(const std::string& origin, Instant until)> on_pause;
  };

  static Result<std::unique_ptr<Shard>> create(const Config& config, double share, Ports ports) {
    auto shard = std::unique_ptr<Shard>(new Shard(ports.clock));
    TOCSIN_TRY(shard->transport_, net::PushTransport::create(shard->loop_, config.transport));
    shard->sender_.emplace(
        deliver::Sender::Ports{ports.clock, shard->random_, *shard->transport_, shard->web_push_},
        deliver::Sender::Settings{.share = share},
        deliver::Sender::Events{.on_decisions = std::move(ports.on_decisions),
                                .on_pause = std::move(ports.on_pause),
                                .wake_at = [raw = shard.get()](Instant at) { raw->wake_at(at); }});
    shard->thread_ = std::thread([raw = shard.get()] { raw->loop_.run(); });
    return shard;
  }

  ~Shard() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
    timer_.reset();
    sender_.reset();
    transport_.reset();
  }
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // Safe from any thread; `task` runs on the shard's loop.
  void post(std::function<void(deliver::Sender&)> task) {
    loop_.post([this, task = std::move(task)] { task(*sender_); });
  }

  std::size_t outstanding = 0;  // messages submitted and not decided; the owner's loop counts

 private:
  explicit Shard(const Clock& clock) : clock_(clock) {}

  void wake_at(Instant at) {
    const auto wait = std::chrono::ceil<Millis>(at - clock_.instant());
    timer_ = loop_.after(std::max(wait, Millis(0)), [this] { sender_->on_time(); });
  }

  const Clock& clock_;
  crypto::SecureRandom random_;
  WebPush web_push_{random_};
  net::Loop loop_;
  std::unique_ptr<net::PushTransport> transport_;
  std::optional<deliver::Sender> sender_;
  Handle timer_;
  std::thread thread_;
};

SenderPool::SenderPool(net::Loop& owner, OnDecisions on_decisions)
    : owner_(owner), on_decisions_(std::move(on_decisions)) {}

SenderPool::~SenderPool() = default;

Result<std::unique_ptr<SenderPool>> SenderPool::start(net::Loop& owner, const Config& config,
                                                      const Clock& clock,
                                                      OnDecisions on_decisions) {
  auto pool = std::unique_ptr<SenderPool>(new SenderPool(owner, std::move(on_decisions)));
  const std::size_t threads =
      config.threads > 0 ? config.threads : std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t i = 0; i < threads; ++i) {
    auto* raw = pool.get();
    Shard::Ports ports{
        .clock = clock,
        .on_decisions =
            [raw, i](core::Decisions news) {
              raw->owner_.post(
                  [raw, i, news = std::make_shared<const core::Decisions>(std::move(news))] {
                    raw->receive(i, *news);
                  });
            },
        .on_pause =
            [raw, i](const std::string& origin, Instant until) {
              raw->owner_.post([raw, i, origin, until] { raw->pause_others(i, origin, until); });
            }};
    TOCSIN_TRY(auto shard,
               Shard::create(config, 1.0 / static_cast<double>(threads), std::move(ports)));
    pool->shards_.push_back(std::move(shard));
  }
  return pool;
}

void SenderPool::receive(std::size_t shard, const core::Decisions& news) {
  const auto ended =
      std::count_if(news.decisions.begin(), news.decisions.end(),
                    [](const core::Decision& decision) { return is_final(decision.outcome); });
  shards_[shard]->outstanding -= static_cast<std::size_t>(ended) + news.returned.size();
  on_decisions_(news);
}

void SenderPool::pause_others(std::size_t shard, const std::string& origin, Instant until) {
  for (std::size_t other = 0; other < shards_.size(); ++other) {
    if (other == shard) continue;
    shards_[other]->post([origin, until](deliver::Sender& sender) { sender.pause(origin, until); });
  }
}

void SenderPool::add_key(core::VapidKeyId id, const webpush::VapidKey& key) {
  for (const auto& shard : shards_) {
    shard->post([id, key](deliver::Sender& sender) { sender.add_key(id, key); });
  }
}

void SenderPool::submit(core::Batch batch) {
  const auto& shard = *std::min_element(
      shards_.begin(), shards_.end(),
      [](const auto& a, const auto& b) { return a->outstanding < b->outstanding; });
  shard->outstanding += batch.messages.size();
  // std::function copies what it holds; a batch is large.
  shard->post([held = std::make_shared<core::Batch>(std::move(batch))](deliver::Sender& sender) {
    sender.submit(std::move(*held));
  });
}

void SenderPool::warm(const std::string& origin, std::size_t connections) {
  const std::size_t each = (connections + shards_.size() - 1) / shards_.size();
  for (const auto& shard : shards_) {
    shard->post([origin, each](deliver::Sender& sender) { sender.warm(origin, each); });
  }
}

void SenderPool::stop() {
  for (const auto& shard : shards_) {
    shard->post([](deliver::Sender& sender) { sender.stop(); });
  }
}

}  // namespace tocsin::server
