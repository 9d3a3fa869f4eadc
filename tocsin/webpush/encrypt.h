// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "tocsin/base/bytes.h"
#include "tocsin/base/result.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::webpush {

using AuthSecret = Octets<struct AuthSecretKind, 16>;
using Salt = Octets<struct SaltKind, 16>;
// The input keying material of RFC 8188 for one subscription and one sender key pair. It depends
// on no message, so it may be derived ahead of time and serve many, each with a fresh salt.
using KeyMaterial = Octets<struct KeyMaterialKind, 32>;

// The longest plaintext, in bytes, that fits the one 4096-byte record a push service must accept:
// 4096 - 86 header - 1 padding delimiter - 16 tag (RFC 8291, section 4).
inline constexpr std::size_t kMaxPlaintextBytes = 3993;
// What the bridge of Firefox for Android takes; longer messages reach other browsers only.
inline constexpr std::size_t kMaxPortablePlaintextBytes = 2744;

// The keys a browser hands out in PushSubscription.getKey().
struct Recipient {
  crypto::PublicKey p256dh{};
  AuthSecret auth{};
};

// What stands before the ciphertext: salt 16, record size 4, key id length 1, key id 65 (RFC 8188,
// section 2.1).
inline constexpr std::size_t kHeaderBytes = 86;

// The size of the body that carries so many bytes of plaintext: header, plaintext, delimiter, tag.
constexpr std::size_t body_bytes(std::size_t plaintext_bytes) {
  return kHeaderBytes + plaintext_bytes + 1 + crypto::kAesTagBytes;
}

// Derives key material for many subscriptions with one sender key pair: the costly half of RFC 8291
// (section 3.4), one scalar multiplication each. One thread at a time. The private key is wiped
// when it goes.
class KeyMaterialMaker {
 public:
  explicit KeyMaterialMaker(const crypto::KeyPair& sender);

  // kCorrupt: recipient.p256dh is not a point on P-256: the subscription is unusable.
  Result<Secret<KeyMaterial>> make(const Recipient& recipient);

  // What goes into the messages sealed with the material.
  const crypto::PublicKey& sender() const { return sender_; }

 private:
  crypto::Ecdh ecdh_;
  crypto::PublicKey sender_;
};

// Seals messages as complete `aes128gcm` bodies (RFC 8188), header included, each with a random
// salt of its own: the same material may serve many messages, since a salt never serves two. Not
// copied, nor used on both sides of a fork(): a copy would repeat the salts. One thread.
//
// For both functions plaintext.size() <= kMaxPlaintextBytes and out.size() ==
// body_bytes(plaintext.size()), which are checked; `out` does not overlap the plaintext.
class Sealer {
 public:
  // Draws salts from `random`, which must outlive it and be crypto::SecureRandom outside tests.
  explicit Sealer(Random& random) : random_(random) {}
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  ~Sealer() { wipe(salts_); }

  // With material made ahead of time by the pair whose public key is `sender`: the cheap half,
  // which does not allocate.
  void seal(ByteView plaintext, const KeyMaterial& material, const crypto::PublicKey& sender,
            std::span<std::uint8_t> out);
  // With a key pair made for this message alone, for content that is not public.
  //
  // Errors: those of KeyMaterialMaker::make(), and `out` is as it was.
  Status encrypt(ByteView plaintext, const Recipient& recipient, std::span<std::uint8_t> out);

 private:
  Salt next_salt();

  // OpenSSL's generator takes a microsecond for 16 bytes, and three for 16 KiB.
  static constexpr std::size_t kSaltsBytes = 16'384;

  Random& random_;
  crypto::GcmSealer gcm_;
  std::array<std::uint8_t, kSaltsBytes> salts_{};
  std::size_t salts_used_ = kSaltsBytes;
};

// One message with a key pair and a salt of its own, for those who send few.
//
// Errors: kInvalidArgument: plaintext is longer than kMaxPlaintextBytes. kCorrupt: as
// KeyMaterialMaker::make().
Result<Bytes> encrypt(ByteView plaintext, const Recipient& recipient);

// What the browser does: opens a body with the subscription's private key. For tests, rehearsals
// and `tocsin push-service`.
//
// Errors: kCorrupt: not an aes128gcm body of one record, or not for this key.
Result<Bytes> decrypt(ByteView body, const crypto::KeyPair& recipient, const AuthSecret& auth);

}  // namespace tocsin::webpush
