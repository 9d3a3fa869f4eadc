// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/progress.h"

#include <limits>

#include <gtest/gtest.h>

namespace tocsin::fanout {
namespace {

constexpr Time kStart{Seconds(1'795'000'000)};

Progress progress_of(std::uint64_t recipients) {
  Progress out;
  out.alert = core::AlertId{7};
  out.totals.recipients = recipients;
  out.started = kStart;
  return out;
}

TEST(Progress, TellsWithinWhatTimeAShareHadAccepted) {
  Progress progress = progress_of(100);
  for (int i = 0; i < 50; ++i) count_acceptances(progress, 1, kStart + Millis(100));
  EXPECT_FALSE(accepted_within(progress, 0.9));
  for (int i = 0; i < 45; ++i) count_acceptances(progress, 1, kStart + Seconds(100));
  EXPECT_EQ(progress.first_accepted, kStart + Millis(100));

  ASSERT_TRUE(accepted_within(progress, 0.5));
  EXPECT_GE(*accepted_within(progress, 0.5), Millis(100));
  EXPECT_LE(*accepted_within(progress, 0.5), Millis(121));
  EXPECT_GE(*accepted_within(progress, 0.9), Seconds(100));
  EXPECT_LE(*accepted_within(progress, 0.9), Seconds(121));
  EXPECT_FALSE(accepted_within(progress, 0.99));
}

TEST(Progress, CountsEachTimeInTheFirstBucketThatHoldsIt) {
  for (const std::int64_t ms : {0, 10, 11, 12, 13, 14, 17, 999, 123'456}) {
    Progress progress = progress_of(1);
    count_acceptances(progress, 1, kStart + Millis(ms));
    const Millis within = *accepted_within(progress, 1);
    EXPECT_GE(within.count(), ms);
    EXPECT_LE(static_cast<double>(within.count()), std::max(10.0, static_cast<double>(ms) * 1.21));
  }
}

TEST(Progress, BearsAClockThatWentBackAndOneThatIsYearsLate) {
  Progress progress = progress_of(2);
  count_acceptances(progress, 1, kStart - Seconds(5));
  count_acceptances(progress, 1, kStart + Seconds(1'000'000'000));
  EXPECT_EQ(progress.accepted_after.front(), 1u);
  EXPECT_EQ(progress.accepted_after.back(), 1u);
}

TEST(Progress, ComesBackFromItsText) {
  Progress progress = progress_of(3);
  progress.totals.accepted = 2;
  progress.totals.suppressed = 1;
  progress.services["fcm"] = {.recipients = 3, .accepted = 2, .suppressed = 1};
  progress.suppressed_because["unsubscribed"] = 1;
  count_acceptances(progress, 1, kStart + Millis(40));
  count_acceptances(progress, 1, kStart + Millis(4'000));
  auto back = parse_progress(to_text(progress));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, progress);

  progress.finished = kStart + Seconds(5);
  back = parse_progress(to_text(progress));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, progress);
}

TEST(Progress, RefusesTextThatIsNotItsOwn) {
  const std::string text = to_text(progress_of(3));
  std::string negative = text;
  negative.replace(negative.find("\"recipients\":3"), 14, "\"recipients\":-3");
  for (const std::string& bad : {std::string("{}"), std::string("["), negative}) {
    EXPECT_EQ(parse_progress(bad).error().code, Errc::kCorrupt) << bad;
  }
}

}  // namespace
}  // namespace tocsin::fanout
