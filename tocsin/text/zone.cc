// SPDX-License-Identifier: Apache-2.0
#include "tocsin/text/zone.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include <unicode/ucal.h>

#include "tocsin/base/check.h"

namespace tocsin::text {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr Time kFirst = sys_days{};
constexpr Time kLast = sys_days{std::chrono::year{2100} / 1 / 1};
constexpr std::size_t kNameBytesMax = 64;

struct Close {
  void operator()(UCalendar* calendar) const { ucal_close(calendar); }
};
using Calendar = std::unique_ptr<UCalendar, Close>;

double to_icu(Time at) { return static_cast<double>(at.time_since_epoch().count()); }
Time from_icu(double at) { return Time{Millis{static_cast<std::int64_t>(at)}}; }

Seconds offset_of(const Calendar& calendar, Time at) {
  UErrorCode status = U_ZERO_ERROR;
  ucal_setMillis(calendar.get(), to_icu(at), &status);
  const auto millis = Millis{ucal_get(calendar.get(), UCAL_ZONE_OFFSET, &status) +
                             ucal_get(calendar.get(), UCAL_DST_OFFSET, &status)};
  TOCSIN_CHECK(U_SUCCESS(status));
  return std::chrono::floor<Seconds>(millis);
}

// The calendar of a zone that the database has; null for any other.
Calendar open(std::string_view name) {
  const bool has_form = name == "UTC" || name.find('/') != std::string_view::npos;
  if (!has_form || name.size() > kNameBytesMax || name == "Etc/Unknown") return nullptr;
  std::u16string id;
  for (const char c : name) {
    if (c <= ' ' || c > '~') return nullptr;
    id += static_cast<char16_t>(c);
  }
  const auto size = static_cast<std::int32_t>(id.size());
  UErrorCode status = U_ZERO_ERROR;
  UBool is_known = 0;
  std::array<char16_t, kNameBytesMax * 2> canonical{};
  ucal_getCanonicalTimeZoneID(id.data(), size, canonical.data(),
                              static_cast<std::int32_t>(canonical.size()), &is_known, &status);
  if (U_FAILURE(status) || is_known == 0) return nullptr;
  Calendar out(ucal_open(id.data(), size, "", UCAL_GREGORIAN, &status));
  return U_FAILURE(status) ? nullptr : std::move(out);
}

}  // namespace

Result<Zone> Zone::find(std::string_view name) {
  const Calendar calendar = open(name);
  if (calendar == nullptr) {
    return Error{Errc::kNotFound,
                 "no time zone \"" + std::string(name.substr(0, kNameBytesMax)) + "\""};
  }
  Zone out;
  out.name_ = name;
  out.periods_.push_back({kFirst, offset_of(calendar, kFirst)});
  for (Time at = kFirst; at < kLast;) {
    UErrorCode status = U_ZERO_ERROR;
    UDate next = 0;
    ucal_setMillis(calendar.get(), to_icu(at), &status);
    const UBool found =
        ucal_getTimeZoneTransitionDate(calendar.get(), UCAL_TZ_TRANSITION_NEXT, &next, &status);
    TOCSIN_CHECK(U_SUCCESS(status));
    if (found == 0 || from_icu(next) <= at) break;
    at = from_icu(next);
    const Seconds offset = offset_of(calendar, at);
    if (offset != out.periods_.back().offset) out.periods_.push_back({at, offset});
  }
  return out;
}

std::size_t Zone::period_at(Time at) const {
  const auto after = std::upper_bound(periods_.begin(), periods_.end(), at,
                                      [](Time t, const Period& p) { return t < p.start; });
  const auto count = static_cast<std::size_t>(after - periods_.begin());
  return count == 0 ? 0 : count - 1;
}

Seconds Zone::offset(Time at) const { return periods_[period_at(at)].offset; }

Minutes Zone::minute_of_day(Time at) const {
  const Time local = at + offset(at);
  return std::chrono::floor<Minutes>(local - std::chrono::floor<days>(local));
}

Time Zone::moment_of(Time local) const {
  // No clock is further from UTC than 26 hours, the change at a date line included.
  constexpr auto kFarthest = std::chrono::hours{26};
  for (std::size_t i = period_at(local - kFarthest); i < periods_.size(); ++i) {
    const Time moment = local - periods_[i].offset;
    const bool is_before_end = i + 1 == periods_.size() || moment < periods_[i + 1].start;
    // Too early for this period and too late for the one before: the clock skipped it.
    if (is_before_end) return i == 0 ? moment : std::max(moment, periods_[i].start);
  }
  return local - periods_.back().offset;
}

Time Zone::next_local(Time after, Minutes minute_of_day) const {
  TOCSIN_CHECK(minute_of_day >= Minutes{0} && minute_of_day < days{1});
  Time day = std::chrono::floor<days>(after + offset(after)) - days{1};
  while (true) {
    const Time moment = moment_of(day + minute_of_day);
    if (moment > after) return moment;
    day += days{1};
  }
}

}  // namespace tocsin::text
