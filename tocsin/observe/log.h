// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace tocsin::log {

// By who must act: error: a person, at once; warn: look today; info: life-cycle; debug: developers.
enum class Level { kDebug, kInfo, kWarn, kError, kOff };

// One named value of a log line. Never a secret, a reader's data or an endpoint URL.
struct Field {
  std::string_view name;
  std::string value;

  Field(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
  Field(std::string_view field_name, const char* text) : name(field_name), value(text) {}
  Field(std::string_view field_name, const std::string& text) : name(field_name), value(text) {}
  Field(std::string_view field_name, bool flag)
      : name(field_name), value(flag ? "true" : "false") {}
  template <class Number>
  requires(std::integral<Number> || std::floating_point<Number>)
      Field(std::string_view field_name, Number number)
      : name(field_name), value(std::to_string(number)) {}
};
using Fields = std::initializer_list<Field>;

// Chooses what is written to standard error, and how: `json` is one JSON object a line, otherwise
// `key=value`. Once, before any thread starts. Until then: warnings and errors as key=value.
void configure(Level least, bool json);

// `event` is a constant name ("delivery.throttled"); what varies is in the fields. An event that
// repeats more than 20 times in 10 seconds is counted instead, and the count written with the
// next line of that event. Safe to call from any thread.
void write(Level level, std::string_view event, Fields fields);

inline void debug(std::string_view event, Fields fields = {}) {
  write(Level::kDebug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) { write(Level::kInfo, event, fields); }
inline void warn(std::string_view event, Fields fields = {}) { write(Level::kWarn, event, fields); }
inline void error(std::string_view event, Fields fields = {}) {
  write(Level::kError, event, fields);
}

}  // namespace tocsin::log
