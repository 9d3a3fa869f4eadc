// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "tocsin/store/store_fixture.h"

namespace tocsin::store {
namespace {

using newsroom::sample::kNow;

class StoreSubscriptions : public ::testing::Test {
 protected:
  std::vector<StoredSubscription> load() {
    std::vector<StoredSubscription> out;
    EXPECT_TRUE(store_->reader().load_subscriptions(
        [&](StoredSubscription stored) { out.push_back(std::move(stored)); }));
    return out;
  }
  std::size_t retire(std::vector<core::SubscriptionId> ids, Time at = kNow) {
    const auto retired = wait_for<Store::Subscriptions>(
        [&](auto done) { store_->retire(ids, "gone (410)", at, std::move(done)); });
    return retired ? retired->size() : 0;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_ = open_store(folder_.path());
};

void expect_equal(const core::Subscription& a, const core::Subscription& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.site, b.site);
  EXPECT_EQ(a.endpoint, b.endpoint);
  EXPECT_EQ(a.keys.p256dh, b.keys.p256dh);
  EXPECT_EQ(a.keys.auth, b.keys.auth);
  EXPECT_EQ(a.vapid_key, b.vapid_key);
  EXPECT_EQ(a.follows, b.follows);
  EXPECT_EQ(a.language, b.language);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.retired_because, b.retired_because);
  EXPECT_EQ(a.created, b.created);
  EXPECT_EQ(a.changed, b.changed);
}

TEST_F(StoreSubscriptions, AreGivenBackWithEveryField) {
  auto wanted = subscription(64);
  wanted.follows = {false, {"World", "Sp\"ort"}, {core::SourceId{21}, core::SourceId{22}}};
  ASSERT_TRUE(put(*store_, wanted));
  const auto all = load();
  ASSERT_EQ(all.size(), 1u);
  expect_equal(all[0].subscription, wanted);
  expect_equal((*store_->reader().find_subscription(wanted.id))->subscription, wanted);
  EXPECT_FALSE(*store_->reader().find_subscription(subscription(65).id));
}

TEST_F(StoreSubscriptions, AreNumberedWithinTheirPartition) {
  EXPECT_EQ(put(*store_, subscription(0))->slot, 0u);
  EXPECT_EQ(put(*store_, subscription(64))->slot, 1u);
  EXPECT_EQ(put(*store_, subscription(1))->slot, 0u);
  EXPECT_EQ(put(*store_, subscription(128))->slot, 2u);
  EXPECT_EQ(put(*store_, subscription(64))->slot, 1u);
  EXPECT_EQ(load().size(), 4u);
}

TEST_F(StoreSubscriptions, NeverGetASlotThatAnotherHad) {
  ASSERT_EQ(put(*store_, subscription(0))->slot, 0u);
  ASSERT_EQ(retire({subscription(0).id}), 1u);
  const auto purged = wait_for<std::size_t>(
      [&](auto done) { store_->purge_retired(kNow + Millis{1}, std::move(done)); });
  EXPECT_EQ(*purged, 1u);
  EXPECT_TRUE(load().empty());
  EXPECT_EQ(put(*store_, subscription(64))->slot, 1u);
  store_.reset();
  store_ = open_store(folder_.path());
  EXPECT_EQ(put(*store_, subscription(128))->slot, 2u);
}

TEST_F(StoreSubscriptions, KeepSlotAndBirthdayWhenReplaced) {
  ASSERT_TRUE(put(*store_, subscription(0)));
  ASSERT_EQ(retire({subscription(0).id}), 1u);
  auto again = subscription(0);
  again.keys.auth.fill(9);
  again.created = again.changed = kNow + Seconds{60};
  const auto stored = put(*store_, again);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->slot, 0u);
  again.created = kNow;
  expect_equal(stored->subscription, again);
  expect_equal(load().at(0).subscription, again);
}

TEST_F(StoreSubscriptions, TakePreferences) {
  ASSERT_TRUE(put(*store_, subscription(0)));
  const Preferences preferences{{false, {"World"}, {core::SourceId{21}}}, "de"};
  const auto set = [&](std::uint64_t n) {
    return wait_for<StoredSubscription>([&](auto done) {
      store_->set_preferences(subscription(n).id, preferences, kNow + Seconds{1}, std::move(done));
    });
  };
  const auto stored = set(0);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->subscription.follows, preferences.follows);
  EXPECT_EQ(stored->subscription.language, "de");
  EXPECT_EQ(stored->subscription.changed, kNow + Seconds{1});
  EXPECT_EQ(set(1).error().code, Errc::kNotFound);
}

TEST_F(StoreSubscriptions, AreRetired) {
  ASSERT_TRUE(put(*store_, subscription(0)));
  ASSERT_TRUE(put(*store_, subscription(1)));
  EXPECT_EQ(retire({subscription(0).id, subscription(7).id}), 1u);
  EXPECT_EQ(retire({subscription(0).id}), 0u);
  EXPECT_EQ(load().at(0).subscription.state, core::SubscriptionState::kRetired);
  EXPECT_EQ(load().at(0).subscription.retired_because, "gone (410)");
}

TEST_F(StoreSubscriptions, ArePurgedOnlyWhenRetiredLongEnough) {
  for (std::uint64_t n = 0; n < 3; ++n) ASSERT_TRUE(put(*store_, subscription(n)));
  ASSERT_EQ(retire({subscription(0).id}, kNow), 1u);
  ASSERT_EQ(retire({subscription(1).id}, kNow + Seconds{10}), 1u);
  const auto purged = wait_for<std::size_t>(
      [&](auto done) { store_->purge_retired(kNow + Seconds{10}, std::move(done)); });
  EXPECT_EQ(*purged, 1u);
  EXPECT_EQ(load().size(), 2u);
}

TEST_F(StoreSubscriptions, ComeInBatches) {
  std::vector<core::Subscription> batch;
  for (std::uint64_t n = 0; n < 1000; ++n) batch.push_back(subscription(n));
  batch.push_back(subscription(5));
  const auto stored = wait_for<Store::Subscriptions>(
      [&](auto done) { store_->put_subscriptions(batch, std::move(done)); });
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->size(), batch.size());
  std::set<std::pair<std::uint32_t, std::uint32_t>> places;
  for (const auto& entry : load()) {
    places.emplace(core::partition_of(entry.subscription.id), entry.slot);
  }
  EXPECT_EQ(places.size(), 1000u);
}

TEST_F(StoreSubscriptions, LieBesideKeysAndTokens) {
  const auto key = webpush::VapidKey::generate("mailto:desk@bell.example");
  ASSERT_TRUE(key);
  const SiteKey site_key{core::VapidKeyId{61}, core::SiteId{11}, *key, kNow};
  const auto add_key = [&] {
    return wait_for<std::monostate>(
        [&](auto done) { store_->add_site_key(site_key, std::move(done)); });
  };
  ASSERT_TRUE(add_key());
  EXPECT_EQ(add_key().error().code, Errc::kConflict);
  const auto keys = store_->reader().load_site_keys();
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 1u);
  EXPECT_EQ(keys->at(0).id, site_key.id);
  EXPECT_EQ(keys->at(0).key.keys.private_key.reveal(), key->keys.private_key.reveal());
  EXPECT_EQ(keys->at(0).key.subject, key->subject);

  ApiToken token{{}, "desk", {"alerts", "stories"}, "x9Z_", kNow};
  const auto add_token = [&] {
    return wait_for<std::monostate>(
        [&](auto done) { store_->add_api_token(token, std::move(done)); });
  };
  const auto remove_token = [&] {
    return wait_for<std::monostate>(
        [&](auto done) { store_->remove_api_token("desk", std::move(done)); });
  };
  ASSERT_TRUE(add_token());
  EXPECT_EQ(add_token().error().message, "there is a token named desk");
  EXPECT_EQ(*store_->reader().load_api_tokens(), std::vector{token});
  EXPECT_TRUE(remove_token());
  EXPECT_EQ(remove_token().error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace tocsin::store
