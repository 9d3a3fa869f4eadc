// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>

#include "tocsin/base/clock.h"

namespace tocsin::pushservice {

// Lets so many requests a second pass, in bursts of up to a tenth of that. One thread.
class RateLimit {
 public:
  // 0: no limit.
  explicit RateLimit(std::uint64_t per_second_max);

  // True if one more request is within the limit; it is then counted.
  bool take(Time now);

 private:
  std::uint64_t per_second_max_;
  std::int64_t burst_;  // in thousandths of a request, as is what is left
  std::int64_t left_;
  Time filled_{};
};

// Sees whether senders wait as Retry-After asks. Where it stops a sender it stops it for the whole
// origin (RFC 9110, section 10.2.3 leaves that open; so do push services), except for requests that
// were under way when the answer left. One thread.
class RetryAfterWatch {
 public:
  // So long after the answer has left, requests that were under way may still arrive.
  static constexpr Millis kGrace{250};

  // An answer with Retry-After leaves at that moment.
  void announce(Time leaves, Seconds wait);
  // True if a request that arrives now should have waited.
  bool is_too_early(Time now);

 private:
  struct Wait {
    Time from;
    Time until;
  };
  std::deque<Wait> waits_;  // that are not over, oldest first; they do not overlap
};

}  // namespace tocsin::pushservice
