// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::webpush {

// An application server's identity (RFC 8292): the signing key and whom to write to about it.
struct VapidKey {
  crypto::KeyPair keys;
  std::string subject;  // mailto: or https:

  static Result<VapidKey> generate(std::string subject);
  // From the two base64url keys and subject that other tools write.
  //
  // Errors: kInvalidArgument: a key that is not base64url of the right length, not on the curve,
  // public and private that do not belong together, or a subject that push services refuse
  // (neither mailto: with an address nor https: with a host; Apple refuses localhost).
  static Result<VapidKey> from(std::string_view public_key, std::string_view private_key,
                               std::string_view subject);
};

// The `Authorization` field value (RFC 8292, section 3): "vapid t=<JWT>, k=<public key>".
// `audience` is the origin of the push resource; exp = `expires`.
//
// Errors: kInvalidArgument: the subject is not printable ASCII.
Result<std::string> vapid_authorization(const VapidKey& key, std::string_view audience,
                                        Time expires);

// One token per push-service origin, valid 12 hours, signed again at half life, as RFC 8292,
// section 5, asks for. One thread.
class VapidTokens {
 public:
  explicit VapidTokens(VapidKey key) : key_(std::move(key)) {}

  // The field value for that origin; valid until the next call for the same origin.
  Result<std::string_view> authorization(std::string_view origin, Time now);

  const VapidKey& key() const { return key_; }

 private:
  struct Token {
    std::string value;
    Time signed_at;
  };

  VapidKey key_;
  std::map<std::string, Token, std::less<>> tokens_;
};

}  // namespace tocsin::webpush
