// SPDX-License-Identifier: Apache-2.0
#include "tocsin/text/zone.h"

#include <gtest/gtest.h>

namespace tocsin::text {
namespace {

using std::chrono::hours;

Time utc(std::string_view text) {
  const auto time = parse_rfc3339(text);
  EXPECT_TRUE(time) << text;
  return time.value_or(Time{});
}

Zone zone(std::string_view name) {
  auto found = Zone::find(name);
  EXPECT_TRUE(found) << name;
  return *std::move(found);
}

// The next `count` times the clock reads hour:minute.
std::string next(const Zone& zone, std::string_view after, int hour, int minute, int count = 1) {
  std::string out;
  Time at = utc(after);
  for (int i = 0; i < count; ++i) {
    at = zone.next_local(at, hours{hour} + Minutes{minute});
    out += (i > 0 ? " " : "") + rfc3339(at);
  }
  return out;
}

TEST(Zone, IsFoundByItsNameInTheDatabase) {
  EXPECT_EQ(zone("Europe/Berlin").name(), "Europe/Berlin");
  EXPECT_EQ(zone("UTC").offset(utc("2026-07-01T00:00:00Z")), Seconds{0});
  for (const char* name : {"", "Europe/Atlantis", "GMT+3", "PST", "Etc/Unknown", "europe\n/berlin",
                           "Europe/Berlin\xff", "../etc/passwd"}) {
    const auto found = Zone::find(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().code, Errc::kNotFound);
  }
}

TEST(Zone, KnowsItsOffset) {
  EXPECT_EQ(zone("Asia/Kolkata").offset(utc("2026-01-01T00:00:00Z")), hours{5} + Minutes{30});
  EXPECT_EQ(zone("Europe/Berlin").offset(utc("2026-03-29T00:59:59Z")), hours{1});
  EXPECT_EQ(zone("Europe/Berlin").offset(utc("2026-03-29T01:00:00Z")), hours{2});
  EXPECT_EQ(zone("America/New_York").offset(utc("2026-11-01T05:59:59Z")), hours{-4});
  EXPECT_EQ(zone("America/New_York").offset(utc("2026-11-01T06:00:00Z")), hours{-5});
  EXPECT_EQ(zone("Australia/Lord_Howe").offset(utc("2026-04-04T14:59:59Z")), hours{11});
  EXPECT_EQ(zone("Australia/Lord_Howe").offset(utc("2026-04-04T15:00:00Z")),
            hours{10} + Minutes{30});
}

TEST(Zone, ReadsTheClock) {
  EXPECT_EQ(zone("Asia/Kolkata").minute_of_day(utc("2026-01-01T18:30:59Z")), Minutes{0});
  EXPECT_EQ(zone("America/New_York").minute_of_day(utc("2026-01-01T04:59:00Z")), Minutes{1439});
}

TEST(Zone, ComesToAMinuteOnceADay) {
  EXPECT_EQ(next(zone("Asia/Kolkata"), "2026-01-01T18:29:00Z", 0, 0, 2),
            "2026-01-01T18:30:00Z 2026-01-02T18:30:00Z");
  EXPECT_EQ(next(zone("Europe/Berlin"), "2026-07-01T06:00:00Z", 8, 0), "2026-07-02T06:00:00Z");
  EXPECT_EQ(next(zone("Europe/Berlin"), "2026-07-01T05:59:59.999Z", 8, 0), "2026-07-01T06:00:00Z");
}

TEST(Zone, TakesTheEndOfTheGapForAMinuteThatIsSkipped) {
  EXPECT_EQ(next(zone("Europe/Berlin"), "2026-03-28T12:00:00Z", 2, 30, 2),
            "2026-03-29T01:00:00Z 2026-03-30T00:30:00Z");
  EXPECT_EQ(next(zone("America/New_York"), "2026-03-08T00:00:00-05:00", 2, 0, 2),
            "2026-03-08T07:00:00Z 2026-03-09T06:00:00Z");
  EXPECT_EQ(next(zone("America/New_York"), "2026-03-08T00:00:00-05:00", 3, 0),
            "2026-03-08T07:00:00Z");
  // Half an hour is skipped here.
  EXPECT_EQ(next(zone("Australia/Lord_Howe"), "2026-10-03T00:00:00Z", 2, 15, 2),
            "2026-10-03T15:30:00Z 2026-10-04T15:15:00Z");
}

TEST(Zone, TakesTheFirstOfAMinuteThatComesTwice) {
  EXPECT_EQ(next(zone("Europe/Berlin"), "2026-10-24T12:00:00Z", 2, 30, 2),
            "2026-10-25T00:30:00Z 2026-10-26T01:30:00Z");
  EXPECT_EQ(next(zone("Europe/Berlin"), "2026-10-25T01:10:00Z", 2, 30), "2026-10-26T01:30:00Z");
  EXPECT_EQ(next(zone("America/New_York"), "2026-10-31T12:00:00Z", 1, 0, 2),
            "2026-11-01T05:00:00Z 2026-11-02T06:00:00Z");
  EXPECT_EQ(next(zone("Australia/Lord_Howe"), "2026-04-04T00:00:00Z", 1, 45, 2),
            "2026-04-04T14:45:00Z 2026-04-05T15:15:00Z");
}

TEST(Zone, PassesADayThatAPlaceLeftOut) {
  // Samoa had no 30 December 2011: its noon is the midnight after the gap.
  EXPECT_EQ(next(zone("Pacific/Apia"), "2011-12-29T22:30:00Z", 12, 0, 2),
            "2011-12-30T10:00:00Z 2011-12-30T22:00:00Z");
}

TEST(Zone, MovesForwardThroughAWholeYearOfEveryMinute) {
  for (const char* name : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"}) {
    const Zone place = zone(name);
    for (int minute = 0; minute < 1440; minute += 7) {
      Time at = utc("2026-01-01T12:00:00Z");
      const Time end = at + hours{24 * 365};
      int days = 0;
      for (; at < end; ++days) {
        const Time moment = place.next_local(at, Minutes{minute});
        ASSERT_GT(moment, at);
        ASSERT_LE(moment, at + hours{25});
        at = moment;
      }
      ASSERT_NEAR(days, 366, 1) << name << " " << minute;
    }
  }
}

TEST(Zone, AnswersForTimesOutsideOfItsTable) {
  const Zone berlin = zone("Europe/Berlin");
  EXPECT_EQ(berlin.offset(utc("1900-01-01T00:00:00Z")), hours{1});
  EXPECT_GT(berlin.next_local(utc("2500-01-01T00:00:00Z"), Minutes{0}),
            utc("2500-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace tocsin::text
