// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/retry_after.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

const Time kNow = *parse_rfc3339("2026-11-23T09:41:00.500Z");

TEST(RetryAfter, ReadsSeconds) {
  EXPECT_EQ(parse_retry_after("120", kNow), Seconds(120));
  EXPECT_EQ(parse_retry_after("0", kNow), Seconds(0));
}

TEST(RetryAfter, ReadsADateAndNeverComesEarly) {
  EXPECT_EQ(parse_retry_after("Mon, 23 Nov 2026 09:42:00 GMT", kNow), Seconds(60));
  EXPECT_EQ(parse_retry_after("Mon, 23 Nov 2026 09:00:00 GMT", kNow), Seconds(0));
}

TEST(RetryAfter, StopsAtTheLargestCountOfRfc9111) {
  EXPECT_EQ(parse_retry_after("99999999999999999999999", kNow), Seconds(2147483648));
}

TEST(RetryAfter, RefusesAnythingElse) {
  for (const auto* value : {"", "-1", "1.5", "+3", "soon", "12 ", "0x10"}) {
    EXPECT_EQ(parse_retry_after(value, kNow), std::nullopt) << value;
  }
}

}  // namespace
}  // namespace tocsin::http
