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

// The digest of one block, which left SHA-256 in the state `after_block`, and then `data`. The
// padding (FIPS 180-4, section 5.1.1) is made here: SHA256_Update and _Final copy so much that a
// short message would take half as long again.
Digest finish(const std::array<std::uint32_t, 8>& after_block, ByteView data) {
  SHA256_CTX state;
  std::copy(after_block.begin(), after_block.end(), state.h);
  const auto bits = big_endian(std::uint64_t{(kBlockBytes + data.size()) * 8});
  for (; data.size() >= kBlockBytes; data = data.subspan(kBlockBytes)) {
    SHA256_Transform(&state, data.data());
  }

  std::array<std::uint8_t, kBlockBytes> last{};
  *std::copy(data.begin(), data.end(), last.begin()) = 0x80;
  if (data.size() >= kBlockBytes - bits.size()) {
    SHA256_Transform(&state, last.data());
    last.fill(0);
  }
  std::copy(bits.begin(), bits.end(), last.end() - bits.size());
  SHA256_Transform(&state, last.data());

  Digest digest;
  for (std::size_t i = 0; i < after_block.size(); ++i) {
    const auto word = big_endian(std::uint32_t{state.h[i]});
    std::copy(word.begin(), word.end(), digest.begin() + i * word.size());
  }
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
