// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/base/result.h"

namespace tocsin {

// An absolute URL with a host, normalised: scheme and host in lower case, an international host
// in its ASCII form, no default port, dot segments removed, characters that may not stand in a
// URL percent-encoded, at least "/" as the path.
struct Url {
  static constexpr std::size_t kBytesMax = 8192;

  std::string scheme;      // "https"
  std::string user_info;   // "user:password", empty in every URL we accept for fetching
  std::string host;        // "example.org", "192.0.2.1", "[2001:db8::1]"
  std::uint16_t port = 0;  // never 0 for http and https: the default where the text has none
  std::string target;      // path and query, as a request line has them: "/a/b?c=d"
  std::string fragment;    // without '#'

  // Reads what people and feeds write: white space around it, spaces, non-ASCII letters and
  // backslashes are mended as browsers do.
  //
  // Errors: kInvalidArgument: relative, no host, a host or port that cannot be, control
  // characters, longer than kBytesMax.
  static Result<Url> parse(std::string_view text);

  // Reads `reference` as found in a document at this URL (RFC 3986, section 5.2). An empty
  // reference is this URL without its fragment. A scheme that has no host (mailto:) is an error.
  Result<Url> resolve(std::string_view reference) const;

  std::string text() const;
  // scheme://host[:port], as a web origin and a VAPID audience have it (RFC 6454, section 6.2).
  std::string origin() const;
  bool is_http() const { return scheme == "http" || scheme == "https"; }
  bool host_is_ip_literal() const;

  bool operator==(const Url&) const = default;
};

// True for addresses that the public Internet routes: not loopback, private, link-local,
// shared (100.64/10), unspecified, multicast, reserved, documentation, nor any of these inside
// an IPv4-mapped, 6to4 or NAT64 (64:ff9b::/96) IPv6 address. `address` is 4 or 16 bytes in
// network order; any other length is not public.
bool is_public_address(std::string_view address);

}  // namespace tocsin
