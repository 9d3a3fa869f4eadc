// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/key_material_cache.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "tocsin/base/random.h"

namespace tocsin::fanout {
namespace {

constexpr int kCount = 20'000;  // several blocks in each partition

struct KeyMaterialCacheTest : testing::Test {
  std::vector<core::Subscription> subscriptions;
  SubscriptionTable table;

  KeyMaterialCacheTest() {
    SeededRandom random(1);
    for (int number = 0; number < kCount; ++number) {
      core::Subscription one;
      random.fill(one.id);
      one.site = core::SiteId{1};
      one.endpoint = "https://push.example/" + std::to_string(number);
      random.fill(one.keys.p256dh);
      one.keys.p256dh[0] = 4;
      random.fill(one.keys.auth);
      subscriptions.push_back(one);
    }
    fill(table);
    for (const auto& one : subscriptions) {
      webpush::KeyMaterial material{};
      random.fill(material);
      crypto::PublicKey sender{};
      sender.fill(one.id[0] % 2);
      EXPECT_TRUE(table.set_material(*table.find(one.id), sender, material));
    }
  }

  void fill(SubscriptionTable& into) const {
    std::uint32_t slot = 0;
    for (const auto& one : subscriptions) ASSERT_TRUE(into.upsert(one, slot++));
  }
  Bytes file() const {
    Bytes out = key_material_header();
    for (std::uint32_t p = 0; p < core::kPartitions; ++p) {
      const auto blocks = key_material_blocks(table, p);
      out.insert(out.end(), blocks.begin(), blocks.end());
    }
    return out;
  }
  // All that `other` has must be what `table` has.
  void expect_part_of_it(const SubscriptionTable& other) const {
    for (const auto& one : subscriptions) {
      const auto wanted = table.row(*table.find(one.id));
      const auto row = other.row(*other.find(one.id));
      if (row->material == nullptr) continue;
      ASSERT_EQ(*row->material, *wanted->material);
      ASSERT_EQ(*row->sender, *wanted->sender);
    }
  }
};

TEST_F(KeyMaterialCacheTest, GivesBackWhatWasWritten) {
  SubscriptionTable other;
  fill(other);
  const auto loaded = load_key_material(file(), other);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->entries, subscriptions.size());
  EXPECT_EQ(loaded->stale, 0u);
  EXPECT_EQ(loaded->damaged_blocks, 0u);
  EXPECT_EQ(other.material_count(), subscriptions.size());
  expect_part_of_it(other);
}

TEST_F(KeyMaterialCacheTest, LeavesOutThoseWithOtherKeysAndThoseThatAreGone) {
  SubscriptionTable other;
  auto& changed = subscriptions[0];
  changed.keys.p256dh[33] ^= 1;
  subscriptions[1].keys.auth[15] ^= 1;
  subscriptions[2].state = core::SubscriptionState::kRetired;
  const auto written = file();
  subscriptions.pop_back();
  fill(other);
  const auto loaded = load_key_material(written, other);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->stale, 4u);
  EXPECT_EQ(loaded->entries, subscriptions.size() - 3);
  EXPECT_EQ(other.row(*other.find(changed.id))->material, nullptr);
}

TEST_F(KeyMaterialCacheTest, LosesOneBlockToAFlippedBitAndTheLastToATornEnd) {
  const auto whole = file();
  SeededRandom random(2);
  for (int round = 0; round < 20; ++round) {
    auto damaged = whole;
    const auto at = kCacheBlockBytes + random.below(whole.size() - 2 * kCacheBlockBytes);
    damaged[at] ^= static_cast<std::uint8_t>(1u << random.below(8));
    damaged.resize(damaged.size() - 1 - random.below(kCacheBlockBytes - 1));
    SubscriptionTable other;
    fill(other);
    const auto loaded = load_key_material(damaged, other);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->damaged_blocks, 2u);
    EXPECT_GE(loaded->entries, subscriptions.size() - 200);
    EXPECT_LT(loaded->entries, subscriptions.size());
    expect_part_of_it(other);
  }
}

TEST_F(KeyMaterialCacheTest, IsNotReadIfItsBeginningIsNotOfThisVersion) {
  auto bytes = file();
  bytes[20] ^= 1;
  EXPECT_EQ(load_key_material(bytes, table).error().code, Errc::kCorrupt);
  EXPECT_EQ(load_key_material({}, table).error().code, Errc::kCorrupt);
  EXPECT_EQ(load_key_material(as_bytes("{}"), table).error().code, Errc::kCorrupt);
}

TEST_F(KeyMaterialCacheTest, TellsKeysApartByEveryBit) {
  const auto keys = subscriptions[0].keys;
  std::vector<std::uint64_t> all = {fingerprint(keys)};
  for (std::size_t bit = 8; bit < 65 * 8; ++bit) {
    auto other = keys;
    other.p256dh[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    all.push_back(fingerprint(other));
  }
  for (std::size_t bit = 0; bit < 16 * 8; ++bit) {
    auto other = keys;
    other.auth[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    all.push_back(fingerprint(other));
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

}  // namespace
}  // namespace tocsin::fanout
