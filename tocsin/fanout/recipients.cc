// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/recipients.h"

#include <utility>

namespace tocsin::fanout {

Recipients recipients_of(const SubscriptionTable& table, const core::Story& story) {
  Recipients out;
  out.partitions.reserve(core::kPartitions);
  for (std::uint32_t p = 0; p < core::kPartitions; ++p) {
    Bitmap slots = table.everything(p, story.site);
    for (const auto& topic : story.topics) slots |= table.topic(p, story.site, topic);
    for (const auto& credit : story.credits) {
      if (credit.source) slots |= table.source(p, story.site, credit.source);
    }
    const std::uint64_t followers = slots.size();
    slots &= table.active(p);
    out.count += slots.size();
    out.retired += followers - slots.size();
    out.partitions.push_back(std::move(slots));
  }
  return out;
}

}  // namespace tocsin::fanout
