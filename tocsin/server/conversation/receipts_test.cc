// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/receipts.h"

#include <gtest/gtest.h>

namespace tocsin::server {
namespace {

using api::Receipt;

// In one of two partitions.
core::SubscriptionId device(std::uint8_t number) {
  core::SubscriptionId id{};
  id.front() = number;
  id.back() = number % 2;
  return id;
}

class ReceiptsTest : public ::testing::Test {
 protected:
  ReceiptsTest() {
    for (std::uint8_t n = 0; n < 6; ++n) {
      core::Subscription subscription;
      subscription.id = device(n);
      subscription.endpoint = "https://push.example/" + std::to_string(n);
      EXPECT_TRUE(table_.upsert(subscription, n / 2));  // the same slots in both partitions
    }
  }
  void add(std::uint64_t alert, std::uint8_t number, Receipt receipt = Receipt::kShown) {
    receipts_.add(core::AlertId{alert}, device(number), receipt);
  }
  api::Receipts::Counts counts(std::uint64_t alert) const {
    return receipts_.counts(core::AlertId{alert});
  }

  fanout::SubscriptionTable table_;
  Receipts receipts_{table_, [](core::AlertId alert) { return alert.value < 1'000; }};
};

TEST_F(ReceiptsTest, CountEachDeviceOnceForEachEvent) {
  for (int round = 0; round < 3; ++round) {
    for (std::uint8_t n = 0; n < 6; ++n) add(1, n);
    add(1, 4, Receipt::kClicked);
    add(1, 4, Receipt::kDismissed);
    add(1, 5, Receipt::kDismissed);
  }
  EXPECT_EQ(counts(1).shown, 6U);
  EXPECT_EQ(counts(1).clicked, 1U);
  EXPECT_EQ(counts(1).dismissed, 2U);
}

TEST_F(ReceiptsTest, AreOfOneAlert) {
  add(1, 0);
  add(2, 0);
  add(2, 1);
  EXPECT_EQ(counts(1).shown, 1U);
  EXPECT_EQ(counts(2).shown, 2U);
  EXPECT_EQ(counts(3).shown, 0U);
}

TEST_F(ReceiptsTest, OfADeviceThatIsNotKnownAreNotCounted) {
  add(1, 200);
  EXPECT_EQ(counts(1).shown, 0U);
}

TEST_F(ReceiptsTest, OfARetiredDeviceAreCounted) {
  EXPECT_TRUE(table_.retire(device(3)));
  add(1, 3);
  EXPECT_EQ(counts(1).shown, 1U) << "it may have shown the alert before it went";
}

// Tests, links and "somebody answered you" are messages of no alert, some with ids above all.
TEST_F(ReceiptsTest, OfMessagesThatAreNoAlertsTakeNoPlaceOfOne) {
  add(1, 0);
  for (std::uint64_t n = 0; n < 2 * Receipts::kAlertsMax; ++n) add(~n, 0);
  add(2, 0);
  EXPECT_EQ(counts(1).shown, 1U);
  EXPECT_EQ(counts(2).shown, 1U);
  EXPECT_EQ(counts(~std::uint64_t{7}).shown, 0U);
}

TEST_F(ReceiptsTest, AreKeptForTheNewestAlerts) {
  const std::uint64_t oldest = 10;
  for (std::uint64_t n = 0; n < Receipts::kAlertsMax; ++n) add(oldest + n, 0);
  add(oldest - 1, 0);
  EXPECT_EQ(counts(oldest - 1).shown, 0U) << "it is older than all that are kept";
  EXPECT_EQ(counts(oldest).shown, 1U);
  add(oldest + Receipts::kAlertsMax, 0);
  EXPECT_EQ(counts(oldest).shown, 0U);
  EXPECT_EQ(counts(oldest + 1).shown, 1U);
  EXPECT_EQ(counts(oldest + Receipts::kAlertsMax).shown, 1U);
}

}  // namespace
}  // namespace tocsin::server
