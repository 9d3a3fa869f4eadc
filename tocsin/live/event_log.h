// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/live/event.h"

namespace tocsin::live {

// The longest data an event may have, in bytes. A longer one becomes a `resync`.
inline constexpr std::size_t kDataBytesMax = 32 << 10;
inline constexpr std::string_view kResync = "resync";

// An event as it goes over the wire; all streams share its bytes.
struct FramedEvent {
  std::uint64_t sequence = 0;
  std::vector<Channel> channels;  // sorted, each once
  std::shared_ptr<const std::string> frame;

  bool is_for(std::span<const Channel> listened) const;
};

FramedEvent frame_event(const Event& event);
// Tells a page to load its content again, and that it then stands at `sequence`.
std::string resync_frame(std::uint64_t sequence);

// The last events, bounded in number and in bytes: those with sequences above floor().
class EventLog {
 public:
  // `floor`: the sequence of the last event before the first that is appended.
  EventLog(std::size_t events_max, std::size_t bytes_max, std::uint64_t floor);

  // The sequence must be above newest().
  void append(const Event& event);

  std::uint64_t floor() const { return floor_; }
  std::uint64_t newest() const { return newest_; }
  // The place of the first event above `after`, or size().
  std::size_t find_after(std::uint64_t after) const;
  std::size_t size() const { return events_.size(); }
  const FramedEvent& at(std::size_t place) const { return events_[place]; }

 private:
  std::size_t events_max_;
  std::size_t bytes_max_;
  std::uint64_t floor_;
  std::uint64_t newest_;
  std::size_t bytes_ = 0;
  std::deque<FramedEvent> events_;
};

}  // namespace tocsin::live
