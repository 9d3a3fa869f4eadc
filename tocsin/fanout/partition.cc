// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/partition.h"

#include <algorithm>

#include "tocsin/base/check.h"

namespace tocsin::fanout {
namespace {

constexpr std::size_t kBucketsLeast = 16;
constexpr unsigned kTagShift = 26;  // above every slot
constexpr std::uint32_t kTags = 63;
constexpr std::uint32_t kFree = 0xffff'ffff;  // no tag reaches 63
constexpr std::uint8_t kUncompressed = 4;     // what a point that is not compressed begins with

// Where a search for the id begins among so many buckets, and what its bucket has in the bits
// above the slot.
struct Hash {
  explicit Hash(const core::SubscriptionId& id, std::size_t buckets) {
    const std::uint64_t hash = OctetsHash{}(id);
    first = static_cast<std::size_t>((hash >> 32) * buckets >> 32);
    tag = static_cast<std::uint32_t>(hash & 0xffff'ffff) % kTags << kTagShift;
  }
  std::size_t first;
  std::uint32_t tag;
};

constexpr std::uint32_t tag_in(std::uint32_t bucket) { return bucket >> kTagShift << kTagShift; }
constexpr std::uint32_t slot_in(std::uint32_t bucket) { return bucket & ((1u << kTagShift) - 1); }

template <class Sets>
void remove_everywhere(Sets& sets, std::uint32_t slot) {
  for (auto entry = sets.begin(); entry != sets.end();) {
    entry->second.remove(slot);
    entry = entry->second.empty() ? sets.erase(entry) : std::next(entry);
  }
}

}  // namespace

std::uint32_t Arena::add(std::string_view text) {
  TOCSIN_CHECK(text.size() <= kChunkBytes);
  if (kChunkBytes - used_ < text.size()) {
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(kChunkBytes));
    used_ = 0;
  }
  if (text.empty()) return 0;
  std::copy(text.begin(), text.end(), chunks_.back().get() + used_);
  const std::size_t place = (chunks_.size() - 1) * kChunkBytes + used_;
  TOCSIN_CHECK(place <= UINT32_MAX);
  used_ += text.size();
  return static_cast<std::uint32_t>(place);
}

std::string_view Arena::at(std::uint32_t place, std::size_t size) const {
  if (size == 0) return {};
  return {chunks_[place / kChunkBytes].get() + place % kChunkBytes, size};
}

void FollowSets::add(std::uint32_t slot, const core::Follows& follows) {
  if (follows.everything) return everything.add(slot);
  for (const auto& topic : follows.topics) topics[topic].add(slot);
  for (const auto source : follows.sources) sources[source].add(slot);
}

void FollowSets::remove(std::uint32_t slot) {
  everything.remove(slot);
  remove_everywhere(topics, slot);
  remove_everywhere(sources, slot);
}

std::optional<std::uint32_t> Partition::slot_of(const core::SubscriptionId& id) const {
  if (buckets_.empty()) return std::nullopt;
  const Hash hash(id, buckets_.size());
  for (std::size_t at = hash.first; buckets_[at] != kFree; at = after(at)) {
    const std::uint32_t slot = slot_in(buckets_[at]);
    if (tag_in(buckets_[at]) == hash.tag && this->id(by_slot_[slot]) == id) return slot;
  }
  return std::nullopt;
}

Partition::RowNumber Partition::add(const core::SubscriptionId& id, std::uint32_t slot,
                                    std::string_view path) {
  const RowNumber row = rows_++;
  if (row % kBlockRows == 0) blocks_.push_back(std::make_unique_for_overwrite<Block>());
  if (slot >= by_slot_.size()) by_slot_.resize(slot + std::size_t{1}, kNoRow);
  by_slot_[slot] = row;
  hot(row) = {.path_at = paths_.add(path),
              .kind = 0,
              .path_bytes = static_cast<std::uint16_t>(path.size()),
              .sender = kNoSender};
  block(row).id[row % kBlockRows] = id;
  block(row).material[row % kBlockRows].fill(0);
  if (rows_ * std::size_t{5} > buckets_.size() * 4) grow();
  enter(id, slot);
  return row;
}

void Partition::set_keys(RowNumber row, const webpush::Recipient& keys) {
  std::copy(keys.p256dh.begin() + 1, keys.p256dh.end(), block(row).point[row % kBlockRows].begin());
  block(row).auth[row % kBlockRows] = keys.auth;
}

webpush::Recipient Partition::keys(RowNumber row) const {
  webpush::Recipient out;
  const Point& point = block(row).point[row % kBlockRows];
  out.p256dh[0] = kUncompressed;
  std::copy(point.begin(), point.end(), out.p256dh.begin() + 1);
  out.auth = block(row).auth[row % kBlockRows];
  return out;
}

void Partition::grow() {
  buckets_ = std::vector<std::uint32_t>(std::max(kBucketsLeast, buckets_.size() * 5 / 4), kFree);
  for (std::uint32_t slot = 0; slot < by_slot_.size(); ++slot) {
    const RowNumber row = by_slot_[slot];
    if (row < rows_ - 1) enter(id(row), slot);  // the last is on its way
  }
}

void Partition::enter(const core::SubscriptionId& id, std::uint32_t slot) {
  const Hash hash(id, buckets_.size());
  std::size_t at = hash.first;
  while (buckets_[at] != kFree) at = after(at);
  buckets_[at] = hash.tag | slot;
}

}  // namespace tocsin::fanout
