// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tocsin::pushservice {

// The finaliser of SplitMix64: every bit of the result depends on every bit of the input. What is
// decided by a seed and a number here is decided by this.
constexpr std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// Uniform in [0, 1).
constexpr double uniform(std::uint64_t x) {
  return static_cast<double>(mixed(x) >> 11) * 0x1.0p-53;
}

}  // namespace tocsin::pushservice
