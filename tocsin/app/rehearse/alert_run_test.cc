// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/rehearse/alert_run.h"

#include <gtest/gtest.h>

namespace tocsin::app {
namespace {

TEST(AlertClock, SaysWhenEachShareHadAccepted) {
  AlertClock clock;
  clock.add(Millis(5), 0);
  clock.add(Millis(10), 50);
  clock.add(Millis(20), 89);
  clock.add(Millis(30), 90);
  clock.add(Millis(40), 100);
  clock.add(Millis(50), 100);
  EXPECT_EQ(clock.within(0.5), Millis(10));
  EXPECT_EQ(clock.within(0.51), Millis(20));
  EXPECT_EQ(clock.within(0.9), Millis(30));
  EXPECT_EQ(clock.within(0.99), Millis(40));
  EXPECT_EQ(clock.within(1), Millis(40));
  EXPECT_EQ(clock.accepted(), 100U);
  EXPECT_DOUBLE_EQ(clock.rate(), 2'500);
}

TEST(AlertClock, HasNoMarkThatWasNotReached) {
  AlertClock clock;
  EXPECT_EQ(clock.within(0.5, 10), std::nullopt);
  EXPECT_EQ(clock.within(1), std::nullopt);
  EXPECT_EQ(clock.rate(), 0);
  clock.add(Millis(10), 5);
  EXPECT_EQ(clock.within(0.5, 10), Millis(10));
  EXPECT_EQ(clock.within(0.6, 10), std::nullopt);
}

TEST(AlertRun, TheSlowestIsTheOneThatWasLastToReachItsLast) {
  EXPECT_EQ(slowest({}), nullptr);
  std::vector<AlertRun> alerts(3);
  for (std::size_t i = 0; i < 3; ++i) alerts[i].number = i + 1;
  alerts[0].clock.add(Millis(10), 5);
  alerts[1].clock.add(Millis(30), 5);
  EXPECT_EQ(slowest(alerts)->number, 2U);
}

TEST(AlertRun, CountsThoseWithoutAnOutcome) {
  AlertRun alert;
  alert.totals = {.recipients = 10, .accepted = 3, .gone = 2, .rejected = 1, .failed = 1};
  EXPECT_EQ(alert.undecided(), 3U);
}

}  // namespace
}  // namespace tocsin::app
