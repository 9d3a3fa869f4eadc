// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tocsin/base/bytes.h"

namespace tocsin {

// base64url without padding (RFC 4648, section 5), as Web Push and JWT have it.
std::string base64url(ByteView bytes);

// base64 with padding (RFC 4648, section 4).
std::string base64(ByteView bytes);

// Decodes base64url or base64, padded or not, since browsers and tools write all four. Nothing
// for any other character, a misplaced '=', an impossible length, or bits left over at the end.
std::optional<Bytes> unbase64(std::string_view text);

// The same for exactly as many bytes as `Kind` has.
template <class Kind>
std::optional<Kind> unbase64_as(std::string_view text) {
  const auto bytes = unbase64(text);
  return bytes ? Kind::from(*bytes) : std::nullopt;
}

}  // namespace tocsin
