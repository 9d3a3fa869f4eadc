// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tocsin/base/clock.h"

namespace tocsin::api {

struct RateLimitConfig {
  std::uint32_t per_minute = 120;     // at once too, after a quiet minute
  std::size_t networks_max = 10'000;  // remembered; the one quiet for longest is forgotten first
};

// A token bucket for each network: the /24 of an IPv4 address, the /64 of an IPv6 address, since
// that is what one household or attacker has.
class RateLimit {
 public:
  explicit RateLimit(const RateLimitConfig& config) : config_(config) {}

  // Nothing if a request from `address` may be served; otherwise how long to wait.
  std::optional<Seconds> refuse(std::string_view address, Instant now);

  std::size_t networks() const { return buckets_.size(); }

 private:
  struct Bucket {
    std::string network;
    double tokens = 0;
    Instant filled{};
  };

  RateLimitConfig config_;
  std::list<Bucket> order_;  // last used first
  std::unordered_map<std::string, std::list<Bucket>::iterator> buckets_;
};

// The network of an address, as bytes; the text itself where it is no address.
std::string network_of(std::string_view address);

}  // namespace tocsin::api
