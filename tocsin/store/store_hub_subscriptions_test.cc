// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/store/store_fixture.h"

namespace tocsin::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

websub::Subscription sample_subscription(std::uint8_t number, websub::Step step) {
  websub::Subscription out{.feed = core::FeedId{number},
                           .hubs = {"https://hub.example/", "https://other.example/"},
                           .topic = "https://news.example/feed",
                           .callback = "https://bell.example/websub/x",
                           .is_signing = true,
                           .begun = Time{Millis{99}},
                           .step = step,
                           .next_step = Time{Millis{1'795'426'860'123}},
                           .expires = Time{Millis{1'795'426'861'456}},
                           .failures = 2,
                           .problem = "The hub says \"no\".",
                           .last_push = Time{Millis{7}},
                           .reliance = 5};
  out.token.fill(number);
  websub::HubSecret secret;
  secret.fill(static_cast<std::uint8_t>(number + 1));
  out.secret = Secret<websub::HubSecret>(secret);
  return out;
}

void expect_equal(const websub::Subscription& a, const websub::Subscription& b) {
  EXPECT_EQ(a.token, b.token);
  EXPECT_EQ(a.feed, b.feed);
  EXPECT_EQ(a.hubs, b.hubs);
  EXPECT_EQ(a.topic, b.topic);
  EXPECT_EQ(a.callback, b.callback);
  EXPECT_EQ(a.secret.reveal(), b.secret.reveal());
  EXPECT_EQ(a.is_signing, b.is_signing);
  EXPECT_EQ(a.begun, b.begun);
  EXPECT_EQ(a.step, b.step);
  EXPECT_EQ(a.next_step, b.next_step);
  EXPECT_EQ(a.expires, b.expires);
  EXPECT_EQ(a.failures, b.failures);
  EXPECT_EQ(a.problem, b.problem);
  EXPECT_EQ(a.last_push, b.last_push);
  EXPECT_EQ(a.reliance, b.reliance);
}

Result<std::monostate> put(Store& store, std::vector<websub::Change> changes) {
  return wait_for<std::monostate>(
      [&](auto done) { store.put_hub_subscriptions(std::move(changes), std::move(done)); });
}

TEST(StoreHubSubscriptions, ComeBackAsTheyWerePut) {
  const TemporaryFolder folder;
  using websub::Step;
  std::vector<websub::Change> changes;
  std::uint8_t number = 1;
  for (const Step step :
       {Step::kAsk, Step::kAwait, Step::kHold, Step::kRefused, Step::kEnd, Step::kAwaitEnd}) {
    auto record = sample_subscription(number++, step);
    changes.push_back({record.token, record.feed, record});
  }
  {
    auto store = open_store(folder.path());
    ASSERT_TRUE(put(*store, changes));
  }
  auto store = open_store(folder.path());
  const auto found = store->reader().load_hub_subscriptions();
  ASSERT_TRUE(found);
  ASSERT_THAT(*found, SizeIs(changes.size()));
  for (std::size_t i = 0; i < changes.size(); ++i) expect_equal(found->at(i), *changes[i].record);
}

TEST(StoreHubSubscriptions, AreReplacedAndRemovedInOrder) {
  const TemporaryFolder folder;
  auto store = open_store(folder.path());
  auto record = sample_subscription(1, websub::Step::kAsk);
  auto later = record;
  later.step = websub::Step::kHold;
  ASSERT_TRUE(put(*store, {{record.token, record.feed, record}, {later.token, later.feed, later}}));
  const auto found = store->reader().load_hub_subscriptions();
  ASSERT_THAT(*found, SizeIs(1));
  expect_equal(found->front(), later);
  ASSERT_TRUE(put(*store, {{record.token, record.feed, std::nullopt}}));
  EXPECT_THAT(*store->reader().load_hub_subscriptions(), IsEmpty());
}

TEST(StoreHubsTold, ComeBackAsTheyWerePut) {
  const TemporaryFolder folder;
  {
    auto store = open_store(folder.path());
    EXPECT_THAT(*store->reader().load_hubs_told(), IsEmpty());
    for (const std::uint64_t sequence : {7, 9}) {
      ASSERT_TRUE(wait_for<std::monostate>([&](auto done) {
        store->put_hub_told("https://hub.example/", sequence, std::move(done));
      }));
    }
  }
  auto store = open_store(folder.path());
  EXPECT_THAT(*store->reader().load_hubs_told(), ElementsAre(Pair("https://hub.example/", 9)));
}

}  // namespace
}  // namespace tocsin::store
