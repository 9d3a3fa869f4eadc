// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/bitmap.h"

#include <utility>

#include <gtest/gtest.h>

namespace tocsin::fanout {
namespace {

using Slots = std::vector<std::uint32_t>;

Bitmap set_of(const Slots& slots) {
  Bitmap out;
  for (const auto slot : slots) out.add(slot);
  return out;
}

TEST(Bitmap, HoldsWhatWasAddedAndNotRemoved) {
  Bitmap set = set_of({5, 1, 70'000, 5});
  set.remove(1);
  set.remove(2);
  EXPECT_EQ(set.members(), (Slots{5, 70'000}));
  EXPECT_TRUE(set.contains(5));
  EXPECT_FALSE(set.contains(1));
  EXPECT_EQ(set.size(), 2u);
}

TEST(Bitmap, IsWalkedInPieces) {
  const Bitmap set = set_of({1, 2, 3, 1'000'000});
  EXPECT_EQ(set.members(0, 2), (Slots{1, 2}));
  EXPECT_EQ(set.members(3, 2), (Slots{3, 1'000'000}));
  EXPECT_EQ(set.members(1'000'001), Slots{});
  EXPECT_EQ(Bitmap().members(), Slots{});
}

TEST(Bitmap, CombinesWithOthersAndWithTheEmptySet) {
  Bitmap set = set_of({1, 2, 3});
  set |= set_of({4});
  set &= set_of({2, 3, 4, 5});
  set -= set_of({3});
  EXPECT_EQ(set.members(), (Slots{2, 4}));
  EXPECT_EQ(set.common(set_of({4, 5})), 1u);
  set |= Bitmap();
  set -= Bitmap();
  EXPECT_EQ(set.size(), 2u);
  set &= Bitmap();
  EXPECT_TRUE(set.empty());
}

TEST(Bitmap, CopiesAreIndependent) {
  Bitmap set = set_of({1});
  Bitmap copy = set;
  copy.add(2);
  EXPECT_EQ(set.size(), 1u);
  set = std::move(copy);
  EXPECT_EQ(set.size(), 2u);
}

TEST(Bitmap, ComesBackFromItsBytes) {
  Bitmap set;
  for (std::uint32_t slot = 0; slot < 100'000; slot += 3) set.add(slot);
  for (std::uint32_t slot = 200'000; slot < 210'000; ++slot) set.add(slot);
  const auto back = Bitmap::parse(set.serialize());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->members(), set.members());
  EXPECT_EQ(Bitmap().serialize(), Bytes{});
  EXPECT_TRUE(Bitmap::parse({})->empty());
}

TEST(Bitmap, RefusesBytesOfSomethingElse) {
  EXPECT_EQ(Bitmap::parse(as_bytes("not a bitmap")).error().code, Errc::kCorrupt);
  Bytes bytes = set_of({1, 2, 3}).serialize();
  bytes.pop_back();
  EXPECT_EQ(Bitmap::parse(bytes).error().code, Errc::kCorrupt);
  bytes.resize(bytes.size() + 2);
  EXPECT_EQ(Bitmap::parse(bytes).error().code, Errc::kCorrupt);
}

}  // namespace
}  // namespace tocsin::fanout
