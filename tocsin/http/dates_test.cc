// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/dates.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

const Time kNow = *parse_rfc3339("2026-11-23T09:41:00Z");

TEST(HttpDate, ReadsTheThreeFormsOfRfc9110) {  // section 5.6.7 has these examples
  const Time expected = *parse_rfc3339("1994-11-06T08:49:37Z");
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kNow), expected);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow), expected);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", kNow), expected);
}

TEST(HttpDate, NeverPutsATwoDigitYearMoreThanFiftyYearsAhead) {
  EXPECT_EQ(parse_http_date("Monday, 23-Nov-76 09:41:00 GMT", kNow),
            parse_rfc3339("2076-11-23T09:41:00Z"));
  EXPECT_EQ(parse_http_date("Monday, 23-Nov-77 09:41:00 GMT", kNow),
            parse_rfc3339("1977-11-23T09:41:00Z"));
  EXPECT_EQ(parse_http_date("Monday, 23-Nov-26 09:41:00 GMT", kNow), kNow);
}

TEST(HttpDate, AcceptsALeapSecond) {
  EXPECT_EQ(parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT", kNow),
            parse_rfc3339("2017-01-01T00:00:00Z"));
}

TEST(HttpDate, RefusesWhatNoCalendarHas) {
  for (const auto* text :
       {"", "0", "-1", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 6 Nov 1994",
        "sun, 06 nov 1994 08:49:37 gmt", "Sun, 06 Nov 0x94 08:49:37 GMT", "Sun Nov 06"}) {
    EXPECT_EQ(parse_http_date(text, kNow), std::nullopt) << text;
  }
}

TEST(HttpDate, WritesImfFixdate) {
  EXPECT_EQ(http_date(*parse_rfc3339("1994-11-06T08:49:37.9Z")), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parse_http_date(http_date(kNow), kNow), kNow);
}

}  // namespace
}  // namespace tocsin::http
