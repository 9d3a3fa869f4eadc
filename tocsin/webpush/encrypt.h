// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

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

// The ECDH half of RFC 8291, section 3.4: the costly one, about 75 us.
//
// Errors: kCorrupt: recipient.p256dh is not a point on P-256: the subscription is unusable.
Result<Secret<KeyMaterial>> derive_key_material(const Recipient& recipient,
                                                const crypto::KeyPair& sender);

// Seals `plaintext` as a complete `aes128gcm` body (RFC 8188), header included: the cheap half.
// `material` must be of the pair whose public key is `sender`. A salt must never serve twice with
// the same material (RFC 8188, section 2.1): draw it at random for every call.
//
// Errors: kInvalidArgument: plaintext is longer than kMaxPlaintextBytes.
Result<Bytes> seal(ByteView plaintext, const Secret<KeyMaterial>& material,
                   const crypto::PublicKey& sender, const Salt& salt);

// Encrypts for one subscription with a sender key pair and a salt made for this message alone.
//
// Errors: those of derive_key_material() and seal().
Result<Bytes> encrypt(ByteView plaintext, const Recipient& recipient);

// What the browser does: opens a body with the subscription's private key. For tests, rehearsals
// and `tocsin push-service`.
//
// Errors: kCorrupt: not an aes128gcm body of one record, or not for this key.
Result<Bytes> decrypt(ByteView body, const crypto::KeyPair& recipient, const AuthSecret& auth);

}  // namespace tocsin::webpush
