// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::guard {

// How long the network of a comment's writer is kept, as a hash.
inline constexpr Seconds kNetworksKept{30 * 86'400};

// The network of an address, which is what one household or attacker has: the /24 of an IPv4
// address (written as IPv4-mapped IPv6 too), the /64 of an IPv6 address. Some bytes that are equal
// for one network only; they are no text. What is no address is a network of its own.
std::string network_of(std::string_view address);

// Names networks without telling them: HMAC-SHA-256 under a key of the installation, of which the
// first 8 bytes stay. For storing; who has the key can try all networks. Safe to call from any
// thread.
class NetworkHash {
 public:
  using Value = std::array<std::uint8_t, 8>;

  explicit NetworkHash(ByteView key) : key_(key) {}
  Value of(std::string_view address) const;

 private:
  crypto::HmacKey key_;
};

}  // namespace tocsin::guard
