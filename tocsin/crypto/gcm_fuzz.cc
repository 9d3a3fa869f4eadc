// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tocsin/crypto/crypto.h"

// Key, nonce, a shift and a plaintext: the fastest engine must say what OpenSSL says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;  // NOLINT(google-build-using-namespace): a program of one file
  constexpr std::size_t kHeadBytes = sizeof(crypto::AesKey) + sizeof(crypto::AesNonce) + 1;
  if (size < kHeadBytes) return 0;
  const ByteView input(data, size);
  const auto key = *crypto::AesKey::from(input.first(sizeof(crypto::AesKey)));
  const auto nonce =
      *crypto::AesNonce::from(input.subspan(sizeof(crypto::AesKey), sizeof(crypto::AesNonce)));
  const std::size_t shift = input[kHeadBytes - 1] % 64;
  const ByteView plaintext = input.subspan(kHeadBytes);

  static crypto::GcmSealer openssl(crypto::GcmEngine::kOpenSsl);
  static crypto::GcmSealer fastest;
  Bytes expected(plaintext.size() + crypto::kAesTagBytes);
  openssl.seal(key, nonce, plaintext, expected);

  Bytes memory(shift + expected.size());
  const auto out = std::span(memory).subspan(shift);
  fastest.seal(key, nonce, plaintext, out);
  TOCSIN_CHECK(std::equal(out.begin(), out.end(), expected.begin()));
  std::copy(plaintext.begin(), plaintext.end(), out.begin());
  fastest.seal(key, nonce, out.first(plaintext.size()), out);
  TOCSIN_CHECK(std::equal(out.begin(), out.end(), expected.begin()));

  const auto opened = crypto::open_aes128gcm(key, nonce, expected);
  TOCSIN_CHECK(opened.has_value() && std::ranges::equal(*opened, plaintext));
  return 0;
}
