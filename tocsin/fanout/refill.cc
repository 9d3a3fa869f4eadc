// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/refill.h"

#include <algorithm>
#include <utility>

#include "tocsin/base/check.h"

namespace tocsin::fanout {

DerivedChunk derive(const KeyChunk& chunk) {
  DerivedChunk out{.sender = chunk.sender.public_key, .entries = chunk.entries};
  out.materials.reserve(chunk.entries.size());
  webpush::KeyMaterialMaker maker(chunk.sender);
  for (const auto& entry : chunk.entries) {
    const auto material = maker.make(entry.keys);
    out.materials.push_back(material ? std::optional(material->reveal()) : std::nullopt);
  }
  return out;
}

Refill::Refill(SubscriptionTable& table) : table_(table), pair_(crypto::generate_key_pair()) {}

void Refill::begin(Extent extent) {
  if (is_filling_) {
    follows_ = follows_ == Extent::kAll ? Extent::kAll : extent;
    return;
  }
  is_filling_ = true;
  extent_ = extent;
  from_ = Address{};
  pair_ = crypto::generate_key_pair();
}

void Refill::add(const Address& address) { added_.push_back(address); }

std::optional<KeyChunk> Refill::next() {
  if (chunks_out_ >= kChunksOutMost) return std::nullopt;
  const auto addresses = next_addresses();
  if (addresses.empty()) {
    end_pass_if_over();
    return std::nullopt;
  }
  KeyChunk out{.sender = pair_};
  out.entries.reserve(addresses.size());
  for (const auto& address : addresses) out.entries.push_back({address, table_.keys(address)});
  ++chunks_out_;
  return out;
}

std::vector<Address> Refill::next_addresses() {
  std::vector<Address> out;
  while (!added_.empty() && out.size() < kChunkEntries) {
    out.push_back(added_.front());
    added_.pop_front();
  }
  while (!is_paused_ && from_ && out.size() < kChunkEntries) {
    const auto* having = extent_ == Extent::kAll ? &pair_.public_key : nullptr;
    const auto stretch = table_.without_material(*from_, kChunkEntries - out.size(), having);
    out.insert(out.end(), stretch.without.begin(), stretch.without.end());
    from_ = stretch.next;
  }
  return out;
}

void Refill::take(const DerivedChunk& derived) {
  TOCSIN_CHECK(chunks_out_ > 0 && derived.materials.size() == derived.entries.size());
  --chunks_out_;
  for (std::size_t i = 0; i < derived.entries.size(); ++i) {
    const auto& [address, keys] = derived.entries[i];
    if (!derived.materials[i]) {
      ++off_curve_;
      continue;
    }
    const auto at_present = table_.keys(address);
    if (at_present.p256dh != keys.p256dh || at_present.auth != keys.auth) continue;
    if (table_.set_material(address, derived.sender, *derived.materials[i])) ++derived_;
  }
  end_pass_if_over();
}

void Refill::end_pass_if_over() {
  if (!is_filling_ || from_ || chunks_out_ > 0) return;
  is_filling_ = false;
  ++passes_;
  pair_ = crypto::generate_key_pair();
  if (const auto extent = std::exchange(follows_, std::nullopt)) begin(*extent);
}

}  // namespace tocsin::fanout
