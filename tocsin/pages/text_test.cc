// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/text.h"

#include <gtest/gtest.h>

namespace tocsin::pages {
namespace {

TEST(UtcText, IsWordedForReaders) {
  EXPECT_EQ(utc_text(parse_rfc3339("2026-11-23T09:41:59Z").value()), "23 November 2026, 09:41 UTC");
  EXPECT_EQ(utc_text(parse_rfc3339("2024-02-29T00:00:00Z").value()), "29 February 2024, 00:00 UTC");
  EXPECT_EQ(utc_text(Time{Millis{-1}}), "31 December 1969, 23:59 UTC");
}

TEST(Direction, IsThatOfTheLanguage) {
  EXPECT_STREQ(direction("ar"), "rtl");
  EXPECT_STREQ(direction("he-IL"), "rtl");
  EXPECT_STREQ(direction("en"), "ltr");
  EXPECT_STREQ(direction("arn"), "ltr");
  EXPECT_STREQ(direction(""), "ltr");
}

}  // namespace
}  // namespace tocsin::pages
