// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/dates.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace tocsin::http {
namespace {

using std::chrono::floor;

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Takes the text apart from its front; once something does not fit, everything fails.
struct Reader {
  std::string_view rest;
  bool failed = false;

  void literal(std::string_view expected) {
    if (rest.substr(0, expected.size()) != expected) {
      failed = true;
      return;
    }
    rest.remove_prefix(expected.size());
  }
  int number(std::size_t digits) {
    int value = 0;
    if (rest.size() < digits) failed = true;
    for (std::size_t i = 0; i < digits && !failed; ++i) {
      if (rest[i] < '0' || rest[i] > '9') failed = true;
      value = value * 10 + (rest[i] - '0');
    }
    if (!failed) rest.remove_prefix(digits);
    return value;
  }
  // asctime pads the day with a space.
  int padded_day() {
    if (!rest.starts_with(' ')) return number(2);
    rest.remove_prefix(1);
    return number(1);
  }
  // The place in `names` of the name the text starts with.
  template <std::size_t N>
  unsigned name(const std::array<std::string_view, N>& names) {
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](std::string_view each) { return rest.starts_with(each); });
    if (found == names.end()) {
      failed = true;
      return 0;
    }
    rest.remove_prefix(found->size());
    return static_cast<unsigned>(found - names.begin());
  }
};

struct Fields {
  int year = 0;
  unsigned month = 0;
  int day = 0, hour = 0, minute = 0, second = 0;

  void clock(Reader& reader) {
    hour = reader.number(2);
    reader.literal(":");
    minute = reader.number(2);
    reader.literal(":");
    second = reader.number(2);
  }
  std::optional<Time> time() const {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(static_cast<unsigned>(day))};
    // Second 60 is a leap second.
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           Seconds(second);
  }
};

std::optional<Time> finish(const Reader& reader, const Fields& fields) {
  return reader.failed || !reader.rest.empty() ? std::nullopt : fields.time();
}

std::optional<Time> parse_imf_fixdate(std::string_view text) {
  Reader reader{text};
  Fields fields;
  reader.name(kDays);
  reader.literal(", ");
  fields.day = reader.number(2);
  reader.literal(" ");
  fields.month = reader.name(kMonths) + 1;
  reader.literal(" ");
  fields.year = reader.number(4);
  reader.literal(" ");
  fields.clock(reader);
  reader.literal(" GMT");
  return finish(reader, fields);
}

std::optional<Time> parse_rfc850(std::string_view text, Time now) {
  Reader reader{text};
  Fields fields;
  reader.name(kLongDays);
  reader.literal(", ");
  fields.day = reader.number(2);
  reader.literal("-");
  fields.month = reader.name(kMonths) + 1;
  reader.literal("-");
  const int year_of_century = reader.number(2);
  reader.literal(" ");
  fields.clock(reader);
  reader.literal(" GMT");

  const std::chrono::year_month_day today(floor<std::chrono::days>(now));
  const int this_year = static_cast<int>(today.year());
  fields.year = this_year - this_year % 100 + 100 + year_of_century;
  while (fields.year > this_year + 50) fields.year -= 100;
  return finish(reader, fields);
}

std::optional<Time> parse_asctime(std::string_view text) {
  Reader reader{text};
  Fields fields;
  reader.name(kDays);
  reader.literal(" ");
  fields.month = reader.name(kMonths) + 1;
  reader.literal(" ");
  fields.day = reader.padded_day();
  reader.literal(" ");
  fields.clock(reader);
  reader.literal(" ");
  fields.year = reader.number(4);
  return finish(reader, fields);
}

}  // namespace

std::string http_date(Time time) {
  const auto days = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(floor<Seconds>(time) - days);
  char text[64];
  std::snprintf(
      text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
      kDays[std::chrono::weekday(days).c_encoding()].data(), static_cast<unsigned>(date.day()),
      kMonths[static_cast<unsigned>(date.month()) - 1].data(), static_cast<int>(date.year()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  return text;
}

std::optional<Time> parse_http_date(std::string_view text, Time now) {
  if (const auto time = parse_imf_fixdate(text)) return time;
  if (const auto time = parse_rfc850(text, now)) return time;
  return parse_asctime(text);
}

}  // namespace tocsin::http
