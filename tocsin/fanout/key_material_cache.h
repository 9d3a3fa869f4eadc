// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "tocsin/base/bytes.h"
#include "tocsin/base/result.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/fanout/subscription_table.h"
#include "tocsin/webpush/encrypt.h"

// The key material of a table as bytes, so that a restart need not derive it again. It holds public
// keys of senders and no private key. Losing it costs a refill and nothing else.
//
// The format, numbers most significant byte first: blocks of 4,096 bytes, the last 8 of each being
// the first 8 of the SHA-256 of the others, so that a flipped bit or a torn end costs its block.
// The first block is "tocsin key material\n", the version as 4 bytes, and zeros. Each of the others
// is the partition (4), how many entries follow (4), the sender's public key (65), 3 zeros, and so
// many entries of 44: slot (4), fingerprint of the subscription's keys (8), material (32); zeros
// fill it.
namespace tocsin::fanout {

inline constexpr std::size_t kCacheBlockBytes = 4'096;

// The first block.
Bytes key_material_header();
// The blocks of one partition.
Bytes key_material_blocks(const SubscriptionTable& table, std::uint32_t partition);

struct CachedMaterial {
  Address address;
  std::uint64_t fingerprint = 0;
  webpush::KeyMaterial material{};
};
// Tells two pairs of keys of one subscription apart; no secret, and not made to withstand anybody:
// who registers keys that collide hurts the own device alone.
std::uint64_t fingerprint(const webpush::Recipient& keys);

// Reads all blocks that are whole, calling `visit` for each entry; how many were damaged.
//
// Errors: kCorrupt: the first block is not ours or of another version: nothing is read.
Result<std::size_t> read_key_material(
    ByteView file,
    const std::function<void(const crypto::PublicKey& sender, const CachedMaterial&)>& visit);

struct LoadedMaterial {
  std::size_t entries = 0;
  std::size_t stale = 0;  // of subscriptions that are gone or have other keys
  std::size_t damaged_blocks = 0;
};
// Gives the material to the subscriptions it was derived for. Errors: as read_key_material().
Result<LoadedMaterial> load_key_material(ByteView file, SubscriptionTable& table);

}  // namespace tocsin::fanout
