// SPDX-License-Identifier: Apache-2.0
#include "tocsin/guard/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace tocsin::guard {

RateLimit::RateLimit(const RateLimitConfig& config)
    : per_second_(config.per_minute / 60.0),
      burst_(config.burst > 0 ? config.burst : config.per_minute),
      buckets_(config.keys_max) {
  TOCSIN_CHECK(config.per_minute > 0);
}

std::optional<Seconds> RateLimit::refuse(std::string_view key, Instant now) {
  Bucket& bucket = buckets_.use(key);
  const std::chrono::duration<double> passed = now - bucket.filled;
  double tokens =
      std::min(burst_, bucket.tokens ? *bucket.tokens + passed.count() * per_second_ : burst_);
  bucket.filled = now;
  const bool is_allowed = tokens >= 1;
  if (is_allowed) tokens -= 1;
  bucket.tokens = tokens;
  if (is_allowed) return std::nullopt;
  return Seconds(static_cast<long>(std::ceil((1 - tokens) / per_second_)));
}

}  // namespace tocsin::guard
