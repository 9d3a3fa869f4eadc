// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/core/content.h"
#include "tocsin/core/outcome.h"
#include "tocsin/core/subscription.h"
#include "tocsin/fanout/bitmap.h"
#include "tocsin/fanout/outcome_sets.h"
#include "tocsin/fanout/progress.h"
#include "tocsin/fanout/subscription_table.h"

namespace tocsin::fanout {

// What became of one recipient.
struct Decided {
  Address address;
  core::Outcome outcome = core::Outcome::kFailed;
};

// The recipients of one broadcast at one push service.
class OriginRun {
 public:
  void add(std::uint32_t partition, Bitmap slots) {
    todo_.emplace_back(partition, std::move(slots));
  }
  bool has_more() const { return !todo_.empty(); }
  // The next of them, at most `most`; fewer only at a partition's end.
  std::vector<Address> take(std::size_t most);

  void count(core::Outcome outcome, const Address& address);
  // A checkpoint is about to hold all verdicts so far.
  void mark_verdicts();
  // Those to be retired, of the verdicts that a checkpoint holds. None while too few have answered
  // to judge the service itself, and none ever once it says gone too often: `quarantined` is then
  // set, once. `is_last`: no more answers will come.
  std::vector<Address> settle(bool is_last, bool& quarantined);

  std::uint64_t answers = 0;  // accepted, gone, rejected
  std::uint64_t gone = 0;

 private:
  bool is_suspect(bool is_last) const;

  std::vector<std::pair<std::uint32_t, Bitmap>> todo_;  // the next partition last
  std::uint32_t next_slot_ = 0;
  std::vector<Address> verdicts_;  // gone, in no checkpoint yet
  std::vector<Address> marked_;    // in one that is on its way or on disk
  bool is_quarantined_ = false;
};

// Which recipients of one alert are decided and how, which are next, and what is to be saved.
// Pure; one loop.
class Broadcast {
 public:
  using Origins = std::map<std::string, OriginRun, std::less<>>;

  Broadcast(const SubscriptionTable& table, const core::Alert& alert, const core::Story& story,
            Time now);
  // kCorrupt: what was saved does not fit together.
  static Result<Broadcast> restore(const SubscriptionTable& table, const Unfinished& saved);

  const Progress& progress() const { return progress_; }
  Plan plan() const;
  Origins& origins() { return origins_; }
  bool is_decided() const { return decided_ == progress_.totals.recipients; }
  // Outcomes that no checkpoint has taken.
  std::uint64_t unsaved() const { return unsaved_; }

  // Needs recipients at that push service that are not decided.
  void decide(std::string_view origin, std::span<const Decided> decided, Time now);
  // Needs a recipient that is not decided.
  void suppress(const Address& address, std::string_view reason);
  Checkpoint take_checkpoint();
  // The last checkpoint was not saved: the next holds everything.
  void put_back();
  void finish(Time now) { progress_.finished = now; }
  // See OriginRun::settle(). Only those that are still active.
  std::vector<core::SubscriptionId> settle(bool is_last);

 private:
  explicit Broadcast(const SubscriptionTable& table) : table_(&table) {}
  void queue(std::uint32_t partition, bool is_restored);
  void record(const Decided& decided);
  Status check_restored() const;

  const SubscriptionTable* table_;
  Progress progress_;
  std::vector<Bitmap> recipients_;
  std::array<OutcomeSets, core::kPartitions> outcomes_;
  Origins origins_;
  std::uint64_t decided_ = 0;
  std::uint64_t unsaved_ = 0;
  std::bitset<core::kPartitions> changed_;
};

}  // namespace tocsin::fanout
