// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <map>
#include <utility>
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

  using IsAlert = std::function<bool(core::AlertId)>;

  // The table outlives this. `is_alert`: whether there is an alert of that id, asked of those that
  // have no place yet.
  Receipts(const fanout::SubscriptionTable& table, IsAlert is_alert)
      : table_(table), is_alert_(std::move(is_alert)) {}

  // A device that is not known is not counted, nor is a message that is no alert, such as a test.
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
  IsAlert is_alert_;
  std::map<core::AlertId, Reported> reported_;
};

}  // namespace tocsin::server
