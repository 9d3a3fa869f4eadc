// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/dates.h"

#include <string>

#include "tocsin/feed/months.h"
#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

using std::chrono::minutes;

constexpr std::size_t kDateBytesMax = 100;
constexpr int kYearMin = 1900;
constexpr int kYearMax = 2100;
constexpr int kOffsetHoursMax = 14;

struct Zone {
  std::string_view name;
  int offset_minutes;
};
constexpr Zone kZones[] = {
    {"est", -300}, {"edt", -240}, {"cst", -360},  {"cdt", -300},  {"mst", -420}, {"mdt", -360},
    {"pst", -480}, {"pdt", -420}, {"akst", -540}, {"akdt", -480}, {"hst", -600}, {"ast", -240},
    {"adt", -180}, {"nst", -210}, {"ndt", -150},  {"brt", -180},  {"art", -180}, {"bst", 60},
    {"west", 60},  {"cet", 60},   {"mez", 60},    {"met", 60},    {"cest", 120}, {"mest", 120},
    {"mesz", 120}, {"eet", 120},  {"sast", 120},  {"eest", 180},  {"msk", 180},  {"ist", 330},
    {"hkt", 480},  {"sgt", 480},  {"awst", 480},  {"jst", 540},   {"kst", 540},  {"acst", 570},
    {"aest", 600}, {"acdt", 630}, {"aedt", 660},  {"nzst", 720},  {"nzdt", 780}};

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

bool is_word_next(std::string_view text) {
  return !text.empty() &&
         (markup::is_letter(text.front()) || static_cast<signed char>(text.front()) < 0);
}

// In lower case, as far as it is ASCII.
std::string take_word(std::string_view& text) {
  std::string word;
  while (is_word_next(text)) {
    word += markup::lower(text.front());
    text.remove_prefix(1);
  }
  return word;
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

// "am", "p.m." and the like after a time of the twelve-hour clock.
bool apply_half_day(std::string_view& text, int& hours) {
  std::string_view rest = text;
  skip(rest, " ");
  const bool is_pm = rest.starts_with('p') || rest.starts_with('P');
  if (!take(rest, "aApP")) return true;
  take(rest, ".");
  if (!take(rest, "mM") || is_word_next(rest)) return true;
  take(rest, ".");
  text = rest;
  if (hours < 1 || hours > 12) return false;
  hours = hours % 12 + (is_pm ? 12 : 0);
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
    if (take(text, ".,")) millis = take_fraction(text);
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
  if (text.starts_with('[') && text.ends_with(']')) return offset;  // of RFC 9557
  while (is_word_next(text) || text.starts_with('/') || text.starts_with('_')) {
    text.remove_prefix(1);  // "+0100 CET", "+0100 Europe/Berlin"
  }
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

// What follows a date: a time, unless there is one, and a zone.
std::optional<Time> finish(std::string_view text, Parts parts, bool has_time) {
  skip(text, " ,.");
  // "at", "um", "à", and the T of ISO 8601.
  std::string_view after = text;
  take_word(after);
  skip(after, " .");
  if (!has_time && is_time_next(after)) {
    const auto time = take_time(after);
    if (!time) return std::nullopt;
    parts.time_of_day = *time;
    text = after;
  }
  const auto offset = take_zone(text);
  if (!offset) return std::nullopt;
  if (!text.empty()) parts.offset = *offset;
  return time_of(parts);
}

// Day, month and year as numbers. With slashes or hyphens, half of the world means the month by the
// first number: then only dates are read that make sense in one order alone.
std::optional<Time> parse_numbers(std::string_view text) {
  Parts parts;
  const auto first = take_number(text, 2);
  const char sign = text.empty() ? '\0' : text.front();
  if (!first || !take(text, "./-")) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || !take(text, std::string_view(&sign, 1))) return std::nullopt;
  const auto year = take_number(text, 4);
  if (!year || year->digits % 2 != 0) return std::nullopt;
  const bool is_day_first = sign == '.' || first->value > 12;
  if (!is_day_first && second->value <= 12 && first->value != second->value) return std::nullopt;
  parts.year = full_year(*year);
  parts.month = is_day_first ? second->value : first->value;
  parts.day = is_day_first ? first->value : second->value;
  return finish(text, parts, false);
}

// Words and numbers in the order in which people put them: weekday, day, month, year, time, zone,
// with the month before the day (American), the year first (Hungarian) or after the time (asctime).
class WordsParser {
 public:
  explicit WordsParser(std::string_view text) : text_(text) {
    parts_.day = 0;
    parts_.month = 0;
  }

  std::optional<Time> run() {
    for (;;) {
      skip(text_, " ,./");
      if (is_complete()) return finish(text_, parts_, has_time_);
      if (text_.empty() || !take_part()) return std::nullopt;
    }
  }

 private:
  bool is_complete() const { return parts_.year != 0 && parts_.month != 0 && parts_.day != 0; }

  bool take_part() {
    const bool is_sign = text_.front() == '+' || text_.front() == '-';
    if (is_sign && has_time_) return take_early_offset();
    if (text_.front() == '-') {
      text_.remove_prefix(1);
      return true;
    }
    if (is_word_next(text_)) return take_name();
    if (!markup::is_digit(text_.front())) return false;
    return is_time_next(text_) ? take_early_time() : take_date_number();
  }

  bool take_early_time() {
    const auto time = take_time(text_);
    if (!time || has_time_) return false;
    parts_.time_of_day = *time;
    has_time_ = true;
    return true;
  }

  bool take_early_offset() {
    const int sign = text_.front() == '-' ? -1 : 1;
    text_.remove_prefix(1);
    const auto offset = take_offset(text_, sign);
    if (offset) parts_.offset = *offset;
    return offset.has_value();
  }

  bool take_date_number() {
    const auto number = take_number(text_, 4);
    if (parts_.day == 0 && number->digits <= 2) {
      parts_.day = number->value;
      if (is_word_next(text_)) take_word(text_);  // "1st"
      return parts_.day != 0;
    }
    if (parts_.year != 0) return false;
    parts_.year = full_year(*number);
    return parts_.year != 0;
  }

  // A month, a weekday, a zone or a word of no weight. Weekdays may look like months ("mar" is
  // Tuesday in French) and come before them.
  bool take_name() {
    const std::string word = take_word(text_);
    const bool is_zone = has_time_ && parts_.month != 0;
    if (is_zone) {
      parts_.offset = minutes(zone_offset(word));  // date(1): "15:04:05 MST 2006"
    } else if (const auto month = month_of(word)) {
      parts_.month = *month;
    }
    return true;
  }

  std::string_view text_;
  Parts parts_;
  bool has_time_ = false;
};

// Two digits at `at`; -1 if they are none.
int two_digits(std::string_view text, std::size_t at) {
  if (!markup::is_digit(text[at]) || !markup::is_digit(text[at + 1])) return -1;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

// HH:MM:SS at `at`.
std::optional<Millis> usual_time(std::string_view text, std::size_t at) {
  const int hours = two_digits(text, at);
  const int minute = two_digits(text, at + 3);
  const int second = two_digits(text, at + 6);
  const bool is_time = text[at + 2] == ':' && text[at + 5] == ':' && hours >= 0 && hours < 24 &&
                       minute >= 0 && minute < 60 && second >= 0 && second < 60;
  if (!is_time) return std::nullopt;
  return Millis(((hours * 60LL + minute) * 60 + second) * 1000);
}

// "Z", "GMT", "+0100" or "+01:00".
std::optional<minutes> usual_zone(std::string_view text) {
  if (text == "Z" || text == "GMT") return minutes(0);
  const bool has_colon = text.size() == 6 && text[3] == ':';
  if (!has_colon && text.size() != 5) return std::nullopt;
  const int hours = two_digits(text, 1);
  const int rest = two_digits(text, has_colon ? 4 : 3);
  const bool is_sign = text[0] == '+' || text[0] == '-';
  if (!is_sign || hours < 0 || hours >= kOffsetHoursMax || rest < 0 || rest > 59) {
    return std::nullopt;
  }
  return minutes((text[0] == '-' ? -1 : 1) * (hours * 60 + rest));
}

// "Mon, 23 Nov 2026 09:00:00 +0100".
std::optional<Time> parse_usual_rfc822(std::string_view text) {
  constexpr std::size_t kZoneAt = 26;
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() <= kZoneAt || text[3] != ',') return std::nullopt;
  for (const std::size_t at : {4U, 7U, 11U, 16U, 25U}) {
    if (text[at] != ' ') return std::nullopt;
  }
  const int day = two_digits(text, 5);
  const auto month = kMonths.find(text.substr(8, 3));
  const int century = two_digits(text, 12);
  const int year = two_digits(text, 14);
  const auto time = usual_time(text, 17);
  const auto zone = usual_zone(text.substr(kZoneAt));
  if (month == kMonths.npos || month % 3 != 0 || day < 0 || century < 0 || year < 0 || !time ||
      !zone)
    return std::nullopt;
  return time_of({century * 100 + year, static_cast<int>(month / 3) + 1, day, *time, *zone});
}

// "2026-11-23T09:00:00+01:00", also with three digits of a fraction.
std::optional<Time> parse_usual_iso(std::string_view text) {
  constexpr std::size_t kFractionAt = 19;
  const bool is_shaped =
      text.size() > kFractionAt && text[4] == '-' && text[7] == '-' && text[10] == 'T';
  if (!is_shaped) return std::nullopt;
  const int century = two_digits(text, 0);
  const int year = two_digits(text, 2);
  const int month = two_digits(text, 5);
  const int day = two_digits(text, 8);
  const auto time = usual_time(text, 11);
  auto rest = text.substr(kFractionAt);
  int millis = 0;
  if (rest.size() > 4 && rest[0] == '.') {
    const int tens = two_digits(rest, 1);
    if (tens < 0 || !markup::is_digit(rest[3])) return std::nullopt;
    millis = tens * 10 + (rest[3] - '0');
    rest.remove_prefix(4);
  }
  const auto zone = usual_zone(rest);
  if (century < 0 || year < 0 || month < 0 || day < 0 || !time || !zone) return std::nullopt;
  return time_of({century * 100 + year, month, day, *time + Millis(millis), *zone});
}

}  // namespace

std::optional<Time> parse_date(std::string_view text) {
  text = markup::trim(text);
  // What most feeds write is read at once.
  if (const auto usual = parse_usual_rfc822(text)) return usual;
  if (const auto usual = parse_usual_iso(text)) return usual;
  if (text.size() > kDateBytesMax) return std::nullopt;
  const std::string folded = with_iso_signs(markup::fold_space(text));
  const bool is_year_first = folded.find_first_not_of("0123456789") >= 4 && !folded.empty();
  auto time = is_year_first ? parse_iso(folded) : parse_numbers(folded);
  if (!time) time = WordsParser(folded).run();
  return time;
}

}  // namespace tocsin::feed
