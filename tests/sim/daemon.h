// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/disk.h"
#include "tests/sim/events.h"
#include "tests/sim/services.h"

#include "tocsin/base/random.h"
#include "tocsin/core/content.h"
#include "tocsin/deliver/sender.h"
#include "tocsin/fanout/broadcasts.h"
#include "tocsin/fanout/subscription_table.h"

namespace tocsin::sim {

// What the world of one run consists of, besides the process.
struct World {
  World(std::uint64_t seed, Time start) : random(seed), events(start) {}

  SeededRandom random;
  Events events;
  Browser browser;
  Services services{events, random, browser};
  Disk disk;
  core::Site site;
  core::Story story;
  // Whom each alert must reach: those who follow it and are active when it is planned.
  std::map<core::AlertId, std::set<core::SubscriptionId>> expected;
  void expect(core::AlertId alert);
  // What push services told this process: from when on not to send, and until when.
  struct Told {
    Instant at;
    Instant until;
  };
  std::map<std::string, Told> told;
  // Broken promises, as sentences.
  std::vector<std::string> violations;
  void blame(std::string what) {
    if (violations.size() < 5) violations.push_back(std::move(what));
  }
};

inline constexpr std::size_t kUntriedMax = 64;
inline constexpr std::size_t kOutstandingMax = 400;

// The process from its start to its crash, which is its destruction: table, broadcasts, two
// senders and their connections, on loops that are some moments apart.
class Daemon {
 public:
  static constexpr std::size_t kSenders = 2;

  // Loads what is on the disk, resumes what is unfinished, starts what was not begun.
  explicit Daemon(World& world);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  void start(const core::Alert& alert);
  void unsubscribe(const core::SubscriptionId& id);
  bool is_idle() const { return broadcasts_->running().empty(); }
  std::size_t in_flight() const;
  bool has_failed_to_save_since(Instant since) const {
    return store_.last_failure && *store_.last_failure >= since;
  }

 private:
  class Connections;
  class Shard;
  class Posts final : public fanout::Dispatch {
   public:
    explicit Posts(Daemon& daemon) : daemon_(daemon) {}
    void send(core::Batch batch) override;
    void stop() override;

   private:
    Daemon& daemon_;
    std::size_t next_ = 0;
  };

  // Runs on another loop a moment later, unless the process has crashed.
  void post(std::function<void()> task);
  void load();
  void begin();
  void retire(const std::vector<core::SubscriptionId>& gone);
  void check_bounds();

  World& world_;
  std::shared_ptr<bool> is_alive_;
  fanout::SubscriptionTable table_;
  DiskStore store_;
  Posts posts_;
  std::array<std::unique_ptr<Shard>, kSenders> shards_;
  std::unique_ptr<fanout::Broadcasts> broadcasts_;
  std::uint64_t wakes_ = 0;
  Instant last_post_{};
};

}  // namespace tocsin::sim
