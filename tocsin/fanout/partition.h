// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

// One 64th of the subscriptions, in columns: what each message needs lies apart from what only
// deriving keys and looking up an id need, so that a broadcast, which walks in the order of slots,
// reads memory forwards. Numbers name interned values of the table.
//
// Bytes a subscription: 12 hot, 32 material, 16 id, 64 point, 16 auth, 4 by slot, 5 to 6.3
// for buckets of 4 of which at most 4 of 5 are taken, about 2 in bitmaps; and its path, which has
// 162 of the 188 characters of FCM's endpoints. In all about 313.
class Partition {
 public:
  // Names a row; rows are numbered in the order they are added.
  using RowNumber = std::uint32_t;
  static constexpr std::uint16_t kNoSender = 0;

  // What of a subscription is no more than numbers.
  struct Hot {
    std::uint32_t path_at;  // in the arena
    std::uint32_t kind;     // the table's number for its origin, site and application server key
    std::uint16_t path_bytes;
    std::uint16_t sender;  // the table's number for whom the material was derived with
  };

  std::optional<std::uint32_t> slot_of(const core::SubscriptionId& id) const;
  std::optional<RowNumber> at(std::uint32_t slot) const {
    if (slot >= by_slot_.size() || by_slot_[slot] == kNoRow) return std::nullopt;
    return by_slot_[slot];
  }
  // The id and the slot must be without a row; path.size() <= Arena::kChunkBytes.
  RowNumber add(const core::SubscriptionId& id, std::uint32_t slot, std::string_view path);
  void set_keys(RowNumber row, const webpush::Recipient& keys);

  Hot& hot(RowNumber row) { return block(row).hot[row % kBlockRows]; }
  const Hot& hot(RowNumber row) const { return block(row).hot[row % kBlockRows]; }
  webpush::KeyMaterial& material(RowNumber row) { return block(row).material[row % kBlockRows]; }
  const webpush::KeyMaterial& material(RowNumber row) const {
    return block(row).material[row % kBlockRows];
  }
  const core::SubscriptionId& id(RowNumber row) const { return block(row).id[row % kBlockRows]; }
  webpush::Recipient keys(RowNumber row) const;
  std::string_view path(const Hot& hot) const { return paths_.at(hot.path_at, hot.path_bytes); }
  std::size_t size() const { return rows_; }

  Bitmap active;
  std::map<core::SiteId, FollowSets> follows;
  std::map<std::uint32_t, Bitmap> origins;  // by the table's number

 private:
  static constexpr RowNumber kNoRow = std::numeric_limits<RowNumber>::max();
  static constexpr std::size_t kBlockRows = 256;
  using Point = Octets<struct PointKind, 64>;  // a P-256 point's X, then Y

  // Not initialised until rows are added, so that the rest of the last block takes no memory.
  struct Block {
    std::array<Hot, kBlockRows> hot;
    std::array<webpush::KeyMaterial, kBlockRows> material;
    std::array<core::SubscriptionId, kBlockRows> id;
    std::array<Point, kBlockRows> point;
    std::array<webpush::AuthSecret, kBlockRows> auth;
  };

  Block& block(RowNumber row) { return *blocks_[row / kBlockRows]; }
  const Block& block(RowNumber row) const { return *blocks_[row / kBlockRows]; }
  std::size_t after(std::size_t bucket) const {
    return bucket + 1 == buckets_.size() ? 0 : bucket + 1;
  }
  void enter(const core::SubscriptionId& id, std::uint32_t slot);
  void grow();

  std::vector<std::unique_ptr<Block>> blocks_;
  RowNumber rows_ = 0;
  std::vector<RowNumber> by_slot_;
  // Open addressing by id: the slot, and in the bits above it some of the id's hash.
  std::vector<std::uint32_t> buckets_;
  Arena paths_;
};

}  // namespace tocsin::fanout
