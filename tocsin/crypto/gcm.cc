// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>

#include "tocsin/crypto/crypto.h"
#include "tocsin/crypto/gcm_aesni.h"

namespace tocsin::crypto {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

// Fetched once: OpenSSL 3.0 would look the algorithm up by name for every message.
const EVP_CIPHER* aes128gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
  TOCSIN_CHECK(cipher != nullptr);
  return cipher;
}

}  // namespace

struct GcmSealer::Context {
  CipherContext cipher{EVP_CIPHER_CTX_new()};
};

GcmEngine fastest_gcm_engine() { return has_aesni() ? GcmEngine::kAesNi : GcmEngine::kOpenSsl; }

GcmSealer::GcmSealer(GcmEngine engine)
    : context_(engine == GcmEngine::kOpenSsl ? new Context : nullptr) {
  TOCSIN_CHECK(engine == GcmEngine::kOpenSsl || has_aesni());
}
GcmSealer::GcmSealer(GcmSealer&&) noexcept = default;
GcmSealer& GcmSealer::operator=(GcmSealer&&) noexcept = default;
GcmSealer::~GcmSealer() = default;

void GcmSealer::seal(const AesKey& key, const AesNonce& nonce, ByteView plaintext,
                     std::span<std::uint8_t> out) {
  TOCSIN_CHECK(out.size() == plaintext.size() + kAesTagBytes);
  if (context_ == nullptr) return seal_with_aesni(key, nonce, plaintext, out);

  EVP_CIPHER_CTX* const context = context_->cipher.get();
  int length = 0;
  TOCSIN_CHECK(EVP_EncryptInit_ex2(context, aes128gcm(), key.data(), nonce.data(), nullptr));
  TOCSIN_CHECK(EVP_EncryptUpdate(context, out.data(), &length, plaintext.data(),
                                 static_cast<int>(plaintext.size())));
  TOCSIN_CHECK(EVP_EncryptFinal_ex(context, out.data() + length, &length));
  TOCSIN_CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, kAesTagBytes,
                                   out.data() + plaintext.size()));
}

Result<Bytes> open_aes128gcm(const AesKey& key, const AesNonce& nonce, ByteView sealed) {
  if (sealed.size() < kAesTagBytes) return Error{Errc::kCorrupt, "shorter than an AES-GCM tag"};
  Bytes tag(sealed.end() - kAesTagBytes, sealed.end());
  sealed = sealed.first(sealed.size() - kAesTagBytes);

  Bytes plaintext(sealed.size());
  const CipherContext context(EVP_CIPHER_CTX_new());
  int length = 0;
  TOCSIN_CHECK(EVP_DecryptInit_ex2(context.get(), aes128gcm(), key.data(), nonce.data(), nullptr));
  TOCSIN_CHECK(EVP_DecryptUpdate(context.get(), plaintext.data(), &length, sealed.data(),
                                 static_cast<int>(sealed.size())));
  TOCSIN_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kAesTagBytes, tag.data()));
  if (EVP_DecryptFinal_ex(context.get(), plaintext.data() + length, &length) != 1) {
    return Error{Errc::kCorrupt, "the AES-GCM tag does not fit"};
  }
  return plaintext;
}

}  // namespace tocsin::crypto
