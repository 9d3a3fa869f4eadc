// SPDX-License-Identifier: Apache-2.0
#include "tocsin/httpd/client_address.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace tocsin::httpd {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kHopsMax = 16;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<TrustedProxies::Address> TrustedProxies::parse_address(std::string_view text) {
  const std::string name(text);
  Address address{};
  if (inet_pton(AF_INET6, name.c_str(), address.data()) == 1) return address;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.begin());
  if (inet_pton(AF_INET, name.c_str(), address.data() + kMappedPrefix.size()) == 1) return address;
  return std::nullopt;
}

std::string TrustedProxies::text(const Address& address) {
  char out[INET6_ADDRSTRLEN] = {};
  if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.begin())) {
    inet_ntop(AF_INET, address.data() + kMappedPrefix.size(), out, sizeof(out));
  } else {
    inet_ntop(AF_INET6, address.data(), out, sizeof(out));
  }
  return out;
}

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& networks) {
  TrustedProxies out;
  for (const auto& entry : networks) {
    const Error bad{Errc::kInvalidArgument, "trusted proxy \"" + entry + "\": not a network"};
    const auto slash = entry.find('/');
    const auto address = parse_address(std::string_view(entry).substr(0, slash));
    if (!address) return bad;
    Network network{*address, 128};
    if (slash != std::string::npos) {
      const bool is_v4 = entry.find(':') == std::string::npos;
      const char* end = entry.data() + entry.size();
      const auto parsed = std::from_chars(entry.data() + slash + 1, end, network.prefix_bits);
      if (parsed.ec != std::errc() || parsed.ptr != end) return bad;
      if (network.prefix_bits > (is_v4 ? 32U : 128U)) return bad;
      if (is_v4) network.prefix_bits += 96;
    }
    out.networks_.push_back(network);
  }
  return out;
}

bool TrustedProxies::trusts(const Address& address) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    for (unsigned bit = 0; bit < network.prefix_bits; ++bit) {
      const auto mask = static_cast<std::uint8_t>(0x80U >> bit % 8);
      if ((address[bit / 8] ^ network.address[bit / 8]) & mask) return false;
    }
    return true;
  });
}

std::string TrustedProxies::client(std::string_view peer, std::string_view forwarded_for) const {
  auto present = parse_address(peer);
  if (!present) return std::string(peer);
  for (std::size_t hops = 0; hops < kHopsMax && trusts(*present); ++hops) {
    const auto comma = forwarded_for.rfind(',');
    const auto start = comma == std::string_view::npos ? 0 : comma + 1;
    const auto next = parse_address(trim(forwarded_for.substr(start)));
    if (!next) break;
    present = next;
    if (comma == std::string_view::npos) break;
    forwarded_for = forwarded_for.substr(0, comma);
  }
  return text(*present);
}

}  // namespace tocsin::httpd
