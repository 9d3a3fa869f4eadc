// SPDX-License-Identifier: Apache-2.0
#include "tocsin/webpush/encrypt.h"

#include <algorithm>

namespace tocsin::webpush {
namespace {

using namespace std::literals;

constexpr std::uint32_t kRecordBytes = 4096;
constexpr std::uint8_t kLastRecord = 2;  // delimiter of the last record (RFC 8188, section 2)

struct ContentKeys {
  crypto::AesKey key{};
  crypto::AesNonce nonce{};
};

// RFC 8188, sections 2.2 and 2.3, for the first and only record.
ContentKeys content_keys(const KeyMaterial& material, ByteView salt) {
  const crypto::HmacKey prk(crypto::hmac_sha256(salt, material));
  const auto [key, nonce] = prk.mac_two(as_bytes("Content-Encoding: aes128gcm\0\x01"sv),
                                        as_bytes("Content-Encoding: nonce\0\x01"sv));
  ContentKeys keys;
  std::copy_n(key.begin(), keys.key.size(), keys.key.begin());
  std::copy_n(nonce.begin(), keys.nonce.size(), keys.nonce.begin());
  return keys;
}

// RFC 8291, section 3.4: both sides arrive here, each with its own half.
Secret<KeyMaterial> mix(const Secret<crypto::SharedSecret>& shared, const AuthSecret& auth,
                        const crypto::PublicKey& recipient, const crypto::PublicKey& sender) {
  constexpr std::string_view kLabel = "WebPush: info\0"sv;
  std::array<std::uint8_t, kLabel.size() + 2 * sizeof(crypto::PublicKey) + 1> info{};
  auto at = std::copy(kLabel.begin(), kLabel.end(), info.begin());
  at = std::copy(recipient.begin(), recipient.end(), at);
  at = std::copy(sender.begin(), sender.end(), at);
  *at = 1;
  const auto prk = crypto::hmac_sha256(auth, shared.reveal());
  return Secret(*KeyMaterial::from(crypto::hmac_sha256(prk, info)));
}

Error not_a_message() { return {Errc::kCorrupt, "not an aes128gcm body of one record"}; }

}  // namespace

KeyMaterialMaker::KeyMaterialMaker(const crypto::KeyPair& sender)
    : ecdh_(sender.private_key), sender_(sender.public_key) {}

Result<Secret<KeyMaterial>> KeyMaterialMaker::make(const Recipient& recipient) {
  TOCSIN_TRY(const auto shared, ecdh_.with(recipient.p256dh));
  return mix(shared, recipient.auth, recipient.p256dh, sender_);
}

Salt Sealer::next_salt() {
  if (salts_used_ == salts_.size()) {
    random_.fill(salts_);
    salts_used_ = 0;
  }
  Salt salt;
  std::copy_n(salts_.begin() + static_cast<std::ptrdiff_t>(salts_used_), salt.size(), salt.begin());
  salts_used_ += salt.size();
  return salt;
}

void Sealer::seal(ByteView plaintext, const KeyMaterial& material, const crypto::PublicKey& sender,
                  std::span<std::uint8_t> out) {
  TOCSIN_CHECK(plaintext.size() <= kMaxPlaintextBytes);
  TOCSIN_CHECK(out.size() == body_bytes(plaintext.size()));
  const Salt salt = next_salt();
  const auto keys = content_keys(material, salt);

  const auto record_size = big_endian(kRecordBytes);
  auto at = std::copy(salt.begin(), salt.end(), out.begin());
  at = std::copy(record_size.begin(), record_size.end(), at);
  *at++ = sizeof(sender);
  at = std::copy(sender.begin(), sender.end(), at);
  // The record's plaintext stands where its ciphertext will.
  at = std::copy(plaintext.begin(), plaintext.end(), at);
  *at = kLastRecord;
  const auto record = out.subspan(kHeaderBytes);
  gcm_.seal(keys.key, keys.nonce, record.first(plaintext.size() + 1), record);
}

Status Sealer::encrypt(ByteView plaintext, const Recipient& recipient,
                       std::span<std::uint8_t> out) {
  KeyMaterialMaker maker(crypto::generate_key_pair());
  TOCSIN_TRY(const auto material, maker.make(recipient));
  seal(plaintext, material.reveal(), maker.sender(), out);
  return ok();
}

Result<Bytes> encrypt(ByteView plaintext, const Recipient& recipient) {
  if (plaintext.size() > kMaxPlaintextBytes) {
    return Error{Errc::kInvalidArgument,
                 "the message is longer than " + std::to_string(kMaxPlaintextBytes) + " bytes"};
  }
  crypto::SecureRandom random;
  Bytes body(body_bytes(plaintext.size()));
  TOCSIN_TRY(std::ignore, Sealer(random).encrypt(plaintext, recipient, body));
  return body;
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
