// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/cache.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

const Time kNow = *parse_rfc3339("2026-11-23T09:41:00Z");

std::optional<Seconds> fresh(std::vector<std::pair<std::string, std::string>> fields) {
  return fresh_for(Headers{std::move(fields)}, kNow);
}

TEST(Cache, TakesMaxAgeLessAge) {
  EXPECT_EQ(fresh({{"cache-control", "public, MAX-AGE=300"}}), Seconds(300));
  EXPECT_EQ(fresh({{"cache-control", "max-age=300"}, {"age", "100"}}), Seconds(200));
  EXPECT_EQ(fresh({{"cache-control", "max-age=300"}, {"age", "400"}}), Seconds(0));
  EXPECT_EQ(fresh({{"cache-control", "max-age=\"60\""}}), Seconds(60));
  EXPECT_EQ(fresh({{"cache-control", "x=\"a, max-age=9\", max-age=60"}}), Seconds(60));
}

TEST(Cache, TakesTheFirstOfSeveralMaxAges) {
  EXPECT_EQ(fresh({{"cache-control", "max-age=60, max-age=90"}}), Seconds(60));
  EXPECT_EQ(fresh({{"cache-control", "public"}, {"cache-control", "max-age=90"}}), Seconds(90));
}

TEST(Cache, PrefersMaxAgeToExpires) {
  EXPECT_EQ(fresh({{"expires", "Mon, 23 Nov 2026 10:41:00 GMT"}, {"cache-control", "max-age=60"}}),
            Seconds(60));
}

TEST(Cache, TakesExpiresLessDateOfTheServersOwnClock) {
  EXPECT_EQ(fresh({{"expires", "Mon, 23 Nov 2026 09:51:00 GMT"}}), Seconds(600));
  EXPECT_EQ(fresh({{"expires", "Mon, 23 Nov 2020 09:51:00 GMT"},
                   {"date", "Mon, 23 Nov 2020 09:50:00 GMT"}}),
            Seconds(60));
}

TEST(Cache, IsStaleAtOnceWhereTheResponseSaysSo) {
  EXPECT_EQ(fresh({{"cache-control", "no-store, max-age=60"}}), Seconds(0));
  EXPECT_EQ(fresh({{"cache-control", "No-Cache"}}), Seconds(0));
  EXPECT_EQ(fresh({{"expires", "0"}}), Seconds(0));
  EXPECT_EQ(fresh({{"expires", "Mon, 23 Nov 2020 09:51:00 GMT"}}), Seconds(0));
}

TEST(Cache, SaysNothingWhereTheResponseDoesNot) {
  EXPECT_EQ(fresh({}), std::nullopt);
  for (const auto* value : {"", ",,", "max-age", "max-age=", "max-age=-1", "max-age=x", "public",
                            "\"", "x=\"\\", "s-maxage=60"}) {
    EXPECT_EQ(fresh({{"cache-control", value}}), std::nullopt) << value;
  }
}

}  // namespace
}  // namespace tocsin::http
