// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/result.h"

namespace tocsin::httpd {

// The proxies whose word about the client's address is taken.
class TrustedProxies {
 public:
  // Each is an address or a network: "10.0.0.7", "10.0.0.0/8", "2001:db8::/32".
  //
  // Errors: kInvalidArgument, naming the entry.
  static Result<TrustedProxies> parse(const std::vector<std::string>& networks);

  // The client behind `peer`: X-Forwarded-For (`forwarded_for`: the values of all such fields,
  // joined by commas) is read from the right, as far as each hop is trusted. What a stranger
  // wrote is never believed.
  std::string client(std::string_view peer, std::string_view forwarded_for) const;

 private:
  using Address = std::array<std::uint8_t, 16>;  // IPv4 as ::ffff:a.b.c.d
  struct Network {
    Address address{};
    unsigned prefix_bits = 128;
  };

  static std::optional<Address> parse_address(std::string_view text);
  static std::string text(const Address& address);
  bool trusts(const Address& address) const;

  std::vector<Network> networks_;
};

}  // namespace tocsin::httpd
