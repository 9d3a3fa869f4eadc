// SPDX-License-Identifier: Apache-2.0
#include "tocsin/observe/log.h"

#include <algorithm>
#include <memory>
#include <mutex>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "tocsin/base/clock.h"
#include "tocsin/observe/repeat_limit.h"

namespace tocsin::log {
namespace {

constexpr const char* kTextPattern = "time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v";
constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

// The one logger of the process.
struct Logger {
  Logger() : output("", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    output.set_level(spdlog::level::warn);
    set_pattern(kTextPattern);
  }
  void set_pattern(const char* pattern) {
    output.set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
  }

  spdlog::logger output;
  bool json = false;
  std::mutex mutex;  // guards `repeats`
  RepeatLimit repeats;
};

Logger& logger() {
  static Logger the_logger;
  return the_logger;
}

spdlog::level::level_enum level_of(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
    case Level::kOff:
      break;
  }
  return spdlog::level::off;
}

// The bytes of the UTF-8 sequence that starts at `text`'s front; 0 where none does. Overlong forms
// and surrogates pass: a log reader shows them as it likes, and they break no line.
std::size_t sequence_bytes(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
  if (text.size() < length) return 0;
  const bool is_whole =
      std::all_of(text.begin() + 1, text.begin() + std::max<long>(1, static_cast<long>(length)),
                  [](char c) { return (c & 0xc0) == 0x80; });
  return is_whole ? length : 0;
}

// A JSON string. Control characters are escaped, so that no value can start a line of its own.
void append_quoted(std::string_view text, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t length = sequence_bytes(text);
    if (length == 0) {
      out += "\xef\xbf\xbd";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += "\\u00";
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[c & 15];
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  out += '"';
}

bool may_stand_bare(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
  });
}

void append_text_field(std::string_view name, std::string_view value, std::string& out) {
  if (!out.empty()) out += ' ';
  out += name;
  out += '=';
  if (may_stand_bare(value)) {
    out += value;
  } else {
    append_quoted(value, out);
  }
}

void append_json_field(std::string_view name, std::string_view value, std::string& out) {
  if (!out.empty()) out += ',';
  append_quoted(name, out);
  out += ':';
  append_quoted(value, out);
}

}  // namespace

void configure(Level least, bool json) {
  Logger& self = logger();
  self.output.set_level(level_of(least));
  self.json = json;
  self.set_pattern(json ? kJsonPattern : kTextPattern);
}

void write(Level level, std::string_view event, Fields fields) {
  Logger& self = logger();
  if (level == Level::kOff || !self.output.should_log(level_of(level))) return;
  std::optional<std::uint64_t> left_out;
  {
    const std::lock_guard lock(self.mutex);
    left_out = self.repeats.admit(event, system_clock().instant());
  }
  if (!left_out) return;

  const auto append = self.json ? append_json_field : append_text_field;
  std::string line;
  append("event", event, line);
  for (const Field& field : fields) append(field.name, field.value, line);
  if (*left_out > 0) append("left_out", std::to_string(*left_out), line);
  self.output.log(level_of(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace tocsin::log
