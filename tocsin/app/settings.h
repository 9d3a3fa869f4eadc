// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/result.h"

namespace tocsin::app {

// One thing an operator can set, declared once in the table of settings.cc: the file's key, the
// environment's TOCSIN_<NAME>, the flag --<name>, `tocsin check`, `tocsin config print` and
// docs/config.md all come from there.
struct Setting {
  enum class Kind { kText, kSecret, kNumber, kFlag, kList };

  std::string_view name;  // snake_case
  Kind kind;
  std::string_view preset;  // the default, as it would be written in the environment
  std::int64_t min = 0;     // numbers only
  std::int64_t max = 0;
  std::string_view unit;  // "seconds"; "" where there is none
  std::string_view sentence;
};

std::span<const Setting> settings_table();

// Values given from outside, by setting name; lists joined with commas, flags "true" or "false".
using GivenSettings = std::map<std::string, std::string, std::less<>>;

// Reads a TOML file of top-level keys.
//
// Errors: kNotFound: no such file. kInvalidArgument: not TOML (with the line), or a value of a
// kind that no setting has.
Result<GivenSettings> read_settings_file(const std::string& path);
// The TOCSIN_* variables of the process.
GivenSettings read_settings_environment();

// The checked values: default < file < environment < flag.
class Settings {
 public:
  // Errors: kInvalidArgument: an unknown name (with the nearest known one), a value of the wrong
  // kind or out of range; the message names the setting and where it was given.
  static Result<Settings> load(const GivenSettings& file, const GivenSettings& environment,
                               const GivenSettings& flags);

  // Each ends the process for a name that is not in the table or is of another kind.
  const std::string& text(std::string_view name) const;
  const std::string& secret(std::string_view name) const;
  std::int64_t number(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::vector<std::string> list(std::string_view name) const;

  // True if something else than the default was given.
  bool is_given(std::string_view name) const;

  // A TOML file that says the same, each value with where it came from. A secret that was given is
  // a comment that says so.
  std::string print() const;

 private:
  struct Value {
    std::string text;
    std::string_view from;
  };
  const Value& value(std::string_view name, Setting::Kind kind) const;

  std::map<std::string, Value, std::less<>> values_;
};

// docs/config.md.
std::string settings_markdown();

}  // namespace tocsin::app
