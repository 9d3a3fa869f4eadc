// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/text.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace tocsin::pages {
namespace {

constexpr std::array<const char*, 12> kMonths = {"January",   "February", "March",    "April",
                                                 "May",       "June",     "July",     "August",
                                                 "September", "October",  "November", "December"};

}  // namespace

std::string utc_text(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::minutes>(time - day));
  std::array<char, 64> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%u %s %d, %02d:%02d UTC", static_cast<unsigned>(date.day()),
      kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

const char* direction(std::string_view language) {
  for (const std::string_view rtl : {"ar", "arc", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}) {
    if (language == rtl || (language.starts_with(rtl) && language[rtl.size()] == '-')) return "rtl";
  }
  return "ltr";
}

}  // namespace tocsin::pages
