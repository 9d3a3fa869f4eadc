// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "tocsin/api/ports.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/http/message.h"

namespace tocsin::api {

// Who may use a route.
enum class Access {
  kAnyone,  // no token
  kReader,  // no token needed; also from foreign pages that the site names
  kWriter,  // the same, by a reader who is signed in
  kRead,    // these need a token with that scope
  kWrite,
  kAlert,
  kModerate,
  kAdmin,
};

// The scope a route needs; nothing if it needs no token.
std::optional<Scope> scope_of(Access access);

// The cookie of a user's session. Its prefix makes browsers take it from this host alone and over
// TLS alone (RFC 6265bis, section 4.1.3.2); they count localhost as such.
inline constexpr std::string_view kSessionCookie = "__Host-tocsin";

// The SHA-256 of the request's bearer token, or of its session's cookie.
std::optional<crypto::Digest> bearer_of(const http::Request& request);
std::optional<crypto::Digest> session_of(const http::Request& request);

// A request that changes something in the name of a cookie must come from a page of ours: browsers
// send the cookie whoever's page asks.
bool is_from_own_page(const http::Request& request);

// Who asks, if they may: by a token of the API (RFC 6750, section 3), or by the session of a user.
// Otherwise the refusal: 401 or 403.
std::variant<TokenInfo, http::Response> authenticate(const http::Request& request, Scope scope,
                                                     const Ports& ports);

}  // namespace tocsin::api
