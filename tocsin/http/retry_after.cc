// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/retry_after.h"

#include <algorithm>
#include <cstdint>

#include "tocsin/http/dates.h"

namespace tocsin::http {

std::optional<Seconds> parse_delta_seconds(std::string_view value) {
  constexpr std::int64_t kMost = std::int64_t{1} << 31;
  if (value.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return std::nullopt;
    seconds = std::min(kMost, seconds * 10 + (c - '0'));
  }
  return Seconds(seconds);
}

std::optional<Seconds> parse_retry_after(std::string_view value, Time now) {
  if (const auto seconds = parse_delta_seconds(value)) return seconds;
  const auto date = parse_http_date(value, now);
  if (!date) return std::nullopt;
  return std::max(Seconds(0), std::chrono::ceil<Seconds>(*date - now));
}

}  // namespace tocsin::http
