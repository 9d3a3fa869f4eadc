// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/broadcast.h"

#include <utility>

#include "tocsin/base/check.h"
#include "tocsin/core/push_service.h"
#include "tocsin/fanout/recipients.h"
#include "tocsin/observe/log.h"

namespace tocsin::fanout {
namespace {

using core::Outcome;

// A service that says gone to more than one in twenty is broken, not its subscriptions.
constexpr std::uint64_t kJudgedAnswersLeast = 200;
constexpr std::uint64_t kGoneOneIn = 20;
// Where fewer answer in all: many, and most.
constexpr std::uint64_t kFewGoneMost = 20;

constexpr std::string_view kUnsubscribed = "unsubscribed";

std::uint64_t& count_of(core::Totals& totals, Outcome outcome) {
  switch (outcome) {
    case Outcome::kAccepted:
      return totals.accepted;
    case Outcome::kGone:
      return totals.gone;
    case Outcome::kRejected:
      return totals.rejected;
    case Outcome::kFailed:
      return totals.failed;
    case Outcome::kExpired:
      return totals.expired;
    case Outcome::kSuppressed:
      return totals.suppressed;
    case Outcome::kThrottled:
      break;
  }
  TOCSIN_CHECK(core::is_final(outcome));
  return totals.failed;
}

std::string service_of(std::string_view origin) {
  return std::string(core::text(core::push_service_of(origin)));
}

}  // namespace

std::vector<Address> OriginRun::take(std::size_t most) {
  std::vector<Address> out;
  while (out.empty() && !todo_.empty()) {
    const auto& [partition, slots] = todo_.back();
    for (const auto slot : slots.members(next_slot_, most)) out.push_back({partition, slot});
    if (out.size() < most) {
      todo_.pop_back();
      next_slot_ = 0;
    } else {
      next_slot_ = out.back().slot + 1;
    }
  }
  return out;
}

void OriginRun::count(Outcome outcome, const Address& address) {
  if (outcome == Outcome::kGone) {
    ++gone;
    verdicts_.push_back(address);
  }
  if (outcome == Outcome::kAccepted || outcome == Outcome::kGone || outcome == Outcome::kRejected) {
    ++answers;
  }
}

void OriginRun::mark_verdicts() {
  marked_.insert(marked_.end(), verdicts_.begin(), verdicts_.end());
  verdicts_.clear();
}

bool OriginRun::is_suspect(bool is_last) const {
  if (answers >= kJudgedAnswersLeast) return gone * kGoneOneIn > answers;
  return is_last && gone > kFewGoneMost && gone * 2 > answers;
}

std::vector<Address> OriginRun::settle(bool is_last, bool& quarantined) {
  if (!is_quarantined_ && is_suspect(is_last)) is_quarantined_ = quarantined = true;
  if (is_quarantined_) {
    marked_.clear();
  } else if (answers >= kJudgedAnswersLeast || is_last) {
    return std::exchange(marked_, {});
  }
  return {};
}

Broadcast::Broadcast(const SubscriptionTable& table, const core::Alert& alert,
                     const core::Story& story, Time now)
    : table_(&table) {
  Recipients recipients = recipients_of(table, story);
  progress_.alert = alert.id;
  progress_.started = now;
  progress_.totals.recipients = recipients.count;
  recipients_ = std::move(recipients.partitions);
  for (std::uint32_t p = 0; p < core::kPartitions; ++p) queue(p, false);
}

Result<Broadcast> Broadcast::restore(const SubscriptionTable& table, const Unfinished& saved) {
  if (saved.recipients.size() != core::kPartitions || saved.outcomes.size() != core::kPartitions) {
    return Error{Errc::kCorrupt, "broadcast: not all partitions are there"};
  }
  Broadcast out(table);
  out.progress_ = saved.progress;
  for (std::uint32_t p = 0; p < core::kPartitions; ++p) {
    TOCSIN_TRY(Bitmap recipients, Bitmap::parse(saved.recipients[p]));
    out.recipients_.push_back(std::move(recipients));
    TOCSIN_TRY(out.outcomes_[p], OutcomeSets::parse(saved.outcomes[p]));
    out.decided_ += out.outcomes_[p].decided().size();
  }
  TOCSIN_TRY(std::ignore, out.check_restored());
  for (std::uint32_t p = 0; p < core::kPartitions; ++p) out.queue(p, true);

  // Whoever is in no push service's set has been removed meanwhile.
  for (std::uint32_t p = 0; p < core::kPartitions; ++p) {
    Bitmap missing = out.recipients_[p];
    missing -= out.outcomes_[p].decided();
    table.each_origin(p, [&](std::string_view, const Bitmap& slots) { missing -= slots; });
    for (const auto slot : missing.members()) {
      out.suppress({p, slot}, kUnsubscribed);
    }
  }
  return out;
}

// The sets and what is told of them were saved in one transaction.
Status Broadcast::check_restored() const {
  const core::Totals& totals = progress_.totals;
  std::uint64_t recipients = 0;
  std::uint64_t accepted = 0;
  bool is_subset = true;
  for (std::uint32_t p = 0; p < core::kPartitions; ++p) {
    recipients += recipients_[p].size();
    accepted += outcomes_[p].of(Outcome::kAccepted).size();
    const Bitmap decided = outcomes_[p].decided();
    is_subset = is_subset && decided.common(recipients_[p]) == decided.size();
  }
  core::Totals counted = totals;
  counted.recipients = decided_;
  if (recipients != totals.recipients || accepted != totals.accepted || !counted.add_up() ||
      !is_subset) {
    return Error{Errc::kCorrupt, "broadcast: totals and sets differ"};
  }
  return ok();
}

void Broadcast::queue(std::uint32_t partition, bool is_restored) {
  const OutcomeSets& outcomes = outcomes_[partition];
  const Bitmap decided = outcomes.decided();
  table_->each_origin(partition, [&](std::string_view origin, const Bitmap& slots) {
    Bitmap own = slots;
    own &= recipients_[partition];
    if (own.empty()) return;
    OriginRun& run = origins_[std::string(origin)];
    if (is_restored) {
      run.answers +=
          own.common(outcomes.of(Outcome::kAccepted)) + own.common(outcomes.of(Outcome::kRejected));
      Bitmap gone = own;
      gone &= outcomes.of(Outcome::kGone);
      for (const auto slot : gone.members()) run.count(Outcome::kGone, {partition, slot});
      run.mark_verdicts();
    } else {
      progress_.services[service_of(origin)].recipients += own.size();
    }
    own -= decided;
    if (!own.empty()) run.add(partition, std::move(own));
  });
}

Plan Broadcast::plan() const {
  Plan out{.progress = progress_};
  for (const Bitmap& slots : recipients_) out.recipients.push_back(slots.serialize());
  return out;
}

void Broadcast::record(const Decided& decided) {
  const auto& [address, outcome] = decided;
  TOCSIN_CHECK(recipients_[address.partition].contains(address.slot));
  outcomes_[address.partition].add(address.slot, outcome);
  changed_.set(address.partition);
  ++decided_;
  ++unsaved_;
  ++count_of(progress_.totals, outcome);
}

void Broadcast::decide(std::string_view origin, std::span<const Decided> decided, Time now) {
  const auto run = origins_.find(origin);
  TOCSIN_CHECK(run != origins_.end());
  core::Totals& totals = progress_.services[service_of(origin)];
  const std::uint64_t accepted_before = totals.accepted;
  for (const Decided& one : decided) {
    record(one);
    ++count_of(totals, one.outcome);
    run->second.count(one.outcome, one.address);
  }
  count_acceptances(progress_, totals.accepted - accepted_before, now);
}

void Broadcast::suppress(const Address& address, std::string_view reason) {
  record({address, Outcome::kSuppressed});
  ++progress_.suppressed_because[std::string(reason)];
  const auto row = table_->row(address);
  if (row) ++progress_.services[service_of(row->origin)].suppressed;
}

Checkpoint Broadcast::take_checkpoint() {
  Checkpoint out{.progress = progress_};
  for (std::uint32_t p = 0; p < core::kPartitions; ++p) {
    if (changed_.test(p)) out.changed.push_back({p, outcomes_[p].serialize()});
  }
  changed_.reset();
  unsaved_ = 0;
  for (auto& [origin, run] : origins_) run.mark_verdicts();
  return out;
}

void Broadcast::put_back() {
  changed_.set();
  unsaved_ = decided_;
  progress_.finished.reset();
}

std::vector<core::SubscriptionId> Broadcast::settle(bool is_last) {
  std::vector<core::SubscriptionId> out;
  for (auto& [origin, run] : origins_) {
    bool quarantined = false;
    for (const Address& address : run.settle(is_last, quarantined)) {
      const auto row = table_->row(address);
      if (row && row->is_active) out.push_back(row->id);
    }
    if (!quarantined) continue;
    log::error("broadcast.gone_quarantined", {{"alert", progress_.alert.text()},
                                              {"origin", origin},
                                              {"gone", run.gone},
                                              {"answers", run.answers},
                                              {"remedy", "nobody is retired; ask the service"}});
  }
  return out;
}

}  // namespace tocsin::fanout
