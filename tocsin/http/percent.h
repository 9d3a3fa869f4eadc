// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::http {

// Replaces each %XX by its byte (RFC 3986, section 2.1). Nothing where '%' is not followed by two
// hexadecimal digits. The result may hold any byte, zero too.
std::optional<std::string> percent_decode(std::string_view text);

// Writes every byte that is not unreserved (RFC 3986, section 2.3: letters, digits, "-._~") as
// %XX, so that the result may stand in a path segment, a query name or a query value.
std::string percent_encode(std::string_view text);

}  // namespace tocsin::http
