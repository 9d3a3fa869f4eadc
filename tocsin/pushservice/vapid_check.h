// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::pushservice {

// Verifies application servers as push services do (RFC 8292): the signature, `aud` equal to the
// own origin, `exp` within the next 24 hours, a `sub` with an address. Tokens found good are
// remembered, as section 5 has in mind. One thread.
class VapidCheck {
 public:
  struct Sender {
    crypto::PublicKey key;
    Time expires;  // so long the credentials hold
  };

  explicit VapidCheck(std::string origin) : origin_(std::move(origin)) {}

  // Who signed, from an Authorization field.
  //
  // Errors:
  //   kInvalidArgument  not "vapid t=..., k=..." (401).
  //   kUnauthorized     the token does not hold (403).
  Result<Sender> verify(std::string_view authorization, Time now);

 private:
  std::string origin_;
  std::map<std::string, Sender, std::less<>> known_;  // by field value
};

}  // namespace tocsin::pushservice
