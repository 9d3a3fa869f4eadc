// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/events.h"

#include "tocsin/base/random.h"
#include "tocsin/core/content.h"
#include "tocsin/core/subscription.h"
#include "tocsin/fanout/outcome_sets.h"
#include "tocsin/fanout/progress.h"

namespace tocsin::sim {

// What survives a crash.
struct Disk {
  struct Reader {
    core::Subscription subscription;
    std::uint32_t slot = 0;
    bool has_unsubscribed = false;
    int retired_times = 0;
  };

  std::map<core::SubscriptionId, Reader> readers;
  std::map<core::AlertId, core::Alert> alerts;  // committed: to be sent
  std::map<core::AlertId, fanout::Unfinished> broadcasts;

  std::optional<fanout::OutcomeSets> outcomes(core::AlertId alert, std::uint32_t partition) const {
    const auto found = broadcasts.find(alert);
    if (found == broadcasts.end()) return std::nullopt;
    return *fanout::OutcomeSets::parse(found->second.outcomes[partition]);
  }
  bool is_decided(core::AlertId alert, const core::SubscriptionId& id) const {
    const auto sets = outcomes(alert, core::partition_of(id));
    return sets && sets->contains(readers.at(id).slot);
  }
};

// Writes to the disk some milliseconds after it is asked to, and now and then fails.
class DiskStore final : public fanout::ProgressStore {
 public:
  DiskStore(Events& events, Random& random, Disk& disk, std::shared_ptr<const bool> is_alive)
      : events_(events), random_(random), disk_(disk), is_alive_(std::move(is_alive)) {}
  // The crash: of what is under way, the first few are done.
  ~DiskStore() override {
    for (std::size_t done = random_.below(pending_.size() + 1); done > 0; --done) {
      pending_.front().change();
      pending_.pop_front();
    }
  }
  DiskStore(const DiskStore&) = delete;
  DiskStore& operator=(const DiskStore&) = delete;

  void save_plan(fanout::Plan plan, Done done) override {
    write(
        [this, plan = std::move(plan)] {
          disk_.broadcasts[plan.progress.alert] = {plan.progress, plan.recipients,
                                                   std::vector<Bytes>(core::kPartitions)};
        },
        std::move(done));
  }
  void save_checkpoint(fanout::Checkpoint checkpoint, Done done) override {
    write(
        [this, checkpoint = std::move(checkpoint)] {
          auto& kept = disk_.broadcasts.at(checkpoint.progress.alert);
          kept.progress = checkpoint.progress;
          for (const auto& [partition, outcomes] : checkpoint.changed) {
            kept.outcomes[partition] = outcomes;
          }
        },
        std::move(done));
  }
  void save_finished(fanout::Checkpoint last, Done done) override {
    save_checkpoint(std::move(last), std::move(done));
  }
  Result<std::vector<fanout::Unfinished>> load_unfinished() override {
    std::vector<fanout::Unfinished> out;
    for (const auto& [alert, kept] : disk_.broadcasts) {
      if (!kept.progress.finished) out.push_back(kept);
    }
    return out;
  }
  Result<std::optional<fanout::Progress>> load_progress(core::AlertId alert) override {
    const auto found = disk_.broadcasts.find(alert);
    if (found == disk_.broadcasts.end()) return std::optional<fanout::Progress>();
    return std::optional(found->second.progress);
  }

  std::optional<Instant> last_failure;

 private:
  struct Write {
    std::function<void()> change;
    Done done;
  };

  void write(std::function<void()> change, Done done) {
    pending_.push_back({std::move(change), std::move(done)});
    ready_ = std::max(ready_, events_.now()) + Millis(1 + static_cast<int>(random_.below(15)));
    events_.at(ready_, [this, is_alive = is_alive_] {
      if (*is_alive) commit();
    });
  }
  void commit() {
    Write next = std::move(pending_.front());
    pending_.pop_front();
    if (random_.below(50) == 0) {
      last_failure = events_.now();
      return next.done(Error{Errc::kUnavailable, "disk full"});
    }
    next.change();
    next.done(ok());
  }

  Events& events_;
  Random& random_;
  Disk& disk_;
  std::shared_ptr<const bool> is_alive_;
  Instant ready_{};
  std::deque<Write> pending_;
};

}  // namespace tocsin::sim
