// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/sse.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace tocsin::http {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool ends_a_line(char c) { return c == '\r' || c == '\n'; }

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  std::copy_if(value.begin(), value.end(), std::back_inserter(out),
               [](char c) { return c != '\0' && !ends_a_line(c); });
  out += '\n';
}

// Adds `start` and one line of the text, for each line.
void append_lines(std::string& out, std::string_view start, std::string_view text) {
  while (true) {
    const auto end = std::min(text.find_first_of("\r\n"), text.size());
    out += start;
    out += text.substr(0, end);
    out += '\n';
    if (end == text.size()) return;
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
}

}  // namespace

void append_sse_event(std::string& out, const SseEvent& event) {
  if (!event.id.empty()) append_field(out, "id", event.id);
  if (!event.event.empty()) append_field(out, "event", event.event);
  append_lines(out, "data: ", event.data);
  out += '\n';
}

void append_sse_retry(std::string& out, Millis delay) {
  append_field(out, "retry", std::to_string(std::max<Millis::rep>(delay.count(), 0)));
}

void append_sse_comment(std::string& out, std::string_view text) { append_lines(out, ": ", text); }

SseReader::SseReader(std::size_t event_bytes_max) : event_bytes_max_(event_bytes_max) {}

bool SseReader::feed(std::string_view bytes) {
  while (!bytes.empty() && !has_failed_) {
    if (std::exchange(was_cr_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const auto end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    line_ += bytes.substr(0, end);
    has_failed_ = line_.size() + data_.size() > event_bytes_max_;
    if (end == bytes.size()) break;
    was_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (!has_failed_) end_line();
  }
  return !has_failed_;
}

std::optional<SseEvent> SseReader::next() {
  if (ready_.empty()) return std::nullopt;
  auto event = std::move(ready_.front());
  ready_.pop_front();
  return event;
}

void SseReader::end_line() {
  std::string_view line = line_;
  if (std::exchange(is_first_line_, false) && line.starts_with(kByteOrderMark)) {
    line.remove_prefix(kByteOrderMark.size());
  }
  if (line.empty()) {
    dispatch();
  } else if (line.front() == ':') {
    ++comments_;
  } else {
    const auto colon = std::min(line.find(':'), line.size());
    auto value = line.substr(std::min(colon + 1, line.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    take_field(line.substr(0, colon), value);
  }
  line_.clear();
}

void SseReader::take_field(std::string_view name, std::string_view value) {
  if (name == "event") {
    event_ = value;
  } else if (name == "data") {
    data_ += value;
    data_ += '\n';
  } else if (name == "id") {
    if (value.find('\0') == value.npos) id_ = value;
  } else if (name == "retry") {
    Millis::rep count = 0;
    const auto* end = value.data() + value.size();
    const bool is_number =
        std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    const auto read = std::from_chars(value.data(), end, count);
    if (is_number && read.ec == std::errc{}) retry_ = Millis(count);
  }
}

void SseReader::dispatch() {
  last_event_id_ = id_;
  auto event = std::exchange(event_, {});
  auto data = std::exchange(data_, {});
  if (data.empty()) return;
  data.pop_back();
  ready_.push_back({last_event_id_, event.empty() ? "message" : std::move(event), std::move(data)});
}

}  // namespace tocsin::http
