// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/core/ids.h"
#include "tocsin/core/subscription.h"
#include "tocsin/fanout/bitmap.h"
#include "tocsin/webpush/encrypt.h"

namespace tocsin::fanout {

// Bytes of many short texts, one after another. What is added stays where it is.
class Arena {
 public:
  static constexpr std::size_t kChunkBytes = 32'768;  // more than core::kEndpointBytesMax

  // Needs text.size() <= kChunkBytes.
  std::uint32_t add(std::string_view text);
  std::string_view at(std::uint32_t place, std::size_t size) const;

 private:
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t used_ = kChunkBytes;  // of the last chunk
};

// Who of one site follows what, within a partition.
struct FollowSets {
  Bitmap everything;
  std::map<std::string, Bitmap, std::less<>> topics;
  std::map<core::SourceId, Bitmap> sources;

  void add(std::uint32_t slot, const core::Follows& follows);
  void remove(std::uint32_t slot);
};

// One 64th of the subscriptions. Indices name interned values of the table.
class Partition {
 public:
  struct Row {
    webpush::Recipient keys;
    core::SubscriptionId id{};
    std::uint32_t place = 0;  // of the path, in the arena
    std::uint32_t path_bytes = 0;
    std::uint32_t origin = 0;
    std::uint32_t site = 0;
    std::uint32_t vapid_key = 0;
    std::uint32_t slot = 0;
  };

  const Row* find(const core::SubscriptionId& id) const;
  Row* find(const core::SubscriptionId& id);
  const Row* at(std::uint32_t slot) const;
  // The id and the slot must be without a row.
  void add(const Row& row, std::string_view path);
  std::string_view path(const Row& row) const { return paths_.at(row.place, row.path_bytes); }
  std::size_t size() const { return rows_.size(); }

  Bitmap active;
  std::map<std::uint32_t, FollowSets> follows;  // by site
  std::map<std::uint32_t, Bitmap> origins;

 private:
  struct SlotOf {
    std::uint32_t slot = 0;
    std::uint32_t row = 0;
  };

  std::optional<std::uint32_t> index_of(const core::SubscriptionId& id) const;
  void enter(std::uint32_t row);

  std::deque<Row> rows_;
  std::vector<SlotOf> by_slot_;         // sorted
  std::vector<std::uint32_t> buckets_;  // open addressing by id: row + 1, 0 for none
  Arena paths_;
};

}  // namespace tocsin::fanout
