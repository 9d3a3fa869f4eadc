// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tocsin/base/clock.h"
#include "tocsin/core/push_service.h"

namespace tocsin::deliver {

// How fast one push service is sent to: messages a second.
struct Pace {
  double start = 0;
  double growth = 0;  // more each second that asked for more and was not throttled
  double least = 0;   // where halving ends
  double most = 0;
};

// What is known to be bearable, times `share`: the part of the installation's traffic that this
// sender carries, from 0 to 1.
Pace pace_of(core::PushService service, double share);

// A token bucket whose rate grows by addition while the push service bears it; when it does not,
// half of what was sent is the rate. Pure; one thread.
class Pacer {
 public:
  Pacer(const Pace& pace, Instant now);

  // Takes the right to send one message, if there is one at `now`.
  bool take(Instant now);
  // When take() will give one, if nobody else takes it.
  Instant next(Instant now) const;
  // The push service asked to slow down.
  void on_throttled();
  double rate() const { return rate_; }

 private:
  void refill(Instant now);
  double burst() const;

  Pace pace_;
  double rate_;
  double tokens_;
  Instant filled_at_;
  Instant grow_at_;
  bool asked_for_more_ = false;
  double taken_ = 0;         // in this second
  double taken_before_ = 0;  // in the one before
};

}  // namespace tocsin::deliver
