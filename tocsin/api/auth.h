// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "tocsin/api/ports.h"
#include "tocsin/http/message.h"

namespace tocsin::api {

// Who may use a route.
enum class Access {
  kAnyone,  // no token
  kReader,  // no token; also from foreign pages that the site names
  kRead,    // these need a token with that scope
  kWrite,
  kAlert,
  kAdmin,
};

// The scope a route needs; nothing if it needs no token.
std::optional<Scope> scope_of(Access access);

// The token of the request if it has `scope`, or the refusal: 401 or 403, with WWW-Authenticate
// (RFC 6750, section 3).
std::variant<TokenInfo, http::Response> authenticate(const http::Request& request, Scope scope,
                                                     const TokenBook& tokens);

}  // namespace tocsin::api
