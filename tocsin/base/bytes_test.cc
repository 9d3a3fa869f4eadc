// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/bytes.h"

#include <gtest/gtest.h>

#include "tocsin/base/clock.h"

namespace tocsin {
namespace {

TEST(Bytes, HexGoesBothWays) {
  const Bytes bytes{0x00, 0x0f, 0xa5, 0xff};
  EXPECT_EQ(hex(bytes), "000fa5ff");
  EXPECT_EQ(unhex("000FA5ff"), bytes);
  EXPECT_FALSE(unhex("0"));
  EXPECT_FALSE(unhex("0g"));
}

TEST(Bytes, OctetsTakeExactlyTheirLength) {
  using Four = Octets<struct FourKind, 4>;
  EXPECT_TRUE(Four::from(Bytes(4)));
  EXPECT_FALSE(Four::from(Bytes(3)));
  EXPECT_FALSE(Four::from(Bytes(5)));
}

TEST(Bytes, BigEndianPutsTheMostSignificantFirst) {
  EXPECT_EQ(big_endian(std::uint32_t{4096}), (std::array<std::uint8_t, 4>{0, 0, 16, 0}));
}

TEST(Bytes, ConstantTimeEqualityIsEquality) {
  EXPECT_TRUE(equal_in_constant_time(as_bytes("abc"), as_bytes("abc")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("abc"), as_bytes("abd")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("abc"), as_bytes("ab")));
}

TEST(Rfc3339, WritesAndReadsTheSameMoment) {
  const Time time(Millis(1795340460123));
  EXPECT_EQ(rfc3339(time), "2026-11-22T09:41:00.123Z");
  EXPECT_EQ(parse_rfc3339(rfc3339(time)), time);
  EXPECT_EQ(rfc3339(Time(Millis(0))), "1970-01-01T00:00:00Z");
  EXPECT_EQ(rfc3339(Time(Millis(-1))), "1969-12-31T23:59:59.999Z");
}

TEST(Rfc3339, ReadsTheExamplesOfTheRfc) {  // section 5.8
  EXPECT_EQ(parse_rfc3339("1996-12-19T16:39:57-08:00"), parse_rfc3339("1996-12-20T00:39:57Z"));
  EXPECT_EQ(parse_rfc3339("1937-01-01T12:00:27.87+00:20"),
            parse_rfc3339("1937-01-01T11:40:27.87Z"));
  EXPECT_TRUE(parse_rfc3339("1990-12-31T23:59:60Z"));
}

TEST(Rfc3339, RefusesDatesThatNoCalendarHas) {
  for (const auto text : {"2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
                          "2026-01-01T00:00:00", "2026-01-01", "", "2026-01-01T00:00:00.Z",
                          "2026-01-01T00:00:00Zx", "2026-1-1T00:00:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

}  // namespace
}  // namespace tocsin
