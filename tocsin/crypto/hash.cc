// SPDX-License-Identifier: Apache-2.0
// The low-level SHA-256 calls are deprecated in OpenSSL 3.0 but cost a tenth of the EVP ones on
// short input (no fetch, no allocation), and five of them stand in every push message.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <algorithm>

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "tocsin/crypto/crypto.h"

namespace tocsin::crypto {
namespace {

constexpr std::size_t kBlockBytes = 64;

}  // namespace

Digest sha256(ByteView data) {
  Digest digest;
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, data.data(), data.size());
  SHA256_Final(digest.data(), &state);
  return digest;
}

// RFC 2104.
Digest hmac_sha256(ByteView key, ByteView data) {
  std::array<std::uint8_t, kBlockBytes> pad{};
  if (key.size() > kBlockBytes) {
    const Digest shortened = sha256(key);
    std::copy(shortened.begin(), shortened.end(), pad.begin());
  } else {
    std::copy(key.begin(), key.end(), pad.begin());
  }

  Digest digest;
  SHA256_CTX state;
  for (auto& byte : pad) byte ^= 0x36;
  SHA256_Init(&state);
  SHA256_Update(&state, pad.data(), pad.size());
  SHA256_Update(&state, data.data(), data.size());
  SHA256_Final(digest.data(), &state);

  for (auto& byte : pad) byte ^= 0x36 ^ 0x5c;
  SHA256_Init(&state);
  SHA256_Update(&state, pad.data(), pad.size());
  SHA256_Update(&state, digest.data(), digest.size());
  SHA256_Final(digest.data(), &state);
  OPENSSL_cleanse(pad.data(), pad.size());
  return digest;
}

void SecureRandom::fill(std::span<std::uint8_t> out) {
  TOCSIN_CHECK(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1);
}

}  // namespace tocsin::crypto
