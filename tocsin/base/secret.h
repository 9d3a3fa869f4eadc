// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tocsin/base/bytes.h"

namespace tocsin {

// Overwrites bytes that held a secret. volatile: the compiler may not drop writes to memory that is
// about to go.
inline void wipe(std::span<std::uint8_t> bytes) {
  volatile std::uint8_t* at = bytes.data();
  for (std::size_t i = 0; i < bytes.size(); ++i) at[i] = 0;
}

// Key bytes that are wiped when they go and that nothing prints: reveal() is the only way out, so
// that a reviewer can search for it. Octets<Kind, N> inside.
template <class Value>
class Secret {
 public:
  Secret() = default;
  explicit Secret(const Value& value) : value_(value) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { wipe(value_); }

  const Value& reveal() const { return value_; }

 private:
  Value value_{};
};

}  // namespace tocsin
