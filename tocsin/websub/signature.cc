// SPDX-License-Identifier: Apache-2.0
#include "tocsin/websub/signature.h"

#include <optional>
#include <string>

#include "tocsin/crypto/crypto.h"

namespace tocsin::websub {
namespace {

std::optional<crypto::HmacHash> hash_of(std::string_view method) {
  std::string name(method);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (name == "sha1") return crypto::HmacHash::kSha1;
  if (name == "sha256") return crypto::HmacHash::kSha256;
  if (name == "sha384") return crypto::HmacHash::kSha384;
  if (name == "sha512") return crypto::HmacHash::kSha512;
  return std::nullopt;
}

}  // namespace

bool is_signed(std::string_view field, ByteView secret, ByteView body) {
  const auto equals = field.find('=');
  if (equals == std::string_view::npos) return false;
  const auto hash = hash_of(field.substr(0, equals));
  const auto claimed = unhex(field.substr(equals + 1));
  if (!hash || !claimed) return false;
  return crypto::is_equal(*claimed, crypto::hmac(*hash, secret, body));
}

}  // namespace tocsin::websub
