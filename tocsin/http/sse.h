// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/base/clock.h"

namespace tocsin::http {

// Server-Sent Events (WHATWG HTML, section 9.2): the frames of a text/event-stream.

// One event as the page sees it. Empty `id` and `event` are left out of the frame: the page then
// keeps the last id, and the event's name is "message".
struct SseEvent {
  std::string id;
  std::string event;
  std::string data;  // its line ends (CRLF, CR, LF) all arrive as LF
};

// Adds the frame of one event, to its empty line. NUL, CR and LF, which no id and no name can
// have, are left out of those.
void append_sse_event(std::string& out, const SseEvent& event);
// Adds how long the page waits before it connects again after the stream has ended.
void append_sse_retry(std::string& out, Millis delay);
// Adds text that no page sees, line by line.
void append_sse_comment(std::string& out, std::string_view text);

// Cuts one stream's bytes into events: bytes in, events out, wherever the network cuts the bytes.
// For tests and benchmarks; in a page the browser does it.
class SseReader {
 public:
  // What stands between two ends of events may have `event_bytes_max` bytes.
  explicit SseReader(std::size_t event_bytes_max = 1 << 20);

  // False: an event was longer than allowed. Nothing more is read.
  bool feed(std::string_view bytes);
  // The next complete event; `id` is the last that the stream has said.
  std::optional<SseEvent> next();

  // The last values that the stream has said, as of all that was fed.
  const std::string& last_event_id() const { return last_event_id_; }
  std::optional<Millis> retry() const { return retry_; }
  // Comment lines so far.
  std::uint64_t comments() const { return comments_; }

 private:
  void end_line();
  void take_field(std::string_view name, std::string_view value);
  void dispatch();

  std::size_t event_bytes_max_;
  std::string line_;
  std::string data_;
  std::string event_;
  std::string id_;  // becomes the last id when the event ends
  std::string last_event_id_;
  std::optional<Millis> retry_;
  std::uint64_t comments_ = 0;
  bool is_first_line_ = true;
  bool has_failed_ = false;
  bool was_cr_ = false;
  std::deque<SseEvent> ready_;
};

}  // namespace tocsin::http
