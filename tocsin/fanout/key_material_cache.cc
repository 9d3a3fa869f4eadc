// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/key_material_cache.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <span>
#include <string_view>
#include <vector>

namespace tocsin::fanout {
namespace {

constexpr std::string_view kMagic = "tocsin key material\n";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kSumBytes = 8;
constexpr std::size_t kEntriesAt = 4 + 4 + 65 + 3;
constexpr std::size_t kEntryBytes = 4 + 8 + 32;
constexpr std::size_t kEntriesMost = (kCacheBlockBytes - kSumBytes - kEntriesAt) / kEntryBytes;

// Fills one block from its beginning on.
class BlockWriter {
 public:
  template <class Part>
  void add(const Part& part) {
    used_ = static_cast<std::size_t>(
        std::copy(std::begin(part), std::end(part), block_.data() + used_) - block_.data());
  }
  void append_to(Bytes& out) {
    constexpr std::size_t kSummed = kCacheBlockBytes - kSumBytes;
    const auto sum = crypto::sha256(ByteView(block_).first(kSummed));
    std::copy_n(sum.begin(), kSumBytes, block_.begin() + kSummed);
    out.insert(out.end(), block_.begin(), block_.end());
  }

 private:
  std::array<std::uint8_t, kCacheBlockBytes> block_{};
  std::size_t used_ = 0;
};

bool is_whole(ByteView block) {
  const auto sum = crypto::sha256(block.first(kCacheBlockBytes - kSumBytes));
  return std::equal(sum.begin(), sum.begin() + kSumBytes, block.end() - kSumBytes);
}

template <class Number>
Number number_at(ByteView bytes, std::size_t at) {
  Number out = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    out = static_cast<Number>(out << 8 | bytes[at + i]);
  }
  return out;
}

template <class SomeOctets>
SomeOctets octets_at(ByteView bytes, std::size_t at) {
  SomeOctets out;
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), out.size(), out.begin());
  return out;
}

using Visit = std::function<void(const crypto::PublicKey& sender, const CachedMaterial&)>;

// False: the numbers in it cannot be.
bool read_block(ByteView block, const Visit& visit) {
  CachedMaterial entry;
  entry.address.partition = number_at<std::uint32_t>(block, 0);
  const auto count = number_at<std::uint32_t>(block, 4);
  const auto sender = octets_at<crypto::PublicKey>(block, 8);
  if (entry.address.partition >= core::kPartitions || count > kEntriesMost) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = kEntriesAt + i * kEntryBytes;
    entry.address.slot = number_at<std::uint32_t>(block, at);
    entry.fingerprint = number_at<std::uint64_t>(block, at + 4);
    entry.material = octets_at<webpush::KeyMaterial>(block, at + 12);
    visit(sender, entry);
  }
  return true;
}

}  // namespace

Bytes key_material_header() {
  Bytes out;
  BlockWriter block;
  block.add(kMagic);
  block.add(big_endian(kVersion));
  block.append_to(out);
  return out;
}

Bytes key_material_blocks(const SubscriptionTable& table, std::uint32_t partition) {
  struct Entry {
    std::uint32_t slot;
    const webpush::KeyMaterial* material;
  };
  std::map<crypto::PublicKey, std::vector<Entry>> by_sender;
  table.each_material(partition, [&](std::uint32_t slot, const auto& sender, const auto& material) {
    by_sender[sender].push_back({slot, &material});
  });
  Bytes out;
  for (const auto& [sender, entries] : by_sender) {
    out.reserve(out.size() + (entries.size() / kEntriesMost + 1) * kCacheBlockBytes);
    for (std::size_t first = 0; first < entries.size(); first += kEntriesMost) {
      const auto count = static_cast<std::uint32_t>(std::min(kEntriesMost, entries.size() - first));
      BlockWriter block;
      block.add(big_endian(partition));
      block.add(big_endian(count));
      block.add(sender);
      block.add(std::array<std::uint8_t, 3>{});
      for (const Entry& entry : std::span(entries).subspan(first, count)) {
        block.add(big_endian(entry.slot));
        block.add(big_endian(fingerprint(table.keys({partition, entry.slot}))));
        block.add(*entry.material);
      }
      block.append_to(out);
    }
  }
  return out;
}

// A multiplication for each 8 bytes, as the processor orders them: a million of these are made at
// the start, and a cache from a machine of the other order is merely stale.
std::uint64_t fingerprint(const webpush::Recipient& keys) {
  constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15;  // odd: no bit is lost
  std::uint64_t out = keys.p256dh[0];
  const auto mix = [&](ByteView bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data() + at, sizeof(word));
      out = (out ^ word) * kFactor;
      out ^= out >> 29;
    }
  };
  mix(ByteView(keys.p256dh).subspan(1));
  mix(keys.auth);
  return out;
}

Result<std::size_t> read_key_material(ByteView file, const Visit& visit) {
  const Bytes header = key_material_header();
  if (file.size() < header.size() || !std::equal(header.begin(), header.end(), file.begin())) {
    return Error{Errc::kCorrupt, "key material: not a cache of this version"};
  }
  std::size_t damaged = 0;
  for (file = file.subspan(header.size()); !file.empty();) {
    const ByteView block = file.first(std::min(kCacheBlockBytes, file.size()));
    file = file.subspan(block.size());
    const bool is_good =
        block.size() == kCacheBlockBytes && is_whole(block) && read_block(block, visit);
    if (!is_good) ++damaged;
  }
  return damaged;
}

Result<LoadedMaterial> load_key_material(ByteView file, SubscriptionTable& table) {
  LoadedMaterial out;
  TOCSIN_TRY(out.damaged_blocks,
             read_key_material(file, [&](const auto& sender, const CachedMaterial& cached) {
               const bool is_of_these_keys =
                   table.row(cached.address) &&
                   fingerprint(table.keys(cached.address)) == cached.fingerprint &&
                   table.set_material(cached.address, sender, cached.material);
               ++(is_of_these_keys ? out.entries : out.stale);
             }));
  return out;
}

}  // namespace tocsin::fanout
