// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/folder.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "tocsin/base/check.h"

namespace tocsin::server {
namespace {

TEST(Folder, ForgetsSubscriptionsThatWereRetiredLongAgo) {
  std::string name = "/tmp/tocsin-folder-XXXXXX";
  TOCSIN_CHECK(mkdtemp(name.data()) != nullptr);
  const Time now{Millis{1'795'000'000'000}};
  {
    const auto store = *open_folder(name + "/data");
    const auto put = [&](const char* endpoint, core::SubscriptionState state, Time changed) {
      core::Subscription one;
      one.id = core::subscription_id(endpoint);
      one.endpoint = endpoint;
      one.state = state;
      one.changed = changed;
      EXPECT_TRUE(await<store::StoredSubscription>(
          [&](auto done) { store->put_subscription(one, std::move(done)); }));
    };
    using State = core::SubscriptionState;
    put("https://push.example/old", State::kRetired, now - kRetiredKept - Seconds(1));
    put("https://push.example/fresh", State::kRetired, now - kRetiredKept);
    put("https://push.example/active", State::kActive, now - 9 * kRetiredKept);
    EXPECT_TRUE(forget_retired(*store, now));
    std::size_t left = 0;
    EXPECT_TRUE(store->reader().load_subscriptions([&](const store::StoredSubscription& stored) {
      EXPECT_NE(stored.subscription.endpoint, "https://push.example/old");
      ++left;
    }));
    EXPECT_EQ(left, 2u);
  }
  std::filesystem::remove_all(name);
}

}  // namespace
}  // namespace tocsin::server
