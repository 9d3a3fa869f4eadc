// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "tocsin/base/result.h"

namespace tocsin::httpd {

// A request target (RFC 9112, section 3.2) as handlers may rely on it.
struct HttpTarget {
  std::string authority;  // of the absolute form, lower case; empty otherwise
  std::string path;       // decoded, "/" at least, valid UTF-8, no empty, "." or ".." segment but
                          // the last may be empty
  std::string query;      // as sent, without '?'; every '%' is followed by two digits
};

// Reads the origin form ("/a?b") and the absolute form ("http://host/a?b"). Empty and "." segments
// are dropped, since proxies do that too.
//
// Errors: kInvalidArgument: another form; a ".." segment, however encoded; a control character,
// '/' or '\' hidden behind a percent sign; a percent sign without two digits; bytes that may not
// stand in a URL; a path that is not UTF-8 once decoded.
Result<HttpTarget> parse_http_target(std::string_view target);

// The value of a Host field, in lower case and without the ports 80 and 443, which a proxy in
// front may or may not write.
//
// Errors: kInvalidArgument: characters that no host has, a port that is no number.
Result<std::string> parse_host(std::string_view host);

}  // namespace tocsin::httpd
