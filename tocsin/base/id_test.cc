// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/id.h"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

struct StoryKind;
using TestId = Id<StoryKind>;

TEST(Id, GrowsEvenWithinOneMillisecondAndWhenTheClockStepsBack) {
  FakeClock clock{Time(Millis(1795340460123))};
  SeededRandom random(1);
  IdSource ids(clock, random);
  TestId last{};
  for (int i = 0; i < 1000; ++i) {
    if (i == 500) clock.advance(Millis(-3'600'000));
    const auto id = ids.next<StoryKind>();
    EXPECT_LT(last, id);
    last = id;
  }
}

TEST(Id, TextReadsBackAndSortsAsTheNumberDoes) {
  for (const std::uint64_t value : {1ULL, 31ULL, 1ULL << 40, ~0ULL}) {
    EXPECT_EQ(TestId::parse(TestId{value}.text()), TestId{value});
  }
  EXPECT_LT(base32(31), base32(32));
}

TEST(Id, RefusesWhatItDidNotWrite) {
  for (const auto text :
       {"", "0000000000000", "000000000000", "000000000000u", "g000000000000", "00000000000001"}) {
    EXPECT_FALSE(TestId::parse(text)) << text;
  }
}

}  // namespace
}  // namespace tocsin
