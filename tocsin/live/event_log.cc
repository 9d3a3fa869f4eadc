// SPDX-License-Identifier: Apache-2.0
#include "tocsin/live/event_log.h"

#include <algorithm>

#include "tocsin/base/check.h"
#include "tocsin/http/sse.h"

namespace tocsin::live {

std::uint64_t channel_id(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

bool FramedEvent::is_for(std::span<const Channel> listened) const {
  return std::any_of(listened.begin(), listened.end(), [&](const Channel& one) {
    return std::find(channels.begin(), channels.end(), one) != channels.end();
  });
}

std::string resync_frame(std::uint64_t sequence) {
  std::string frame;
  http::append_sse_event(frame, {std::to_string(sequence), std::string(kResync), "{}"});
  return frame;
}

FramedEvent frame_event(const Event& event) {
  FramedEvent framed{event.sequence, event.channels, nullptr};
  std::sort(framed.channels.begin(), framed.channels.end());
  framed.channels.erase(std::unique(framed.channels.begin(), framed.channels.end()),
                        framed.channels.end());
  std::string frame;
  if (event.data.size() > kDataBytesMax) {
    frame = resync_frame(event.sequence);
  } else {
    http::append_sse_event(frame, {std::to_string(event.sequence), event.kind, event.data});
  }
  framed.frame = std::make_shared<const std::string>(std::move(frame));
  return framed;
}

EventLog::EventLog(std::size_t events_max, std::size_t bytes_max, std::uint64_t floor)
    : events_max_(events_max), bytes_max_(bytes_max), floor_(floor), newest_(floor) {}

void EventLog::append(const Event& event) {
  TOCSIN_CHECK(event.sequence > newest_);
  newest_ = event.sequence;
  events_.push_back(frame_event(event));
  bytes_ += events_.back().frame->size();
  while (events_.size() > events_max_ || bytes_ > bytes_max_) {
    floor_ = events_.front().sequence;
    bytes_ -= events_.front().frame->size();
    events_.pop_front();
  }
}

std::size_t EventLog::find_after(std::uint64_t after) const {
  const auto found = std::upper_bound(
      events_.begin(), events_.end(), after,
      [](std::uint64_t sequence, const FramedEvent& event) { return sequence < event.sequence; });
  return static_cast<std::size_t>(found - events_.begin());
}

}  // namespace tocsin::live
