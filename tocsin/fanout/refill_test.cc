// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/refill.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tocsin/base/random.h"

namespace tocsin::fanout {
namespace {

struct RefillTest : testing::Test {
  SubscriptionTable table;
  crypto::KeyPair reader = crypto::generate_key_pair();
  std::uint32_t slots = 0;

  core::Subscription subscription(int number) const {
    core::Subscription out;
    out.endpoint = "https://fcm.googleapis.com/fcm/send/" + std::to_string(number);
    out.id = core::subscription_id(out.endpoint);
    out.site = core::SiteId{1};
    out.keys.p256dh = reader.public_key;
    out.keys.auth.fill(static_cast<std::uint8_t>(number));
    return out;
  }
  Address add(const core::Subscription& subscription) {
    EXPECT_TRUE(table.upsert(subscription, slots));
    return {core::partition_of(subscription.id), slots++};
  }
  void add_many(int count) {
    for (int number = 0; number < count; ++number) add(subscription(number));
  }
  // What a thread would derive, without the cost.
  static DerivedChunk pretend(const KeyChunk& chunk) {
    DerivedChunk out{.sender = chunk.sender.public_key, .entries = chunk.entries};
    out.materials.resize(chunk.entries.size());
    for (std::size_t i = 0; i < chunk.entries.size(); ++i) {
      out.materials[i].emplace().fill(chunk.entries[i].keys.auth[0]);
    }
    return out;
  }
  // Goes on until nothing is to do; the entries derived for.
  static std::size_t run(Refill& refill) {
    std::size_t entries = 0;
    while (const auto chunk = refill.next()) {
      entries += chunk->entries.size();
      refill.take(pretend(*chunk));
    }
    return entries;
  }
  std::map<crypto::PublicKey, std::size_t> senders() const {
    std::map<crypto::PublicKey, std::size_t> out;
    for (std::uint32_t p = 0; p < core::kPartitions; ++p) {
      table.each_material(p,
                          [&](std::uint32_t, const auto& sender, const auto&) { ++out[sender]; });
    }
    return out;
  }
};

TEST_F(RefillTest, DerivesWhatTheSealOfRfc8291IsMadeWith) {
  const auto address = add(subscription(1));
  Refill refill(table);
  refill.begin(Refill::Extent::kAll);
  const auto chunk = refill.next();
  ASSERT_TRUE(chunk);
  refill.take(derive(*chunk));
  const auto row = table.row(address);
  ASSERT_NE(row->material, nullptr);
  const auto text = as_bytes("a quake");
  SeededRandom random(1);
  Bytes body(webpush::body_bytes(text.size()));
  webpush::Sealer(random).seal(text, *row->material, *row->sender, body);
  const auto opened = webpush::decrypt(body, reader, table.keys(address).auth);
  ASSERT_TRUE(opened);
  EXPECT_EQ(as_text(*opened), "a quake");
  EXPECT_EQ(refill.derived(), 1u);
}

TEST_F(RefillTest, GivesEveryActiveSubscriptionMaterialOfOneSenderInAPass) {
  add_many(1'000);
  table.retire(subscription(5).id);
  Refill refill(table);
  EXPECT_FALSE(refill.next());
  refill.begin(Refill::Extent::kAll);
  EXPECT_EQ(run(refill), 999u);
  EXPECT_EQ(table.material_count(), 999u);
  EXPECT_EQ(refill.passes(), 1u);
  EXPECT_FALSE(refill.is_filling());
  const auto first = senders();
  ASSERT_EQ(first.size(), 1u);

  refill.begin(Refill::Extent::kAll);
  EXPECT_EQ(run(refill), 999u);
  const auto second = senders();
  ASSERT_EQ(second.size(), 1u);
  EXPECT_NE(first.begin()->first, second.begin()->first);
}

TEST_F(RefillTest, KeepsTheMaterialThereIsUntilItIsReplaced) {
  add_many(1'000);
  Refill refill(table);
  refill.begin(Refill::Extent::kAll);
  run(refill);
  refill.begin(Refill::Extent::kAll);
  const auto chunk = refill.next();
  EXPECT_EQ(table.material_count(), 1'000u);
  refill.take(pretend(*chunk));
  EXPECT_EQ(table.material_count(), 1'000u);
  EXPECT_EQ(senders().size(), 2u);
}

TEST_F(RefillTest, DerivesOnlyWhatIsMissingAfterAStartWithACache) {
  add_many(500);
  Refill refill(table);
  refill.begin(Refill::Extent::kAll);
  run(refill);
  const auto address = add(subscription(1'000));
  refill.begin(Refill::Extent::kMissing);
  EXPECT_EQ(run(refill), 1u);
  EXPECT_NE(table.row(address)->material, nullptr);
}

TEST_F(RefillTest, ServesARegistrationAtOnceWithAPairOfItsOwn) {
  add_many(500);
  Refill refill(table);
  refill.begin(Refill::Extent::kAll);
  run(refill);
  const auto address = add(subscription(1'000));
  refill.add(address);
  const auto chunk = refill.next();
  ASSERT_TRUE(chunk);
  ASSERT_EQ(chunk->entries.size(), 1u);
  refill.take(pretend(*chunk));
  EXPECT_EQ(senders().size(), 2u);  // the pass's private key is erased
  EXPECT_EQ(refill.passes(), 1u);
}

TEST_F(RefillTest, GivesRegistrationsOutFirstAndAloneWhilePaused) {
  add_many(500);
  Refill refill(table);
  refill.begin(Refill::Extent::kAll);
  refill.pause(true);
  EXPECT_FALSE(refill.next());
  const auto address = add(subscription(1'000));
  refill.add(address);
  const auto chunk = refill.next();
  ASSERT_TRUE(chunk);
  ASSERT_EQ(chunk->entries.size(), 1u);
  EXPECT_EQ(chunk->entries[0].address, address);
  EXPECT_FALSE(refill.next());
  refill.take(pretend(*chunk));
  EXPECT_TRUE(refill.is_filling());
  refill.pause(false);
  EXPECT_EQ(run(refill), 500u);
}

TEST_F(RefillTest, HoldsBackWhatTheThreadHasNoRoomFor) {
  add_many(1'000);
  Refill refill(table);
  refill.begin(Refill::Extent::kAll);
  std::vector<KeyChunk> out;
  while (auto chunk = refill.next()) out.push_back(*std::move(chunk));
  EXPECT_EQ(out.size(), Refill::kChunksOutMost);
  EXPECT_EQ(out[0].entries.size(), Refill::kChunkEntries);
  refill.take(pretend(out[0]));
  EXPECT_TRUE(refill.next());
}

TEST_F(RefillTest, NeverGivesMaterialToKeysItWasNotDerivedFor) {
  const auto changed = add(subscription(1));
  const auto retired = add(subscription(2));
  Refill refill(table);
  refill.begin(Refill::Extent::kAll);
  const auto chunk = refill.next();
  auto again = subscription(1);
  again.keys.auth.fill(77);
  ASSERT_TRUE(table.upsert(again, changed.slot));
  table.retire(subscription(2).id);
  refill.take(pretend(*chunk));
  EXPECT_EQ(table.row(changed)->material, nullptr);
  EXPECT_EQ(table.row(retired)->material, nullptr);
}

TEST_F(RefillTest, CountsAndPassesOverAKeyThatIsNotOnTheCurve) {
  auto broken = subscription(1);
  broken.keys.p256dh[64] ^= 1;
  add(broken);
  add(subscription(2));
  Refill refill(table);
  refill.begin(Refill::Extent::kAll);
  const auto chunk = refill.next();
  refill.take(derive(*chunk));
  EXPECT_EQ(refill.off_curve(), 1u);
  EXPECT_EQ(table.material_count(), 1u);
  EXPECT_EQ(refill.passes(), 1u);
}

TEST_F(RefillTest, FollowsWithAnotherPassIfAskedDuringOne) {
  add_many(300);
  Refill refill(table);
  refill.begin(Refill::Extent::kAll);
  const auto chunk = refill.next();
  refill.begin(Refill::Extent::kMissing);
  refill.begin(Refill::Extent::kAll);
  refill.begin(Refill::Extent::kMissing);
  refill.take(pretend(*chunk));
  EXPECT_EQ(run(refill) + chunk->entries.size(), 600u);
  EXPECT_EQ(refill.passes(), 2u);
  EXPECT_EQ(senders().size(), 1u);
}

TEST_F(RefillTest, EndsAPassOverNobody) {
  Refill refill(table);
  refill.begin(Refill::Extent::kAll);
  EXPECT_FALSE(refill.next());
  EXPECT_FALSE(refill.is_filling());
  EXPECT_EQ(refill.passes(), 1u);
}

}  // namespace
}  // namespace tocsin::fanout
