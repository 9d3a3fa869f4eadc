// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tocsin/store/store_fixture.h"

// A database that may not grow stands for a full disk: SQLite answers both alike.
namespace tocsin::store {
namespace {

namespace sample = newsroom::sample;

constexpr std::uint32_t kPagesMax = 120;

std::size_t stored(Store& store) {
  std::size_t count = 0;
  EXPECT_TRUE(store.reader().load_subscriptions([&](const StoredSubscription&) { ++count; }));
  return count;
}

TEST(FullDisk, RefusesWhatDoesNotFitAndKeepsWhatWasAcknowledged) {
  const TemporaryFolder folder;
  auto store = open_store(folder.path(), kPagesMax);
  ASSERT_TRUE(execute(*store, sample::command(1, newsroom::PutSite{sample::site()})));
  EXPECT_FALSE(store->is_behind());
  std::vector<core::SubscriptionId> acknowledged;
  std::uint64_t n = 0;
  for (; n < 5000; ++n) {
    const auto done = put(*store, subscription(n));
    if (!done) {
      EXPECT_EQ(done.error().code, Errc::kUnavailable) << done.error().message;
      EXPECT_THAT(done.error().message, ::testing::HasSubstr("full"));
      break;
    }
    acknowledged.push_back(done->subscription.id);
  }
  ASSERT_LT(n, 5000u);
  EXPECT_TRUE(store->is_behind());
  EXPECT_EQ(stored(*store), acknowledged.size());
  EXPECT_EQ(store->reader().content().sites().size(), 1u) << "reading goes on";

  // Space returns: the store goes on by itself.
  ASSERT_TRUE(wait_for<Store::Subscriptions>([&](auto done) {
    store->retire({acknowledged.begin(), acknowledged.begin() + 60}, "gone (410)", sample::kNow,
                  std::move(done));
  }));
  const auto purged = wait_for<std::size_t>(
      [&](auto done) { store->purge_retired(sample::kNow + Millis{1}, std::move(done)); });
  ASSERT_TRUE(purged) << purged.error().message;
  EXPECT_EQ(*purged, 60u);
  EXPECT_TRUE(put(*store, subscription(n)));
  EXPECT_EQ(stored(*store), acknowledged.size() - 60 + 1);

  store.reset();
  store = open_store(folder.path());
  EXPECT_EQ(stored(*store), acknowledged.size() - 60 + 1);
}

TEST(FullDisk, CostsNoNeighbourOfTheWriteThatDoesNotFit) {
  const TemporaryFolder folder;
  const auto store = open_store(folder.path(), kPagesMax);
  std::vector<core::Subscription> import;
  for (std::uint64_t n = 1000; n < 4000; ++n) import.push_back(subscription(n));
  std::vector<std::promise<bool>> answers(21);
  for (std::size_t n = 0; n < answers.size(); ++n) {
    const auto answer = [&promise = answers[n]](const auto& result) {
      promise.set_value(result.has_value());
    };
    if (n == 10) {
      store->put_subscriptions(import, answer);
    } else {
      store->put_subscription(subscription(n), answer);
    }
  }
  for (std::size_t n = 0; n < answers.size(); ++n) {
    EXPECT_EQ(answers[n].get_future().get(), n != 10) << n;
  }
  EXPECT_EQ(stored(*store), answers.size() - 1);
}

}  // namespace
}  // namespace tocsin::store
