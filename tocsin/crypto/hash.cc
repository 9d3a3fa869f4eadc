// SPDX-License-Identifier: Apache-2.0
// The low-level SHA-256 calls are deprecated in OpenSSL 3.0 but cost a tenth of the EVP ones on
// short input (no fetch, no allocation), and ten blocks of it stand in every push message.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <algorithm>

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "tocsin/crypto/crypto.h"
#include "tocsin/crypto/sha256_shani.h"

namespace tocsin::crypto {
namespace {

constexpr std::size_t kBlockBytes = sizeof(Sha256Block);

// FIPS 180-4, section 5.3.3.
constexpr Sha256State kStart = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

void take(Sha256State& state, const std::uint8_t* block) {
  SHA256_CTX context;
  std::copy(state.begin(), state.end(), context.h);
  SHA256_Transform(&context, block);
  std::copy_n(context.h, state.size(), state.begin());
}

void take_two(Sha256State& a, const Sha256Block& block_a, Sha256State& b,
              const Sha256Block& block_b) {
  static const bool with_shani = has_shani();
  if (with_shani) return take_two_with_shani(a, block_a, b, block_b);
  take(a, block_a.data());
  take(b, block_b.data());
}

// Padding (section 5.1.1) is made here: SHA256_Update and _Final copy so much that a short message
// takes half as long again.
Sha256Block with_end_mark(ByteView end) {
  Sha256Block block{};
  *std::copy(end.begin(), end.end(), block.begin()) = 0x80;
  return block;
}

void put_length(Sha256Block& block, std::size_t message_bytes) {
  const auto bits = big_endian(std::uint64_t{message_bytes} * 8);
  std::copy(bits.begin(), bits.end(), block.end() - bits.size());
}

// What follows HMAC's pad, where it is short enough to be the last block.
Sha256Block last_block(ByteView data) {
  Sha256Block block = with_end_mark(data);
  put_length(block, kBlockBytes + data.size());
  return block;
}

Digest digest_of(const Sha256State& state) {
  Digest digest;
  auto* at = digest.data();
  for (const auto word : state) {
    const auto bytes = big_endian(word);
    at = std::copy(bytes.begin(), bytes.end(), at);
  }
  return digest;
}

// The digest of one block, which left SHA-256 in `state`, and then `data`.
Digest finish(Sha256State state, ByteView data) {
  const std::size_t message_bytes = kBlockBytes + data.size();
  for (; data.size() >= kBlockBytes; data = data.subspan(kBlockBytes)) take(state, data.data());
  Sha256Block block = with_end_mark(data);
  if (data.size() > HmacKey::kShortBytes) {  // the length needs a block of its own
    take(state, block.data());
    block.fill(0);
  }
  put_length(block, message_bytes);
  take(state, block.data());
  return digest_of(state);
}

}  // namespace

bool is_equal(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Digest sha256(ByteView data) {
  Digest digest;
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, data.data(), data.size());
  SHA256_Final(digest.data(), &state);
  return digest;
}

HmacKey::HmacKey(ByteView key) : inner_(kStart), outer_(kStart) {
  Sha256Block inner_pad{};
  if (key.size() > kBlockBytes) {
    const Digest shortened = sha256(key);
    std::copy(shortened.begin(), shortened.end(), inner_pad.begin());
  } else {
    std::copy(key.begin(), key.end(), inner_pad.begin());
  }
  Sha256Block outer_pad = inner_pad;
  for (auto& byte : inner_pad) byte ^= 0x36;
  for (auto& byte : outer_pad) byte ^= 0x5c;
  take_two(inner_, inner_pad, outer_, outer_pad);
  OPENSSL_cleanse(inner_pad.data(), inner_pad.size());
  OPENSSL_cleanse(outer_pad.data(), outer_pad.size());
}

HmacKey::~HmacKey() {
  OPENSSL_cleanse(inner_.data(), sizeof(inner_));
  OPENSSL_cleanse(outer_.data(), sizeof(outer_));
}

Digest HmacKey::mac(ByteView data) const { return finish(outer_, finish(inner_, data)); }

std::array<Digest, 2> HmacKey::mac_two(ByteView a, ByteView b) const {
  TOCSIN_CHECK(a.size() <= kShortBytes && b.size() <= kShortBytes);
  Sha256State state_a = inner_;
  Sha256State state_b = inner_;
  take_two(state_a, last_block(a), state_b, last_block(b));
  const Digest inner_a = digest_of(state_a);
  const Digest inner_b = digest_of(state_b);
  state_a = state_b = outer_;
  take_two(state_a, last_block(inner_a), state_b, last_block(inner_b));
  return {digest_of(state_a), digest_of(state_b)};
}

Digest hmac_sha256(ByteView key, ByteView data) { return HmacKey(key).mac(data); }

void SecureRandom::fill(std::span<std::uint8_t> out) {
  TOCSIN_CHECK(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1);
}

}  // namespace tocsin::crypto
