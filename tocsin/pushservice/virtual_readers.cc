// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/virtual_readers.h"

#include <algorithm>

#include "tocsin/base/base64url.h"
#include "tocsin/base/id.h"

namespace tocsin::pushservice {
namespace {

constexpr std::string_view kPrefix = "/reader/";
constexpr std::size_t kNumberChars = 13;  // of base32()
constexpr std::size_t kMacBytes = 16;

}  // namespace

VirtualReaders::VirtualReaders(std::uint64_t seed, std::uint64_t count, std::string origin)
    : secret_(crypto::hmac_sha256(as_bytes("tocsin virtual readers"), big_endian(seed))),
      count_(count),
      origin_(std::move(origin)) {}

crypto::Digest VirtualReaders::derive(std::string_view what, std::uint64_t reader,
                                      std::uint64_t attempt) const {
  return crypto::hmac_sha256(secret_,
                             concat(as_bytes(what), big_endian(reader), big_endian(attempt)));
}

crypto::KeyPair VirtualReaders::keys(std::uint64_t reader) const {
  // One digest in 2^32 is not below the group's order.
  for (std::uint64_t attempt = 0;; ++attempt) {
    const auto scalar = crypto::PrivateKey::from(derive("key", reader, attempt));
    auto keys = crypto::key_pair_from(Secret(*scalar));
    if (keys) return *std::move(keys);
  }
}

webpush::AuthSecret VirtualReaders::auth(std::uint64_t reader) const {
  return *webpush::AuthSecret::from(ByteView(derive("auth", reader, 0)).first(16));
}

std::string VirtualReaders::path(std::uint64_t reader) const {
  return std::string(kPrefix) + base32(reader) +
         base64url(ByteView(derive("path", reader, 0)).first(kMacBytes));
}

Json VirtualReaders::subscription(std::uint64_t reader) const {
  return Json({{"endpoint", origin_ + path(reader)},
               {"expirationTime", nullptr},
               {"keys", Json({{"p256dh", base64url(keys(reader).public_key)},
                              {"auth", base64url(auth(reader))}})}});
}

std::optional<std::uint64_t> VirtualReaders::find(std::string_view path_text) const {
  if (!path_text.starts_with(kPrefix)) return std::nullopt;
  const auto reader = unbase32(path_text.substr(kPrefix.size(), kNumberChars));
  if (!reader || *reader >= count_) return std::nullopt;
  if (!equal_in_constant_time(as_bytes(path(*reader)), as_bytes(path_text))) return std::nullopt;
  return reader;
}

Result<std::string> VirtualReaders::open(std::uint64_t reader, ByteView body) const {
  TOCSIN_TRY(const auto text, webpush::decrypt(body, keys(reader), auth(reader)));
  return std::string(as_text(text));
}

}  // namespace tocsin::pushservice
