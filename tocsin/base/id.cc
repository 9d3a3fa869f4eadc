// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/id.h"

#include <algorithm>

namespace tocsin {
namespace {

using namespace std::literals;

constexpr auto kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"sv;
constexpr std::size_t kLength = 13;
constexpr unsigned kRandomBits = 22;
constexpr Time kEpoch = std::chrono::sys_days(std::chrono::year(2020) / 1 / 1);

}  // namespace

std::string base32(std::uint64_t number) {
  std::string out(kLength, '0');
  for (std::size_t i = kLength; i-- > 0; number >>= 5) out[i] = kAlphabet[number & 31];
  return out;
}

std::optional<std::uint64_t> unbase32(std::string_view text) {
  if (text.size() != kLength || text.front() > 'f') return std::nullopt;  // 65 bits or more
  std::uint64_t number = 0;
  for (const char c : text) {
    const auto digit = kAlphabet.find(c);
    if (digit == kAlphabet.npos) return std::nullopt;
    number = number << 5 | digit;
  }
  return number;
}

std::uint64_t IdSource::next_value() {
  const auto age = std::max(clock_.now() - kEpoch, Millis(1));
  const std::uint64_t fresh = static_cast<std::uint64_t>(age.count()) << kRandomBits |
                              (random_.number() & ((1U << kRandomBits) - 1));
  last_ = std::max(fresh, last_ + 1);
  return last_;
}

}  // namespace tocsin
