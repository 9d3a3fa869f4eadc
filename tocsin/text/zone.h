// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"

namespace tocsin::text {

using Minutes = std::chrono::minutes;

// A time zone of IANA's database, as ICU has it, from 1970 to 2100: outside of that the offset of
// the nearest moment inside. A value that holds its changes; finding one takes a millisecond or
// so, asking it is a binary search. Safe to read from any thread.
class Zone {
 public:
  // By its name, such as "Europe/Berlin" or "UTC"; names without '/' but "UTC" are refused, since
  // ICU reads abbreviations in its own way. Errors: kNotFound.
  static Result<Zone> find(std::string_view name);

  const std::string& name() const { return name_; }

  // What to add to UTC to get the local clock at `at`.
  Seconds offset(Time at) const;

  // What the local clock reads: minutes since midnight, 0 to 1439.
  Minutes minute_of_day(Time at) const;

  // The first moment strictly after `after` at which the local clock comes to `minute_of_day` (0
  // to 1439) of a local day. A minute that the clock skips that day counts as the moment after
  // the gap; one that comes twice counts once, the first. Midnight is next_local(after, {}).
  Time next_local(Time after, Minutes minute_of_day) const;

 private:
  // From `start` on the local clock is `offset` ahead of UTC.
  struct Period {
    Time start{};
    Seconds offset{};
  };

  std::size_t period_at(Time at) const;
  // The first moment at which the local clock reads `local` or more, in the sense of next_local().
  Time moment_of(Time local) const;

  std::string name_;
  std::vector<Period> periods_;  // at least one; in order
};

}  // namespace tocsin::text
