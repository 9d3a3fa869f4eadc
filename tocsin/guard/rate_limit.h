// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tocsin/base/clock.h"
#include "tocsin/guard/recent.h"

namespace tocsin::guard {

struct RateLimitConfig {
  std::uint32_t per_minute = 120;  // not zero
  std::uint32_t burst = 0;         // at once, after a quiet time; 0: as many as a minute has
  std::size_t keys_max = 100'000;  // remembered; the one quiet for longest is forgotten first
};

// A token bucket for each key: a network (network_of()), an account, whatever asks. One thread.
class RateLimit {
 public:
  explicit RateLimit(const RateLimitConfig& config);

  // Nothing if `key` may go on, which takes a token; otherwise how long until there is one, whole
  // seconds and never zero: what Retry-After says (RFC 9110, section 10.2.3).
  std::optional<Seconds> refuse(std::string_view key, Instant now);

  std::size_t keys() const { return buckets_.size(); }

 private:
  struct Bucket {
    std::optional<double> tokens;  // nothing: not used before, so full
    Instant filled{};
  };

  double per_second_;
  double burst_;
  Recent<Bucket> buckets_;
};

}  // namespace tocsin::guard
