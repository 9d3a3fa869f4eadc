// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/outcome_sets.h"

#include <gtest/gtest.h>

namespace tocsin::fanout {
namespace {

using core::Outcome;

TEST(OutcomeSets, ComeBackFromTheirBytes) {
  OutcomeSets sets;
  sets.add(1, Outcome::kAccepted);
  sets.add(2, Outcome::kGone);
  sets.add(70'000, Outcome::kSuppressed);
  const auto back = OutcomeSets::parse(sets.serialize());
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->of(Outcome::kGone).contains(2));
  EXPECT_TRUE(back->of(Outcome::kSuppressed).contains(70'000));
  EXPECT_EQ(back->decided().members(), (std::vector<std::uint32_t>{1, 2, 70'000}));
  EXPECT_FALSE(back->contains(3));
  EXPECT_EQ(OutcomeSets().serialize(), Bytes{});
}

TEST(OutcomeSets, RefuseBytesThatAreCutOffOrTooLong) {
  OutcomeSets sets;
  sets.add(1, Outcome::kExpired);
  Bytes bytes = sets.serialize();
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    EXPECT_FALSE(OutcomeSets::parse(ByteView(bytes).first(size)));
  }
  bytes.push_back(0);
  EXPECT_EQ(OutcomeSets::parse(bytes).error().code, Errc::kCorrupt);
}

}  // namespace
}  // namespace tocsin::fanout
