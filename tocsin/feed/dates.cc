// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/dates.h"

#include <array>
#include <string>

#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

using std::chrono::minutes;

constexpr std::size_t kDateBytesMax = 100;
constexpr int kYearMin = 1900;
constexpr int kYearMax = 2100;
constexpr int kOffsetHoursMax = 14;

constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};

struct Zone {
  std::string_view name;
  int offset_minutes;
};
constexpr Zone kZones[] = {
    {"est", -300}, {"edt", -240}, {"cst", -360},  {"cdt", -300},  {"mst", -420}, {"mdt", -360},
    {"pst", -480}, {"pdt", -420}, {"akst", -540}, {"akdt", -480}, {"hst", -600}, {"ast", -240},
    {"adt", -180}, {"nst", -210}, {"ndt", -150},  {"brt", -180},  {"art", -180}, {"bst", 60},
    {"west", 60},  {"cet", 60},   {"met", 60},    {"cest", 120},  {"mest", 120}, {"eet", 120},
    {"sast", 120}, {"eest", 180}, {"msk", 180},   {"ist", 330},   {"hkt", 480},  {"sgt", 480},
    {"awst", 480}, {"jst", 540},  {"kst", 540},   {"acst", 570},  {"aest", 600}, {"acdt", 630},
    {"aedt", 660}, {"nzst", 720}, {"nzdt", 780}};

struct Parts {
  int year = 0;
  int month = 1;
  int day = 1;
  Millis time_of_day{0};
  minutes offset{0};
};

std::optional<Time> time_of(const Parts& parts) {
  if (parts.year < kYearMin || parts.year > kYearMax) return std::nullopt;
  if (parts.month < 1 || parts.day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(parts.year),
                                         std::chrono::month(static_cast<unsigned>(parts.month)),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  if (!date.ok()) return std::nullopt;
  return Time(std::chrono::sys_days(date)) + parts.time_of_day - parts.offset;
}

void skip(std::string_view& text, std::string_view characters) {
  while (!text.empty() && characters.find(text.front()) != text.npos) text.remove_prefix(1);
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == any_of.npos) return false;
  text.remove_prefix(1);
  return true;
}

struct Number {
  int value = 0;
  std::size_t digits = 0;
};

// Takes as many digits as there are, at most `digits_max`; nothing if there is none.
std::optional<Number> take_number(std::string_view& text, std::size_t digits_max) {
  Number number;
  while (number.digits < digits_max && !text.empty() && markup::is_digit(text.front())) {
    number.value = number.value * 10 + (text.front() - '0');
    ++number.digits;
    text.remove_prefix(1);
  }
  if (number.digits == 0) return std::nullopt;
  return number;
}

std::string take_word(std::string_view& text) {
  std::string word;
  while (!text.empty() &&
         (markup::is_letter(text.front()) || static_cast<signed char>(text.front()) < 0)) {
    word += markup::lower(text.front());
    text.remove_prefix(1);
  }
  return word;
}

std::optional<int> month_of(std::string_view word) {
  if (word.size() < 3) return std::nullopt;
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i].starts_with(word)) return static_cast<int>(i) + 1;
  }
  return word == "sept" ? std::optional(9) : std::nullopt;
}

// The digits after a decimal sign, as milliseconds.
int take_fraction(std::string_view& text) {
  int millis = 0;
  int scale = 100;
  while (const auto digit = take_number(text, 1)) {
    millis += digit->value * scale;
    scale /= 10;
  }
  return millis;
}

// "am" or "pm" after a time of the twelve-hour clock.
bool apply_half_day(std::string_view& text, int& hours) {
  std::string_view rest = text;
  skip(rest, " ");
  const std::string word = take_word(rest);
  if (word != "am" && word != "pm") return true;
  text = rest;
  if (hours < 1 || hours > 12) return false;
  hours = hours % 12 + (word == "pm" ? 12 : 0);
  return true;
}

// HH:MM[:SS[.fraction]] [am|pm], also without colons where `is_basic`.
std::optional<Millis> take_time(std::string_view& text, bool is_basic = false) {
  const std::string_view separators = is_basic ? "" : ":";
  auto hours = take_number(text, 2);
  if (!hours || (!is_basic && !take(text, separators))) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || minute->value > 59) return std::nullopt;
  Number seconds;
  int millis = 0;
  if (is_basic ? (!text.empty() && markup::is_digit(text.front())) : take(text, separators)) {
    const auto taken = take_number(text, 2);
    if (!taken || taken->value > 60) return std::nullopt;  // 60 is a leap second
    seconds = *taken;
    if (text.size() > 1 && markup::is_digit(text[1]) && take(text, ".,"))
      millis = take_fraction(text);
  }
  if (!apply_half_day(text, hours->value)) return std::nullopt;
  const bool is_midnight = hours->value == 24 && minute->value == 0 && seconds.value == 0;
  if (hours->value > 23 && !is_midnight) return std::nullopt;
  return Millis(((hours->value * 60LL + minute->value) * 60 + seconds.value) * 1000 + millis);
}

// +HH:MM, +HHMM, +HH, +H, after its sign.
std::optional<minutes> take_offset(std::string_view& text, int sign) {
  const auto first = take_number(text, 4);
  if (!first) return std::nullopt;
  int hours = first->value;
  int rest = 0;
  if (first->digits > 2) {
    hours = first->value / 100;
    rest = first->value % 100;
  } else if (take(text, ":")) {
    const auto second = take_number(text, 2);
    if (!second) return std::nullopt;
    rest = second->value;
  }
  if (rest > 59 || hours * 60 + rest > kOffsetHoursMax * 60) return std::nullopt;
  return minutes(sign * (hours * 60 + rest));
}

int zone_offset(std::string_view name) {
  for (const auto& zone : kZones) {
    if (zone.name == name) return zone.offset_minutes;
  }
  return 0;
}

// A zone in any shape, or none, then the end: "Z", "+0100", "EST", "GMT+1", "+0000 (UTC)".
std::optional<minutes> take_zone(std::string_view text) {
  skip(text, " ");
  const std::string name = take_word(text);
  minutes offset(zone_offset(name));
  skip(text, " ");
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    const auto taken = take_offset(text, sign);
    if (!taken) return std::nullopt;
    offset = *taken;
  }
  skip(text, " ");
  if (text.starts_with('(') && text.ends_with(')')) return offset;  // a comment of RFC 822
  take_word(text);                                                  // "+0100 CET"
  if (!text.empty()) return std::nullopt;
  return offset;
}

// RFC 3339 and its relatives: year first.
std::optional<Time> parse_iso(std::string_view text) {
  Parts parts;
  const auto year = take_number(text, 4);
  if (!year || year->digits != 4) return std::nullopt;
  parts.year = year->value;
  const bool is_basic = !text.empty() && markup::is_digit(text.front());
  for (int* const part : {&parts.month, &parts.day}) {
    if (!is_basic && !take(text, "-/")) break;
    const auto number = take_number(text, 2);
    if (!number) return std::nullopt;
    *part = number->value;
  }
  std::string_view rest = text;
  skip(rest, " Tt");
  if (!rest.empty() && markup::is_digit(rest.front())) {
    if (rest.size() == text.size()) return std::nullopt;
    const bool has_colons = rest.substr(0, 3).find(':') != rest.npos;
    const auto time = take_time(rest, is_basic && !has_colons);
    if (!time) return std::nullopt;
    parts.time_of_day = *time;
    text = rest;
  }
  const auto offset = take_zone(text);
  if (!offset) return std::nullopt;
  parts.offset = *offset;
  return time_of(parts);
}

// RFC 2822, section 4.3.
int full_year(const Number& year) {
  if (year.digits == 2) return year.value + (year.value < 50 ? 2000 : 1900);
  return year.digits == 3 ? year.value + 1900 : year.value;
}

bool is_time_next(std::string_view text) {
  while (!text.empty() && markup::is_digit(text.front())) text.remove_prefix(1);
  return text.starts_with(':');
}

// Words and numbers in the order in which people put them: weekday, day, month, year, time, zone,
// with the month before the day (American) or the year after the time (asctime).
std::optional<Time> parse_words(std::string_view text) {
  constexpr std::string_view kSeparators = " ,.-/";
  Parts parts;
  parts.day = 0;
  parts.month = 0;
  bool has_time = false;
  for (skip(text, kSeparators); !text.empty() && parts.year == 0; skip(text, kSeparators)) {
    if (markup::is_digit(text.front()) && is_time_next(text)) {
      const auto time = take_time(text);
      if (!time || has_time) return std::nullopt;
      parts.time_of_day = *time;
      has_time = true;
    } else if (const auto number = take_number(text, 4)) {
      if (parts.day == 0 && number->digits <= 2) {
        parts.day = number->value;
        if (!text.empty() && markup::is_letter(text.front())) take_word(text);  // "1st"
      } else {
        parts.year = full_year(*number);
      }
    } else {
      const std::string word = take_word(text);
      if (word.empty()) return std::nullopt;
      if (parts.month == 0) parts.month = month_of(word).value_or(0);
      if (has_time) parts.offset = minutes(zone_offset(word));  // date(1): "15:04:05 MST 2006"
    }
  }
  if (parts.year == 0 || parts.month == 0 || parts.day == 0) return std::nullopt;
  skip(text, " ,.");
  if (!has_time && !text.empty() &&
      (markup::is_digit(text.front()) || markup::lower(text.front()) == 't' ||
       text.starts_with("at "))) {
    const auto digit = text.find_first_of("0123456789");
    text.remove_prefix(digit == text.npos ? 0 : digit);
    const auto time = take_time(text);
    if (!time) return std::nullopt;
    parts.time_of_day = *time;
  }
  if (!text.empty()) {
    const auto offset = take_zone(text);
    if (!offset) return std::nullopt;
    parts.offset = *offset;
  }
  return time_of(parts);
}

}  // namespace

std::optional<Time> parse_date(std::string_view text) {
  text = markup::trim(text);
  if (text.size() > kDateBytesMax) return std::nullopt;
  const std::string folded = markup::fold_space(text);
  const bool is_year_first = folded.find_first_not_of("0123456789") >= 4 && !folded.empty();
  return is_year_first ? parse_iso(folded) : parse_words(folded);
}

}  // namespace tocsin::feed
