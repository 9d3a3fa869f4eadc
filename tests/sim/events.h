// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <utility>

#include "tocsin/base/clock.h"

namespace tocsin::sim {

// All that will happen, in the order of time; of one moment, in the order it was planned.
class Events {
 public:
  explicit Events(Time start) : clock_(start) {}

  const Clock& clock() const { return clock_; }
  Instant now() const { return clock_.instant(); }

  void at(Instant when, std::function<void()> what) {
    planned_.emplace(std::max(when, now()), std::move(what));
  }
  void after(Millis delay, std::function<void()> what) { at(now() + delay, std::move(what)); }

  // Lets the next one happen; false if there is none.
  bool step() {
    if (planned_.empty()) return false;
    auto next = planned_.extract(planned_.begin());
    if (next.key() > now()) clock_.advance(std::chrono::ceil<Millis>(next.key() - now()));
    next.mapped()();
    return true;
  }

 private:
  FakeClock clock_;
  std::multimap<Instant, std::function<void()>> planned_;
};

}  // namespace tocsin::sim
