// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "tocsin/base/bytes.h"
#include "tocsin/base/random.h"
#include "tocsin/base/result.h"
#include "tocsin/base/secret.h"

// The few primitives Web Push is made of, over OpenSSL, which no other file includes but TLS's.
// Pure; safe to call from any thread. Where a call can only fail for want of memory or a broken
// library, failure ends the process.
namespace tocsin::crypto {

using Digest = Octets<struct DigestKind, 32>;              // SHA-256
using PublicKey = Octets<struct PublicKeyKind, 65>;        // P-256 point: 0x04, then X, then Y
using PrivateKey = Octets<struct PrivateKeyKind, 32>;      // P-256 scalar, big-endian
using SharedSecret = Octets<struct SharedSecretKind, 32>;  // X of the ECDH point
using Signature = Octets<struct SignatureKind, 64>;  // ES256: R, then S (RFC 7518, section 3.4)
using AesKey = Octets<struct AesKeyKind, 16>;
using AesNonce = Octets<struct AesNonceKind, 12>;

inline constexpr std::size_t kAesTagBytes = 16;

struct KeyPair {
  PublicKey public_key{};
  Secret<PrivateKey> private_key;
};

Digest sha256(ByteView data);
Digest hmac_sha256(ByteView key, ByteView data);

KeyPair generate_key_pair();
// kCorrupt: the scalar is zero or not below the group's order.
Result<KeyPair> key_pair_from(const Secret<PrivateKey>& private_key);
// kCorrupt: not an uncompressed point on P-256 (RFC 8291, section 7, asks for this check).
Status check_on_curve(const PublicKey& key);
// kCorrupt: `peer` is not on the curve.
Result<Secret<SharedSecret>> ecdh(const Secret<PrivateKey>& own, const PublicKey& peer);

// Signs SHA-256 of `message`. kCorrupt: not a private key of P-256.
Result<Signature> sign_es256(const Secret<PrivateKey>& key, ByteView message);
bool verify_es256(const PublicKey& key, ByteView message, const Signature& signature);

// Appends ciphertext and tag (AES-128-GCM, no associated data) to `out`. A (key, nonce) pair must
// never seal two plaintexts.
void seal_aes128gcm(const AesKey& key, const AesNonce& nonce, ByteView plaintext, Bytes& out);
// kCorrupt: the tag does not fit.
Result<Bytes> open_aes128gcm(const AesKey& key, const AesNonce& nonce, ByteView sealed);

// OpenSSL's generator. Safe to call from any thread.
class SecureRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace tocsin::crypto
