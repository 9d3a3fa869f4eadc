// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/base/result.h"

namespace tocsin {

// An absolute URL with a host, normalised: scheme and host in lower case, an international host
// in its ASCII form (UTS 46), every spelling of an IPv4 address (http://2130706433/, 0x7f.1) as
// four decimal numbers, no default port, dot segments removed, characters that may not stand in
// a URL percent-encoded, at least "/" as the path. text() parses to the same URL.
struct Url {
  static constexpr std::size_t kBytesMax = 8192;

  std::string scheme;      // "https"
  std::string user_info;   // "user:password", empty in every URL we accept for fetching
  std::string host;        // "example.org", "192.0.2.1", "[2001:db8::1]"
  std::uint16_t port = 0;  // the default where the text has none; 0 only where there is no default
  std::string target;      // path and query, as a request line has them: "/a/b?c=d"
  std::string fragment;    // without '#'

  // Reads what people and feeds write: white space around it, tabs and line breaks inside, spaces,
  // non-ASCII letters and backslashes are mended as browsers do.
  //
  // Errors: kInvalidArgument: relative, no host, a host or port that cannot be, other control
  // characters, longer than kBytesMax. Messages do not quote the URL.
  static Result<Url> parse(std::string_view text);

  // Reads `reference` as found in a document at this URL (RFC 3986, section 5.2). An empty
  // reference is this URL without its fragment. A scheme that has no host (mailto:) is an error.
  // Errors: as parse().
  Result<Url> resolve(std::string_view reference) const;

  std::string text() const;
  // scheme://host[:port], as a web origin and a VAPID audience have it (RFC 6454, section 6.2).
  std::string origin() const;
  bool is_http() const { return scheme == "http" || scheme == "https"; }
  bool host_is_ip_literal() const;

  bool operator==(const Url&) const = default;
};

// The text() of Url::parse(text) for most http and https URLs, found out in one look. Nothing says
// nothing.
std::optional<std::string> normal_web_link(std::string_view text);

// True for addresses that the public Internet routes: not loopback, private, link-local,
// shared (100.64/10), unspecified, multicast, reserved, documentation, nor any of these inside
// an IPv4-mapped, 6to4 or NAT64 (64:ff9b::/96) IPv6 address. `address` is 4 or 16 bytes in
// network order; any other length is not public.
bool is_public_address(std::string_view address);

}  // namespace tocsin
