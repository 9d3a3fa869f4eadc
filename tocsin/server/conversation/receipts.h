// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <vector>

#include "tocsin/api/ports.h"
#include "tocsin/fanout/bitmap.h"
#include "tocsin/fanout/subscription_table.h"

namespace tocsin::server {

// What devices report of alerts: each device counts once. For the newest alerts, in memory: a
// restart begins again at zero, and says so by its metrics. Main loop.
class Receipts final : public api::Receipts {
 public:
  static constexpr std::size_t kAlertsMax = 64;

  // Outlives this.
  explicit Receipts(const fanout::SubscriptionTable& table) : table_(table) {}

  // Of an alert that has one place in the list; a device that is not known is not counted.
  void add(core::AlertId alert, const core::SubscriptionId& device, api::Receipt receipt) override;
  Counts counts(core::AlertId alert) const override;

 private:
  static constexpr std::size_t kKinds = 3;
  // By partition; the slots that have reported.
  struct Reported {
    std::array<std::vector<fanout::Bitmap>, kKinds> slots;
    std::array<std::uint64_t, kKinds> counts{};
  };

  const fanout::SubscriptionTable& table_;
  std::map<core::AlertId, Reported> reported_;
};

}  // namespace tocsin::server
