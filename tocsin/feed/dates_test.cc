// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/dates.h"

#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "tocsin/base/random.h"

namespace tocsin::feed {
namespace {

struct DateCase {
  std::string_view text;
  std::string_view expected;  // RFC 3339; empty for nothing
};

void expect_all(std::initializer_list<DateCase> cases) {
  for (const auto& [text, expected] : cases) {
    const auto time = parse_date(text);
    EXPECT_EQ(time ? rfc3339(*time) : "", expected) << text;
  }
}

TEST(Dates, ReadsRfc822AndItsSuccessors) {
  expect_all({
      {"Mon, 23 Nov 2026 09:41:07 GMT", "2026-11-23T09:41:07Z"},
      {"Mon, 23 Nov 2026 09:41:07 +0100", "2026-11-23T08:41:07Z"},
      {"Mon, 23 Nov 2026 09:41:07 -0530", "2026-11-23T15:11:07Z"},
      {"Mon, 23 Nov 2026 09:41 GMT", "2026-11-23T09:41:00Z"},
      {"23 Nov 2026 09:41:07 GMT", "2026-11-23T09:41:07Z"},
      {"Tue, 23 Nov 2026 09:41:07 GMT", "2026-11-23T09:41:07Z"},  // it was a Monday
      {"Monday, 23 November 2026 09:41:07 UT", "2026-11-23T09:41:07Z"},
      {"Mon,23 Nov 2026 09:41:07 Z", "2026-11-23T09:41:07Z"},
      {"Mon 3 Nov 2026 9:41:07 GMT", "2026-11-03T09:41:07Z"},
      {"Mon, 23-Nov-2026 09:41:07 GMT", "2026-11-23T09:41:07Z"},
      {"Mon, 23 Nov 2026 09:41:07", "2026-11-23T09:41:07Z"},
      {"Mon, 23 Nov 2026", "2026-11-23T00:00:00Z"},
      {"mon, 23 NOV 2026 09:41:07 gmt", "2026-11-23T09:41:07Z"},
      {"  Mon,  23\n Nov 2026 09:41:07 GMT ", "2026-11-23T09:41:07Z"},
      {"Mon, 23 Sept 2026 09:41:07 GMT", "2026-09-23T09:41:07Z"},
      {"Mon, 23 Nov 2026 09:41:07 +0000 (UTC)", "2026-11-23T09:41:07Z"},
      {"Mon, 23 Nov 2026 09:41:07.5 GMT", "2026-11-23T09:41:07.500Z"},
      {"Fri, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z"},
  });
}

TEST(Dates, GivesTwoDigitYearsTheirCentury) {
  expect_all({
      {"23 Nov 26 09:41:07 GMT", "2026-11-23T09:41:07Z"},
      {"23 Nov 49 09:41:07 GMT", "2049-11-23T09:41:07Z"},
      {"23 Nov 50 09:41:07 GMT", "1950-11-23T09:41:07Z"},
      {"23 Nov 99 09:41:07 GMT", "1999-11-23T09:41:07Z"},
      {"23 Nov 103 09:41:07 GMT", "2003-11-23T09:41:07Z"},  // RFC 2822, section 4.3
  });
}

TEST(Dates, KnowsZonesInEveryShape) {
  expect_all({
      {"23 Nov 2026 12:00:00 EST", "2026-11-23T17:00:00Z"},
      {"23 Nov 2026 12:00:00 EDT", "2026-11-23T16:00:00Z"},
      {"23 Nov 2026 12:00:00 PST", "2026-11-23T20:00:00Z"},
      {"23 Nov 2026 12:00:00 CET", "2026-11-23T11:00:00Z"},
      {"23 Nov 2026 12:00:00 BST", "2026-11-23T11:00:00Z"},
      {"23 Nov 2026 12:00:00 JST", "2026-11-23T03:00:00Z"},
      {"23 Nov 2026 12:00:00 A", "2026-11-23T12:00:00Z"},    // RFC 2822, section 4.3
      {"23 Nov 2026 12:00:00 XYZ", "2026-11-23T12:00:00Z"},  // the same
      {"23 Nov 2026 12:00:00 GMT+0200", "2026-11-23T10:00:00Z"},
      {"23 Nov 2026 12:00:00 UTC-3", "2026-11-23T15:00:00Z"},
      {"23 Nov 2026 12:00:00 +02:00", "2026-11-23T10:00:00Z"},
      {"23 Nov 2026 12:00:00 +2", "2026-11-23T10:00:00Z"},
      {"23 Nov 2026 12:00:00 +0100 CET", "2026-11-23T11:00:00Z"},
      {"23 Nov 2026 12:00:00 +1400", "2026-11-22T22:00:00Z"},
      {"23 Nov 2026 12:00:00 +1401", ""},
      {"23 Nov 2026 12:00:00 -9999", ""},
      {"23 Nov 2026 12:00:00 +0060", ""},
      {"23 Nov 2026 12:00:00 +", ""},
  });
}

TEST(Dates, ReadsRfc3339AndItsUsualBreakages) {
  expect_all({
      {"2026-11-23T09:41:07Z", "2026-11-23T09:41:07Z"},
      {"2026-11-23t09:41:07z", "2026-11-23T09:41:07Z"},
      {"2026-11-23T09:41:07.123456+01:00", "2026-11-23T08:41:07.123Z"},
      {"2026-11-23T09:41:07,5Z", "2026-11-23T09:41:07.500Z"},
      {"2026-11-23T09:41:07+0100", "2026-11-23T08:41:07Z"},
      {"2026-11-23T09:41:07+01", "2026-11-23T08:41:07Z"},
      {"2026-11-23T09:41:07 +01:00", "2026-11-23T08:41:07Z"},
      {"2026-11-23 09:41:07Z", "2026-11-23T09:41:07Z"},
      {"2026-11-23 09:41:07", "2026-11-23T09:41:07Z"},
      {"2026-11-23 09:41:07 UTC", "2026-11-23T09:41:07Z"},
      {"2026-11-23 09:41:07 EST", "2026-11-23T14:41:07Z"},
      {"2026-11-23T09:41Z", "2026-11-23T09:41:00Z"},
      {"2026-11-23T09:41", "2026-11-23T09:41:00Z"},
      {"2026-11-23T24:00:00Z", "2026-11-24T00:00:00Z"},
      {"2026/11/23 09:41:07", "2026-11-23T09:41:07Z"},
      {"2026-1-3 9:41:07", "2026-01-03T09:41:07Z"},
  });
}

TEST(Dates, ReadsW3cdtfAndBasicDates) {
  expect_all({
      {"2026", "2026-01-01T00:00:00Z"},
      {"2026-11", "2026-11-01T00:00:00Z"},
      {"2026-11-23", "2026-11-23T00:00:00Z"},
      {"20261123", "2026-11-23T00:00:00Z"},
      {"20261123T094107Z", "2026-11-23T09:41:07Z"},
      {"20261123T0941", "2026-11-23T09:41:00Z"},
      {"20261123T09:41:07+01:00", "2026-11-23T08:41:07Z"},
  });
}

TEST(Dates, ReadsOtherOrders) {
  expect_all({
      {"Mon Nov 23 09:41:07 2026", "2026-11-23T09:41:07Z"},      // asctime
      {"Mon Nov 23 09:41:07 EST 2026", "2026-11-23T14:41:07Z"},  // date(1)
      {"Mon Nov  3 09:41:07 2026", "2026-11-03T09:41:07Z"},
      {"November 23, 2026", "2026-11-23T00:00:00Z"},
      {"November 23, 2026 9:41 PM", "2026-11-23T21:41:00Z"},
      {"November 23, 2026 at 9:41 am", "2026-11-23T09:41:00Z"},
      {"Nov 23, 2026 12:05 AM GMT", "2026-11-23T00:05:00Z"},
      {"23rd November 2026 09:41", "2026-11-23T09:41:00Z"},
  });
}

TEST(Dates, RefusesWhatNoCalendarHas) {
  expect_all({
      {"", ""},
      {"yesterday", ""},
      {"Mon, 31 Feb 2026 09:41:07 GMT", ""},
      {"Mon, 00 Nov 2026 09:41:07 GMT", ""},
      {"Mon, 23 Foo 2026 09:41:07 GMT", ""},
      {"Mon, 23 Nov 2026 25:41:07 GMT", ""},
      {"Mon, 23 Nov 2026 09:61:07 GMT", ""},
      {"Mon, 23 Nov 2026 09:41:61 GMT", ""},
      {"Nov 23, 2026 13:05 PM", ""},
      {"2025-02-29", ""},
      {"2026-13-01", ""},
      {"2026-11-23T24:00:01Z", ""},
      {"2026-11-23T09", ""},
      {"2026-11-23T09:41:07Zjunk+", ""},
      {"1700000000", ""},
      {"11/12/2026", ""},  // of November or of December
      {"9999-12-31T23:59:59Z", ""},
      {"0001-01-01T00:00:00Z", ""},
      {"-0001-01-01", ""},
      {"1899-12-31", ""},
      {"2101-01-01", ""},
  });
  EXPECT_FALSE(parse_date(std::string(1000, '1')));
  EXPECT_FALSE(parse_date("23 Nov 2026 12:00:00 (" + std::string(1000, 'x') + ')'));
}

TEST(Dates, KeepsOldAndFarDatesForOthersToJudge) {
  expect_all({
      {"Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z"},
      {"2099-12-31T00:00:00Z", "2099-12-31T00:00:00Z"},
      {"1900-01-01", "1900-01-01T00:00:00Z"},
  });
}

// What most feeds write takes a way of its own; a second space or none of the T takes the general
// one.
TEST(Dates, ReadTheUsualFormsAsAllOthers) {
  SeededRandom random(7);
  const auto two = [](std::uint64_t number) {
    return std::string(1, static_cast<char>('0' + number / 10)) +
           static_cast<char>('0' + number % 10);
  };
  const char* const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
                                "Aug", "Sep", "Oct", "Nov", "Dec", "Mai"};
  const char* const zones[] = {"+0000", "GMT", "-0730", "+14:00", "+0160", "Z", "+1300", "EST", ""};
  for (int i = 0; i < 20'000; ++i) {
    // Also days, hours and minutes that there are not.
    const std::string year = std::to_string(1890 + random.below(220));
    const std::string day = two(random.below(33));
    const std::string time =
        two(random.below(25)) + ':' + two(random.below(61)) + ':' + two(random.below(62));
    const std::string zone = zones[random.below(std::size(zones))];
    const std::string words =
        months[random.below(std::size(months))] + (' ' + year + ' ') + time + ' ' + zone;
    EXPECT_EQ(parse_date("Mon, " + day + ' ' + words), parse_date("Mon,  " + day + ' ' + words))
        << day << ' ' << words;
    const std::string date = year + '-' + two(random.below(14)) + '-' + day;
    const std::string clock =
        time + (random.below(2) == 0 ? "" : ".25" + std::to_string(random.below(10))) + zone;
    EXPECT_EQ(parse_date(date + 'T' + clock), parse_date(date + ' ' + clock)) << date << clock;
  }
}

}  // namespace
}  // namespace tocsin::feed
