// SPDX-License-Identifier: Apache-2.0
// The low-level SHA-256 calls are deprecated in OpenSSL 3.0 but cost a tenth of the EVP ones on
// short input (no fetch, no allocation), and ten blocks of it stand in every push message.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <algorithm>

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "tocsin/crypto/crypto.h"

namespace tocsin::crypto {
namespace {

constexpr std::size_t kBlockBytes = 64;

// The digest of one block, which left SHA-256 in the state `after_block`, and then `data`.
Digest finish(const std::array<std::uint32_t, 8>& after_block, ByteView data) {
  SHA256_CTX state;
  SHA256_Init(&state);
  std::copy(after_block.begin(), after_block.end(), state.h);
  state.Nl = kBlockBytes * 8;
  Digest digest;
  SHA256_Update(&state, data.data(), data.size());
  SHA256_Final(digest.data(), &state);
  return digest;
}

}  // namespace

Digest sha256(ByteView data) {
  Digest digest;
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, data.data(), data.size());
  SHA256_Final(digest.data(), &state);
  return digest;
}

HmacKey::HmacKey(ByteView key) {
  std::array<std::uint8_t, kBlockBytes> pad{};
  if (key.size() > kBlockBytes) {
    const Digest shortened = sha256(key);
    std::copy(shortened.begin(), shortened.end(), pad.begin());
  } else {
    std::copy(key.begin(), key.end(), pad.begin());
  }

  SHA256_CTX state;
  for (auto& byte : pad) byte ^= 0x36;
  SHA256_Init(&state);
  SHA256_Transform(&state, pad.data());
  std::copy_n(state.h, inner_.size(), inner_.begin());

  for (auto& byte : pad) byte ^= 0x36 ^ 0x5c;
  SHA256_Init(&state);
  SHA256_Transform(&state, pad.data());
  std::copy_n(state.h, outer_.size(), outer_.begin());
  OPENSSL_cleanse(pad.data(), pad.size());
  OPENSSL_cleanse(&state, sizeof(state));
}

HmacKey::~HmacKey() {
  OPENSSL_cleanse(inner_.data(), sizeof(inner_));
  OPENSSL_cleanse(outer_.data(), sizeof(outer_));
}

Digest HmacKey::mac(ByteView data) const {
  const auto inner = finish(inner_, data);
  return finish(outer_, inner);
}

Digest hmac_sha256(ByteView key, ByteView data) { return HmacKey(key).mac(data); }

void SecureRandom::fill(std::span<std::uint8_t> out) {
  TOCSIN_CHECK(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1);
}

}  // namespace tocsin::crypto
