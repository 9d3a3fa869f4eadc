// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/receipts.h"

#include <string_view>

#include "tocsin/core/delivery.h"
#include "tocsin/observe/metrics.h"

namespace tocsin::server {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"shown", "clicked", "dismissed"};

}  // namespace

void Receipts::add(core::AlertId alert, const core::SubscriptionId& device, api::Receipt receipt) {
  const auto address = table_.find(device);
  if (!address) return;
  auto found = reported_.find(alert);
  if (found == reported_.end()) {
    // Ids grow with time: what is older than all that are kept is not taken up again.
    const bool is_full = reported_.size() == kAlertsMax;
    if (is_full && alert < reported_.begin()->first) return;
    if (!is_alert_(alert)) return;
    if (is_full) reported_.erase(reported_.begin());
    found = reported_.try_emplace(alert).first;
  }
  const auto kind = static_cast<std::size_t>(receipt);
  auto& partitions = found->second.slots.at(kind);
  if (partitions.empty()) partitions.resize(core::kPartitions);
  auto& slots = partitions[address->partition];
  if (slots.contains(address->slot)) return;
  slots.add(address->slot);
  ++found->second.counts.at(kind);
  metrics::count("tocsin_receipts_total", 1, kNames.at(kind));
}

api::Receipts::Counts Receipts::counts(core::AlertId alert) const {
  const auto found = reported_.find(alert);
  if (found == reported_.end()) return {};
  const auto& counts = found->second.counts;
  return {.shown = counts[0], .clicked = counts[1], .dismissed = counts[2]};
}

}  // namespace tocsin::server
