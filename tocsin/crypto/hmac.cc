// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "tocsin/base/check.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::crypto {
namespace {

const EVP_MD* method_of(HmacHash hash) {
  switch (hash) {
    case HmacHash::kSha1:
      return EVP_sha1();
    case HmacHash::kSha256:
      return EVP_sha256();
    case HmacHash::kSha384:
      return EVP_sha384();
    case HmacHash::kSha512:
      break;
  }
  return EVP_sha512();
}

}  // namespace

Bytes hmac(HmacHash hash, ByteView key, ByteView data) {
  Bytes out(EVP_MAX_MD_SIZE);
  unsigned length = 0;
  // A null pointer would mean "the key of before".
  const std::uint8_t none = 0;
  TOCSIN_CHECK(HMAC(method_of(hash), key.empty() ? &none : key.data(), static_cast<int>(key.size()),
                    data.data(), data.size(), out.data(), &length) != nullptr);
  out.resize(length);
  return out;
}

}  // namespace tocsin::crypto
