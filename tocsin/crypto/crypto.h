// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "tocsin/base/bytes.h"
#include "tocsin/base/random.h"
#include "tocsin/base/result.h"
#include "tocsin/base/secret.h"

// The few primitives Web Push is made of, over OpenSSL, which no other file includes but TLS's.
// Pure; functions are safe to call from any thread. Where a call can only fail for want of memory
// or a broken library, failure ends the process.
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

// Whether two codes are equal; how long it takes tells their lengths alone.
bool is_equal(ByteView a, ByteView b);

// HMAC-SHA-256 (RFC 2104) under one key, whose two pads are hashed once: each code after the first
// costs half. Wiped when it goes.
class HmacKey {
 public:
  explicit HmacKey(ByteView key);
  HmacKey(const HmacKey&) = default;
  HmacKey& operator=(const HmacKey&) = default;
  ~HmacKey();

  Digest mac(ByteView data) const;

  // What one block of SHA-256 holds beside its padding.
  static constexpr std::size_t kShortBytes = 55;
  // The codes of two short messages, at most kShortBytes each, for little more than the price of
  // one.
  std::array<Digest, 2> mac_two(ByteView a, ByteView b) const;

 private:
  using State = std::array<std::uint32_t, 8>;  // of SHA-256, after one block

  State inner_;
  State outer_;
};

// For a key that makes one code only.
Digest hmac_sha256(ByteView key, ByteView data);

enum class HmacHash : std::uint8_t { kSha1, kSha256, kSha384, kSha512 };
// HMAC (RFC 2104) as others make it, to check theirs: 20, 32, 48 or 64 bytes.
Bytes hmac(HmacHash hash, ByteView key, ByteView data);

KeyPair generate_key_pair();
// kCorrupt: the scalar is zero or not below the group's order.
Result<KeyPair> key_pair_from(const Secret<PrivateKey>& private_key);
// kCorrupt: not an uncompressed point on P-256 (RFC 8291, section 7, asks for this check).
Status check_on_curve(const PublicKey& key);

// ECDH of one private key with many peers: what OpenSSL needs for it is made once. One thread at a
// time. The key is wiped when it goes.
class Ecdh {
 public:
  explicit Ecdh(const Secret<PrivateKey>& own);
  Ecdh(Ecdh&&) noexcept;
  Ecdh& operator=(Ecdh&&) noexcept;
  ~Ecdh();

  // kCorrupt: `peer` is not an uncompressed point on P-256, or `own` was not a private key of it.
  Result<Secret<SharedSecret>> with(const PublicKey& peer);

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

// For a private key that meets one peer only. Errors: those of Ecdh::with().
Result<Secret<SharedSecret>> ecdh(const Secret<PrivateKey>& own, const PublicKey& peer);

// Signs SHA-256 of `message`. kCorrupt: not a private key of P-256.
Result<Signature> sign_es256(const Secret<PrivateKey>& key, ByteView message);
bool verify_es256(const PublicKey& key, ByteView message, const Signature& signature);

// What computes AES-GCM. Both give the same bytes, which a differential test and a fuzz target
// show.
enum class GcmEngine {
  kOpenSsl,
  kAesNi,  // the AES and carry-less multiplication instructions of x86-64, without a call's setup
};
// kAesNi where this processor has it.
GcmEngine fastest_gcm_engine();

// Seals with AES-128-GCM, no associated data, a key for every message. One thread at a time; what
// OpenSSL needs is made once, and seal() does not allocate.
class GcmSealer {
 public:
  // The processor must have the engine; tests name one.
  explicit GcmSealer(GcmEngine engine = fastest_gcm_engine());
  GcmSealer(GcmSealer&&) noexcept;
  GcmSealer& operator=(GcmSealer&&) noexcept;
  ~GcmSealer();

  // Writes ciphertext and tag; `out` has plaintext.size() + kAesTagBytes bytes. It may begin where
  // the plaintext does, and otherwise must not overlap it. A (key, nonce) pair must never seal two
  // plaintexts.
  void seal(const AesKey& key, const AesNonce& nonce, ByteView plaintext,
            std::span<std::uint8_t> out);

 private:
  struct Context;
  std::unique_ptr<Context> context_;  // null: kAesNi, which needs none
};

// kCorrupt: the tag does not fit.
Result<Bytes> open_aes128gcm(const AesKey& key, const AesNonce& nonce, ByteView sealed);

// OpenSSL's generator. Safe to call from any thread.
class SecureRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace tocsin::crypto
