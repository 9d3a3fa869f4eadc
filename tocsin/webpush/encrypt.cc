// SPDX-License-Identifier: Apache-2.0
#include "tocsin/webpush/encrypt.h"

#include <algorithm>

namespace tocsin::webpush {
namespace {

using namespace std::literals;

constexpr std::uint32_t kRecordBytes = 4096;
constexpr std::uint8_t kLastRecord =
    2;  // padding delimiter of the last record (RFC 8188, section 2)
// salt 16, record size 4, key id length 1, key id 65 (RFC 8188, section 2.1)
constexpr std::size_t kHeaderBytes = 86;

// HKDF with one block of output (RFC 5869), as every derivation here is.
crypto::Digest hkdf_sha256(ByteView salt, ByteView key_material, std::string_view info) {
  const auto prk = crypto::hmac_sha256(salt, key_material);
  return crypto::hmac_sha256(prk, concat(info, "\x01"sv));
}

struct ContentKeys {
  crypto::AesKey key{};
  crypto::AesNonce nonce{};
};

// RFC 8188, sections 2.2 and 2.3, for the first and only record.
ContentKeys content_keys(const KeyMaterial& material, ByteView salt) {
  const auto prk = crypto::hmac_sha256(salt, material);
  const auto key = crypto::hmac_sha256(prk, as_bytes("Content-Encoding: aes128gcm\0\x01"sv));
  const auto nonce = crypto::hmac_sha256(prk, as_bytes("Content-Encoding: nonce\0\x01"sv));
  ContentKeys keys;
  std::copy_n(key.begin(), keys.key.size(), keys.key.begin());
  std::copy_n(nonce.begin(), keys.nonce.size(), keys.nonce.begin());
  return keys;
}

// RFC 8291, section 3.4: both sides arrive here, each with its own half.
Secret<KeyMaterial> mix(const Secret<crypto::SharedSecret>& shared, const AuthSecret& auth,
                        const crypto::PublicKey& recipient, const crypto::PublicKey& sender) {
  const auto info = concat("WebPush: info\0"sv, recipient, sender);
  const auto material = hkdf_sha256(auth, shared.reveal(), as_text(info));
  return Secret(*KeyMaterial::from(material));
}

Error not_a_message() { return {Errc::kCorrupt, "not an aes128gcm body of one record"}; }

}  // namespace

Result<Secret<KeyMaterial>> derive_key_material(const Recipient& recipient,
                                                const crypto::KeyPair& sender) {
  TOCSIN_TRY(const auto shared, crypto::ecdh(sender.private_key, recipient.p256dh));
  return mix(shared, recipient.auth, recipient.p256dh, sender.public_key);
}

Result<Bytes> seal(ByteView plaintext, const Secret<KeyMaterial>& material,
                   const crypto::PublicKey& sender, const Salt& salt) {
  if (plaintext.size() > kMaxPlaintextBytes) {
    return Error{Errc::kInvalidArgument,
                 "the message is longer than " + std::to_string(kMaxPlaintextBytes) + " bytes"};
  }
  const auto keys = content_keys(material.reveal(), salt);
  const auto key_id_length = static_cast<std::uint8_t>(sender.size());
  Bytes body = concat(salt, big_endian(kRecordBytes), big_endian(key_id_length), sender);
  crypto::seal_aes128gcm(keys.key, keys.nonce, concat(plaintext, big_endian(kLastRecord)), body);
  return body;
}

Result<Bytes> encrypt(ByteView plaintext, const Recipient& recipient) {
  const auto sender = crypto::generate_key_pair();
  Salt salt;
  crypto::SecureRandom().fill(salt);
  TOCSIN_TRY(const auto material, derive_key_material(recipient, sender));
  return seal(plaintext, material, sender.public_key, salt);
}

Result<Bytes> decrypt(ByteView body, const crypto::KeyPair& recipient, const AuthSecret& auth) {
  if (body.size() <= kHeaderBytes || body[20] != sizeof(crypto::PublicKey)) return not_a_message();
  const auto salt = body.first(sizeof(Salt));
  const auto record_bytes = body.subspan(16, 4);
  const auto sender = *crypto::PublicKey::from(body.subspan(21, sizeof(crypto::PublicKey)));
  const auto sealed = body.subspan(kHeaderBytes);
  std::uint64_t record_size = 0;
  for (const auto byte : record_bytes) record_size = record_size << 8 | byte;
  if (sealed.size() > record_size) return not_a_message();

  TOCSIN_TRY(const auto shared, crypto::ecdh(recipient.private_key, sender));
  const auto keys = content_keys(mix(shared, auth, recipient.public_key, sender).reveal(), salt);
  TOCSIN_TRY(auto plaintext, crypto::open_aes128gcm(keys.key, keys.nonce, sealed));

  while (!plaintext.empty() && plaintext.back() == 0) plaintext.pop_back();
  if (plaintext.empty() || plaintext.back() != kLastRecord) return not_a_message();
  plaintext.pop_back();
  return plaintext;
}

}  // namespace tocsin::webpush
