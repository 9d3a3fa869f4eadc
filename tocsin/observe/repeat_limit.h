// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/base/clock.h"

namespace tocsin::log {

// Decides which of an event's repeats are written. One thread at a time.
class RepeatLimit {
 public:
  static constexpr std::uint64_t kLinesMax = 20;  // a window
  static constexpr Seconds kWindow{10};
  static constexpr std::size_t kEventsMax = 1024;  // remembered; beyond, all counts start again

  // How many lines of `event` were left out since the last written one, if this one is to be
  // written; nothing if it is to be left out.
  std::optional<std::uint64_t> admit(std::string_view event, Instant now);

 private:
  struct Window {
    Instant start;
    std::uint64_t written = 0;
    std::uint64_t left_out = 0;
  };
  std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace tocsin::log
