// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin {

using Millis = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

// A moment of civil time, UTC, in milliseconds since 1970. It may jump: never a deadline.
using Time = std::chrono::sys_time<Millis>;

// A moment that only moves forward. For deadlines, pacing and measuring; means nothing outside
// the process.
using Instant = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

// Where time comes from. Layers that decide take the time as an argument; who asks for it holds
// a Clock, so that a simulation can run years in seconds. Safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  virtual Instant instant() const = 0;
};

// The machine's clocks.
const Clock& system_clock();

// A clock that moves when told.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Time start) : now_(start) {}
  Time now() const override { return now_; }
  Instant instant() const override { return instant_; }
  void advance(Millis by) {
    now_ += by;
    instant_ += by;
  }

 private:
  Time now_;
  Instant instant_{};
};

// "2026-11-23T09:41:00Z", with ".123" only where milliseconds are not zero (RFC 3339).
std::string rfc3339(Time time);

// Reads what rfc3339() writes, any zone offset, and any number of second decimals; nothing for
// anything else, or for a date that no calendar has.
std::optional<Time> parse_rfc3339(std::string_view text);

}  // namespace tocsin
