// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "tocsin/core/content.h"
#include "tocsin/fanout/bitmap.h"
#include "tocsin/fanout/subscription_table.h"

namespace tocsin::fanout {

// To whom an alert goes, and who would have had it.
struct Recipients {
  std::vector<Bitmap> partitions;  // core::kPartitions sets of slots
  std::uint64_t count = 0;
  std::uint64_t retired = 0;  // follow it, but are retired: not recipients
};

// The subscriptions of the story's site that follow everything, one of its topics or one of the
// sources it credits, and are not retired.
Recipients recipients_of(const SubscriptionTable& table, const core::Story& story);

}  // namespace tocsin::fanout
