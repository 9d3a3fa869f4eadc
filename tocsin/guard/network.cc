// SPDX-License-Identifier: Apache-2.0
#include "tocsin/guard/network.h"

#include <algorithm>

#include <arpa/inet.h>

namespace tocsin::guard {

std::string network_of(std::string_view address) {
  // The zone of a link-local address ("fe80::1%eth0") is no part of it.
  const std::string name(address.substr(0, address.find('%')));
  std::array<char, 16> bytes{};
  // The first byte tells the kinds apart.
  if (inet_pton(AF_INET, name.c_str(), bytes.data()) == 1) return "4" + std::string(&bytes[0], 3);
  if (inet_pton(AF_INET6, name.c_str(), bytes.data()) != 1) return "?" + std::string(address);
  constexpr std::array<char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\xff', '\xff'};
  if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
    return "4" + std::string(&bytes[12], 3);
  }
  return "6" + std::string(&bytes[0], 8);
}

NetworkHash::Value NetworkHash::of(std::string_view address) const {
  const crypto::Digest code = key_.mac(as_bytes(network_of(address)));
  Value out{};
  std::copy_n(code.begin(), out.size(), out.begin());
  return out;
}

}  // namespace tocsin::guard
