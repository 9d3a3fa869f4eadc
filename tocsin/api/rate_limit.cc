// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/rate_limit.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <arpa/inet.h>

namespace tocsin::api {

std::string network_of(std::string_view address) {
  std::string name(address);
  std::array<char, 16> bytes{};
  if (inet_pton(AF_INET, name.c_str(), bytes.data()) == 1) return {bytes.data(), 3};
  if (inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1) return {bytes.data(), 8};
  return name;
}

std::optional<Seconds> RateLimit::refuse(std::string_view address, Instant now) {
  const double burst = config_.per_minute;
  const double per_second = burst / 60;
  const std::string network = network_of(address);
  const auto known = buckets_.find(network);
  if (known == buckets_.end()) {
    if (buckets_.size() >= config_.networks_max) {
      buckets_.erase(order_.back().network);
      order_.pop_back();
    }
    order_.push_front({network, burst, now});
    buckets_[network] = order_.begin();
  } else {
    order_.splice(order_.begin(), order_, known->second);
  }
  Bucket& bucket = order_.front();
  const std::chrono::duration<double> passed = now - bucket.filled;
  bucket.tokens = std::min(burst, bucket.tokens + passed.count() * per_second);
  bucket.filled = now;
  if (bucket.tokens < 1) {
    return Seconds(static_cast<long>(std::ceil((1 - bucket.tokens) / per_second)));
  }
  bucket.tokens -= 1;
  return std::nullopt;
}

}  // namespace tocsin::api
