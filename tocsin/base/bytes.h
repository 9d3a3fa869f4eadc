// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// N bytes that mean one thing. Two kinds of the same length do not convert to each other.
template <class Kind, std::size_t N>
struct Octets : std::array<std::uint8_t, N> {
  // Copies `bytes`; nothing unless there are exactly N of them.
  static std::optional<Octets> from(ByteView bytes) {
    if (bytes.size() != N) return std::nullopt;
    Octets out{};
    for (std::size_t i = 0; i < N; ++i) out[i] = bytes[i];
    return out;
  }
  auto operator<=>(const Octets&) const = default;  // NOLINT(modernize-use-nullptr): false
};

// Hash for bytes that are already uniformly distributed (digests, random ids), N >= 8.
struct OctetsHash {
  template <class Kind, std::size_t N>
  std::size_t operator()(const Octets<Kind, N>& octets) const {
    static_assert(N >= sizeof(std::size_t));
    std::size_t hash = 0;
    for (std::size_t i = 0; i < sizeof(hash); ++i) hash = hash << 8 | octets[i];
    return hash;
  }
};

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Most significant byte first, as the protocols of the Internet have it.
template <std::unsigned_integral Number>
std::array<std::uint8_t, sizeof(Number)> big_endian(Number number) {
  std::array<std::uint8_t, sizeof(Number)> out{};
#pragma GCC unroll 8  // makes one byte-swapping store of it
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    out[i] = static_cast<std::uint8_t>(number >> 8 * (sizeof(Number) - 1 - i));
  }
  return out;
}

// The parts one after another.
template <class... Parts>
Bytes concat(const Parts&... parts) {
  Bytes out;
  out.reserve((std::size(parts) + ... + 0));
  (out.insert(out.end(), std::begin(parts), std::end(parts)), ...);
  return out;
}

// Lower-case hexadecimal.
std::string hex(ByteView bytes);

// Nothing unless `text` is an even number of hexadecimal digits.
std::optional<Bytes> unhex(std::string_view text);

// True if both are equal; takes the same time wherever they differ. Lengths are not secret.
bool equal_in_constant_time(ByteView a, ByteView b);

}  // namespace tocsin
