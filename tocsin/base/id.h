// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"

namespace tocsin {

// The 13 characters of Crockford's base32, lower-case, that stand for 64 bits in URLs and JSON.
// Their order as text is the order as numbers.
std::string base32(std::uint64_t number);

// Nothing unless `text` is what base32() writes.
std::optional<std::uint64_t> unbase32(std::string_view text);

// Names one thing of one kind. Ids of two kinds do not compare. Zero means "none".
template <class Kind>
struct Id {
  std::uint64_t value = 0;

  static std::optional<Id> parse(std::string_view text) {
    const auto number = unbase32(text);
    if (!number || *number == 0) return std::nullopt;
    return Id{*number};
  }
  std::string text() const { return base32(value); }
  explicit operator bool() const { return value != 0; }
  auto operator<=>(const Id&) const = default;  // NOLINT(modernize-use-nullptr): false
};

// Makes ids that grow: 41 bits of milliseconds since 2020, then 22 random bits, and one more than
// the last where that would not grow. Unique within one installation, sortable by age, and they
// fit SQLite's signed 64 bits until 2089. One thread.
class IdSource {
 public:
  IdSource(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  template <class Kind>
  Id<Kind> next() {
    return Id<Kind>{next_value()};
  }

 private:
  std::uint64_t next_value();

  const Clock& clock_;
  Random& random_;
  std::uint64_t last_ = 0;
};

}  // namespace tocsin

template <class Kind>
struct std::hash<tocsin::Id<Kind>> {
  std::size_t operator()(tocsin::Id<Kind> id) const noexcept {
    return static_cast<std::size_t>(id.value * 0x9e3779b97f4a7c15ULL);
  }
};
