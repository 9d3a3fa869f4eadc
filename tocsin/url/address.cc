// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>

#include "tocsin/url/url.h"

namespace tocsin {
namespace {

// The first `bits` of an address. IPv4 sits in the first four bytes.
struct Prefix {
  std::array<std::uint8_t, 6> bytes;
  int bits;
};

// IANA's special-purpose registries (RFC 6890) where "globally reachable" is not true.
constexpr Prefix kSpecialIpv4[] = {
    {{0}, 8},             // this network
    {{10}, 8},            // private, RFC 1918
    {{100, 64}, 10},      // shared by carriers, RFC 6598
    {{127}, 8},           // loopback
    {{169, 254}, 16},     // link-local, cloud metadata
    {{172, 16}, 12},      // private
    {{192, 0, 0}, 24},    // protocol assignments
    {{192, 0, 2}, 24},    // documentation
    {{192, 88, 99}, 24},  // 6to4 relays, RFC 7526
    {{192, 168}, 16},     // private
    {{198, 18}, 15},      // benchmarks
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},
    {{224}, 4},  // multicast
    {{240}, 4},  // reserved and broadcast
};
constexpr Prefix kSpecialIpv6[] = {
    {{0x20, 0x01, 0x00}, 23},        // protocol assignments, Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff, 0x00}, 20},        // documentation, RFC 9637
};
constexpr Prefix kGlobalUnicast{{0x20}, 3};
constexpr Prefix k6to4{{0x20, 0x02}, 16};

bool has_prefix(std::string_view address, const Prefix& prefix) {
  for (std::size_t i = 0; static_cast<int>(i * 8) < prefix.bits; ++i) {
    const int bits = std::min(8, prefix.bits - static_cast<int>(i * 8));
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - bits));
    if ((static_cast<std::uint8_t>(address[i]) & mask) != prefix.bytes[i]) return false;
  }
  return true;
}

template <std::size_t N>
bool has_any_prefix(std::string_view address, const Prefix (&prefixes)[N]) {
  return std::any_of(std::begin(prefixes), std::end(prefixes),
                     [&](const Prefix& prefix) { return has_prefix(address, prefix); });
}

}  // namespace

bool is_public_address(std::string_view address) {
  using namespace std::string_view_literals;
  if (address.size() == 4) return !has_any_prefix(address, kSpecialIpv4);
  if (address.size() != 16) return false;

  constexpr auto kMapped = "\0\0\0\0\0\0\0\0\0\0\xff\xff"sv;
  constexpr auto kNat64 = "\0\x64\xff\x9b\0\0\0\0\0\0\0\0"sv;
  if (address.starts_with(kMapped) || address.starts_with(kNat64)) {
    return is_public_address(address.substr(12));
  }
  if (has_prefix(address, k6to4)) return is_public_address(address.substr(2, 4));
  return has_prefix(address, kGlobalUnicast) && !has_any_prefix(address, kSpecialIpv6);
}

}  // namespace tocsin
