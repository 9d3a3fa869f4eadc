// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/core/push_service.h"
#include "tocsin/http/exchange.h"

namespace tocsin::deliver {

// What an answer means for the message and for its push service.
enum class Verdict {
  kAccepted,
  kGone,
  kRejected,     // this message will not be taken; others may
  kRefused,      // neither will others if this goes on: our key or request is not accepted
  kThrottled,    // the whole push service pauses; the message is sent again
  kUnprocessed,  // the message is sent again at once, with fewer at a time
  kBroken,       // the message is sent again later
  kForbidden,    // the address must not be sent to: given up
};

struct Judgement {
  Verdict verdict;
  Millis pause{0};  // kThrottled: how long
};

// Judges one answer of `service`. Retry-After (seconds or a date, counted from `now`) is obeyed up
// to `pause_max`; where it is missing, what the service is known to mean. 503 without Retry-After
// is a broken server, not a busy service.
Judgement judge(const http::Answer& answer, core::PushService service, Time now, Millis pause_max);

// How long to wait before attempt `attempts` + 1 (attempts >= 1): uniform up to a bound that
// doubles from 1 s to 5 min, so that those who failed together do not come back together.
Millis backoff(unsigned attempts, Random& random);

// Opens after some failures in a row and lets one probe through after a pause, which doubles as
// long as probes fail. Pure; one thread.
class Breaker {
 public:
  struct Limits {
    unsigned failures_max = 10;  // in a row
    Millis pause_least{5'000};
    Millis pause_most{300'000};
  };

  explicit Breaker(const Limits& limits) : limits_(limits), pause_(limits.pause_least) {}

  // How many messages may be on their way at `now`.
  std::size_t in_flight_max(Instant now) const;
  // When in_flight_max() is not zero.
  Instant opens_again() const { return open_until_; }
  bool is_tripped() const { return tripped_; }

  void on_success();
  // True if this failure tripped it, or was the probe's.
  bool on_failure(Instant now);

 private:
  Limits limits_;
  unsigned failures_ = 0;
  bool tripped_ = false;
  Instant open_until_{};
  Millis pause_;
};

}  // namespace tocsin::deliver
