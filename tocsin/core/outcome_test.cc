// SPDX-License-Identifier: Apache-2.0
#include "tocsin/core/outcome.h"

#include <gtest/gtest.h>

namespace tocsin::core {
namespace {

TEST(Outcome, IsFinalUnlessThrottled) {
  for (const auto outcome : {Outcome::kAccepted, Outcome::kGone, Outcome::kRejected,
                             Outcome::kFailed, Outcome::kExpired, Outcome::kSuppressed}) {
    EXPECT_TRUE(is_final(outcome)) << text(outcome);
  }
  EXPECT_FALSE(is_final(Outcome::kThrottled));
}

TEST(Totals, AddUpWhenEachRecipientHasOneOutcome) {
  Totals totals{.recipients = 21,
                .accepted = 1,
                .gone = 2,
                .rejected = 3,
                .failed = 4,
                .expired = 5,
                .suppressed = 6};
  EXPECT_TRUE(totals.add_up());
  totals.gone += 1;
  EXPECT_FALSE(totals.add_up());
}

}  // namespace
}  // namespace tocsin::core
