// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/subscription_table.h"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tocsin/base/random.h"
#include "tocsin/fanout/recipients.h"

namespace tocsin::fanout {
namespace {

constexpr core::SiteId kSite{1};
constexpr core::SiteId kOtherSite{2};
constexpr core::SourceId kSource{5};

core::Subscription subscription(int number, core::Follows follows = {}, core::SiteId site = kSite) {
  core::Subscription out;
  out.endpoint = "https://fcm.googleapis.com/fcm/send/" + std::to_string(number) + "?a=b";
  out.id = core::subscription_id(out.endpoint);
  out.site = site;
  out.keys.p256dh[0] = 4;
  out.keys.auth.fill(static_cast<std::uint8_t>(number));
  out.vapid_key = core::VapidKeyId{9};
  out.follows = std::move(follows);
  return out;
}

struct SubscriptionTableTest : testing::Test {
  SubscriptionTable table;
  std::uint32_t slots = 0;

  core::SubscriptionId add(int number, core::Follows follows = {}, core::SiteId site = kSite) {
    const auto added = subscription(number, std::move(follows), site);
    EXPECT_TRUE(table.upsert(added, ++slots));
    return added.id;
  }

  std::set<core::SubscriptionId> recipients(const core::Story& story) const {
    std::set<core::SubscriptionId> out;
    const auto found = recipients_of(table, story);
    for (std::uint32_t p = 0; p < core::kPartitions; ++p) {
      for (const auto slot : found.partitions[p].members()) out.insert(table.row({p, slot})->id);
    }
    EXPECT_EQ(out.size(), found.count);
    return out;
  }
};

core::Story story(std::vector<std::string> topics, std::vector<core::SourceId> sources = {}) {
  core::Story out;
  out.site = kSite;
  out.topics = std::move(topics);
  for (const auto source : sources) out.credits.push_back({.source = source});
  out.credits.push_back({.name = "an agency without a page"});
  return out;
}

using Ids = std::set<core::SubscriptionId>;

TEST_F(SubscriptionTableTest, GivesBackWhatASenderNeeds) {
  const auto id = add(1);
  const auto address = table.find(id);
  ASSERT_TRUE(address);
  EXPECT_EQ(address->partition, core::partition_of(id));
  const auto row = table.row(*address);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->id, id);
  EXPECT_EQ(row->origin, "https://fcm.googleapis.com");
  EXPECT_EQ(row->path, "/fcm/send/1?a=b");
  EXPECT_EQ(table.keys(*table.find(id)).auth[0], 1);
  EXPECT_EQ(row->vapid_key, core::VapidKeyId{9});
  EXPECT_TRUE(row->is_active);
  EXPECT_FALSE(table.find(subscription(2).id));
  EXPECT_FALSE(table.row({address->partition, 99}));
}

TEST_F(SubscriptionTableTest, FindsEachOfManyWhateverTheOrderOfTheirSlots) {
  std::map<core::SubscriptionId, std::uint32_t> all;
  SeededRandom random(1);
  for (int number = 0; number < 20'000; ++number) {
    const auto added = subscription(number);
    std::uint32_t slot = 0;
    do {
      slot = static_cast<std::uint32_t>(random.below(2'000));
    } while (table.row({core::partition_of(added.id), slot}));
    ASSERT_TRUE(table.upsert(added, slot));
    all[added.id] = slot;
  }
  EXPECT_EQ(table.size(), all.size());
  for (const auto& [id, slot] : all) {
    const auto address = table.find(id);
    ASSERT_TRUE(address);
    ASSERT_EQ(address->slot, slot);
    ASSERT_EQ(table.row(*address)->id, id);
  }
}

TEST_F(SubscriptionTableTest, SelectsByEverythingTopicAndSource) {
  const auto all = add(1);
  const auto quakes = add(2, {.everything = false, .topics = {"quakes", "storms"}});
  const auto guardian = add(3, {.everything = false, .sources = {kSource}});
  const auto both = add(4, {.everything = false, .topics = {"quakes"}, .sources = {kSource}});
  add(5, {.everything = false});
  add(6, {}, kOtherSite);

  EXPECT_EQ(recipients(story({})), Ids({all}));
  EXPECT_EQ(recipients(story({"quakes"})), Ids({all, quakes, both}));
  EXPECT_EQ(recipients(story({"storms"}, {kSource})), Ids({all, quakes, guardian, both}));
  EXPECT_EQ(recipients(story({"Quakes"}, {core::SourceId{6}})), Ids({all}));
  EXPECT_EQ(table.active_of(kSite), 4u);
  EXPECT_EQ(table.active_of(core::SiteId{77}), 0u);
}

TEST_F(SubscriptionTableTest, LeavesOutTheRetiredUntilTheyAreRestored) {
  const auto first = add(1);
  const auto second = add(2);
  EXPECT_TRUE(table.retire(first));
  EXPECT_EQ(recipients(story({})), Ids({second}));
  EXPECT_EQ(recipients_of(table, story({})).retired, 1u);
  EXPECT_FALSE(table.row(*table.find(first))->is_active);
  EXPECT_TRUE(table.restore(first));
  EXPECT_EQ(recipients(story({})), Ids({first, second}));
  EXPECT_FALSE(table.retire(subscription(3).id));
}

TEST_F(SubscriptionTableTest, ReplacesFollowsAsAWhole) {
  const auto id = add(1, {.everything = false, .topics = {"quakes"}, .sources = {kSource}});
  EXPECT_TRUE(table.set_follows(id, {.everything = false, .topics = {"storms"}}));
  EXPECT_EQ(recipients(story({"quakes"}, {kSource})), Ids());
  EXPECT_EQ(recipients(story({"storms"})), Ids({id}));
  EXPECT_FALSE(table.set_follows(subscription(2).id, {}));
}

TEST_F(SubscriptionTableTest, TakesFreshKeysAndAnotherSiteForAKnownEndpoint) {
  const auto id = add(1);
  auto again = subscription(1, {}, kOtherSite);
  again.keys.auth.fill(77);
  again.state = core::SubscriptionState::kRetired;
  ASSERT_TRUE(table.upsert(again, slots));
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(recipients(story({})), Ids());
  const auto row = table.row(*table.find(id));
  EXPECT_EQ(table.keys(*table.find(id)).auth[0], 77);
  EXPECT_EQ(row->site, kOtherSite);
  EXPECT_FALSE(row->is_active);
}

TEST_F(SubscriptionTableTest, RefusesAnEndpointThatIsNoUrl) {
  auto broken = subscription(1);
  broken.endpoint = "fcm";
  EXPECT_EQ(table.upsert(broken, 1).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(table.upsert(subscription(1), kSlotsMax).error().code, Errc::kExhausted);
  EXPECT_EQ(table.size(), 0u);
}

TEST_F(SubscriptionTableTest, KnowsOneOriginHoweverItIsWritten) {
  std::set<std::string> origins;
  for (const auto* endpoint :
       {"https://Push.example:443/a", "https://push.example/b/../c", "https://push.example/d"}) {
    auto added = subscription(1);
    added.endpoint = endpoint;
    added.id = core::subscription_id(endpoint);
    ASSERT_TRUE(table.upsert(added, ++slots));
    const auto row = table.row(*table.find(added.id));
    origins.emplace(row->origin);
    EXPECT_EQ(row->path.size(), 2u) << row->path;
  }
  EXPECT_EQ(origins, std::set<std::string>{"https://push.example"});
}

TEST_F(SubscriptionTableTest, ListsThePushServices) {
  const auto id = add(1);
  std::set<std::string> origins;
  table.each_origin(core::partition_of(id), [&](std::string_view origin, const Bitmap& members) {
    origins.emplace(origin);
    EXPECT_EQ(members.members(), std::vector<std::uint32_t>{1});
  });
  EXPECT_EQ(origins, std::set<std::string>{"https://fcm.googleapis.com"});
}

crypto::PublicKey sender(std::uint8_t number) {
  crypto::PublicKey out{};
  out.fill(number);
  return out;
}

webpush::KeyMaterial material(std::uint8_t number) {
  webpush::KeyMaterial out{};
  out.fill(number);
  return out;
}

struct KeyMaterialTest : SubscriptionTableTest {
  // Of the first sender by default.
  Address add_with_material(int number, std::uint8_t from = 1) {
    const auto address = *table.find(add(number));
    EXPECT_TRUE(table.set_material(address, sender(from), material(from)));
    return address;
  }
};

TEST_F(KeyMaterialTest, ComesWithThePublicKeyOfItsSender) {
  const auto address = *table.find(add(1));
  EXPECT_EQ(table.row(address)->material, nullptr);
  EXPECT_EQ(table.row(address)->sender, nullptr);
  ASSERT_TRUE(table.set_material(address, sender(1), material(7)));
  const auto other = add_with_material(2, 2);
  EXPECT_EQ(*table.row(address)->material, material(7));
  EXPECT_EQ(*table.row(address)->sender, sender(1));
  EXPECT_EQ(*table.row(other)->sender, sender(2));
  EXPECT_EQ(table.material_count(), 2u);
  ASSERT_TRUE(table.set_material(address, sender(2), material(8)));
  EXPECT_EQ(*table.row(address)->material, material(8));
  EXPECT_EQ(*table.row(address)->sender, sender(2));
  EXPECT_EQ(table.material_count(), 2u);
}

TEST_F(KeyMaterialTest, GoesWithTheKeysItWasDerivedFor) {
  const auto address = add_with_material(1);
  auto again = subscription(1, {.everything = false});
  ASSERT_TRUE(table.upsert(again, slots));
  EXPECT_NE(table.row(address)->material, nullptr);
  again.keys.p256dh[64] = 1;
  ASSERT_TRUE(table.upsert(again, slots));
  EXPECT_EQ(table.row(address)->material, nullptr);
  EXPECT_EQ(table.keys(address).p256dh, again.keys.p256dh);
  EXPECT_EQ(table.material_count(), 0u);
}

TEST_F(KeyMaterialTest, IsForActiveSubscriptionsOnly) {
  const auto address = add_with_material(1);
  table.retire(table.row(address)->id);
  EXPECT_EQ(table.row(address)->material, nullptr);
  EXPECT_FALSE(table.set_material(address, sender(1), material(1)));
  EXPECT_EQ(table.material_count(), 0u);
  table.restore(table.row(address)->id);
  EXPECT_EQ(table.row(address)->material, nullptr);
  EXPECT_FALSE(table.set_material({address.partition, 99}, sender(1), material(1)));
}

TEST_F(KeyMaterialTest, OfAnyNumberOfSendersIsKeptIfFewAreInUseAtATime) {
  const auto address = *table.find(add(1));
  for (std::uint32_t number = 0; number < 70'000; ++number) {
    auto key = sender(4);
    key[0] = static_cast<std::uint8_t>(number);
    key[1] = static_cast<std::uint8_t>(number >> 8);
    key[2] = static_cast<std::uint8_t>(number >> 16);
    ASSERT_TRUE(table.set_material(address, key, material(1)));
    ASSERT_EQ(*table.row(address)->sender, key);
  }
}

TEST_F(KeyMaterialTest, IsListedWhereItLacksStretchByStretch) {
  std::set<Address> lacking;
  std::set<Address> of_others;
  for (int number = 0; number < 500; ++number) {
    const auto address = *table.find(add(number));
    if (number % 5 == 0) {
      table.retire(table.row(address)->id);
    } else if (number % 3 == 0) {
      ASSERT_TRUE(table.set_material(address, sender(1), material(1)));
    } else if (number % 3 == 1) {
      ASSERT_TRUE(table.set_material(address, sender(2), material(2)));
      of_others.insert(address);
    } else {
      lacking.insert(address);
      of_others.insert(address);
    }
  }
  const auto collect = [&](const crypto::PublicKey* of) {
    std::set<Address> out;
    std::optional<Address> from = Address{};
    while (from) {
      const auto stretch = table.without_material(*from, 7, of);
      EXPECT_LE(stretch.without.size(), 7u);
      out.insert(stretch.without.begin(), stretch.without.end());
      from = stretch.next;
    }
    return out;
  };
  EXPECT_EQ(collect(nullptr), lacking);
  const auto first = sender(1);
  EXPECT_EQ(collect(&first), of_others);
}

}  // namespace
}  // namespace tocsin::fanout
