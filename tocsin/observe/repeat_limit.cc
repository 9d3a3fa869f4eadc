// SPDX-License-Identifier: Apache-2.0
#include "tocsin/observe/repeat_limit.h"

#include <utility>

namespace tocsin::log {

std::optional<std::uint64_t> RepeatLimit::admit(std::string_view event, Instant now) {
  auto found = windows_.find(event);
  if (found == windows_.end()) {
    if (windows_.size() == kEventsMax) windows_.clear();
    found = windows_.emplace(event, Window{now}).first;
  }
  Window& window = found->second;
  if (now - window.start >= kWindow) {
    window.start = now;
    window.written = 0;
  }
  if (window.written == kLinesMax) {
    ++window.left_out;
    return std::nullopt;
  }
  ++window.written;
  return std::exchange(window.left_out, 0);
}

}  // namespace tocsin::log
