// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/throttling.h"

#include <algorithm>

namespace tocsin::pushservice {
namespace {

constexpr std::int64_t kRequest = 1000;  // one, in thousandths

}  // namespace

RateLimit::RateLimit(std::uint64_t per_second_max)
    : per_second_max_(per_second_max),
      burst_(std::max(kRequest, static_cast<std::int64_t>(per_second_max) * kRequest / 10)),
      left_(burst_) {}

bool RateLimit::take(Time now) {
  if (per_second_max_ == 0) return true;
  // A request a second is a thousandth of a request a millisecond.
  const std::int64_t ms = std::clamp<std::int64_t>((now - filled_).count(), 0, 60'000);
  left_ = std::min(burst_, left_ + ms * static_cast<std::int64_t>(per_second_max_));
  filled_ = now;
  if (left_ < kRequest) return false;
  left_ -= kRequest;
  return true;
}

void RetryAfterWatch::announce(Time leaves, Seconds wait) {
  const Wait fresh{leaves + kGrace, leaves + wait};
  if (fresh.until <= fresh.from) return;
  if (!waits_.empty() && fresh.from <= waits_.back().until) {
    waits_.back().until = std::max(waits_.back().until, fresh.until);
    waits_.back().from = std::min(waits_.back().from, fresh.from);
  } else {
    waits_.push_back(fresh);
  }
}

bool RetryAfterWatch::is_too_early(Time now) {
  while (!waits_.empty() && waits_.front().until <= now) waits_.pop_front();
  return !waits_.empty() && waits_.front().from < now;
}

}  // namespace tocsin::pushservice
