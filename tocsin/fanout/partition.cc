// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/partition.h"

#include <algorithm>

#include "tocsin/base/check.h"

namespace tocsin::fanout {
namespace {

constexpr std::size_t kBucketsLeast = 16;

std::size_t bucket_of(const core::SubscriptionId& id, std::size_t buckets) {
  return OctetsHash{}(id) & (buckets - 1);  // buckets is a power of two
}

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
    chunks_.push_back(std::make_unique<char[]>(kChunkBytes));
    used_ = 0;
  }
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

std::optional<std::uint32_t> Partition::index_of(const core::SubscriptionId& id) const {
  if (buckets_.empty()) return std::nullopt;
  for (std::size_t at = bucket_of(id, buckets_.size()); buckets_[at] != 0;
       at = (at + 1) & (buckets_.size() - 1)) {
    if (rows_[buckets_[at] - 1].id == id) return buckets_[at] - 1;
  }
  return std::nullopt;
}

const Partition::Row* Partition::find(const core::SubscriptionId& id) const {
  const auto index = index_of(id);
  return index ? &rows_[*index] : nullptr;
}

Partition::Row* Partition::find(const core::SubscriptionId& id) {
  const auto index = index_of(id);
  return index ? &rows_[*index] : nullptr;
}

const Partition::Row* Partition::at(std::uint32_t slot) const {
  const auto found = std::lower_bound(
      by_slot_.begin(), by_slot_.end(), slot,
      [](const SlotOf& entry, std::uint32_t sought) { return entry.slot < sought; });
  return found != by_slot_.end() && found->slot == slot ? &rows_[found->row] : nullptr;
}

void Partition::add(const Row& row, std::string_view path) {
  const auto index = static_cast<std::uint32_t>(rows_.size());
  const SlotOf entry{row.slot, index};
  rows_.push_back(row);
  rows_.back().place = paths_.add(path);
  rows_.back().path_bytes = static_cast<std::uint32_t>(path.size());

  const auto place = std::upper_bound(
      by_slot_.begin(), by_slot_.end(), entry.slot,
      [](std::uint32_t sought, const SlotOf& other) { return sought < other.slot; });
  by_slot_.insert(place, entry);

  // At most two of three buckets are taken.
  if (rows_.size() * 3 > buckets_.size() * 2) {
    const std::size_t buckets = std::max(kBucketsLeast, buckets_.size() * 2);
    buckets_.assign(buckets, 0);
    for (std::uint32_t other = 0; other < index; ++other) enter(other);
  }
  enter(index);
}

void Partition::enter(std::uint32_t row) {
  std::size_t at = bucket_of(rows_[row].id, buckets_.size());
  while (buckets_[at] != 0) at = (at + 1) & (buckets_.size() - 1);
  buckets_[at] = row + 1;
}

}  // namespace tocsin::fanout
