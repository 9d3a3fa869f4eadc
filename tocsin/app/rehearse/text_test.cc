// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/rehearse/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::app {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr std::size_t kColumns = 79;

RehearsalPlan plan() { return *plan_rehearsal({.readers = 1'000'000, .seed = 1}, 0, 2); }

// A million accepted, the last of them after two seconds.
AlertRun alert(const RehearsalPlan& of) {
  AlertRun run;
  run.number = 1;
  run.plan = of.alerts[0];
  run.plan.headline = std::string(200, 'x');
  run.totals = {.recipients = 1'000'000, .accepted = 1'000'000};
  run.first = Millis(9);
  run.clock.add(Millis(1'234), 900'000);
  run.clock.add(Millis(2'000), 1'000'000);
  run.decided = Millis(2'001);
  for (const auto& service : of.services) {
    run.services.push_back({.recipients = service.readers,
                            .standings = {.waiting = 10'000, .reached = service.readers},
                            .rate = 571'428});
  }
  return run;
}

TEST(Text, DurationsHaveAsManyDigitsAsMatter) {
  EXPECT_EQ(duration_text(Millis(9)), "9 ms");
  EXPECT_EQ(duration_text(Millis(2'310)), "2.31 s");
  EXPECT_EQ(duration_text(Seconds(125)), "125 s");
}

TEST(Text, FitsEightyColumns) {
  const auto of = plan();
  const RehearsalResult result{.alerts = {alert(of)},
                               .audit = {.totals = alert(of).totals},
                               .cpu_us_per_push = 2.5,
                               .rate_per_second = 500'000};
  for (const auto& lines : {plan_lines(of),
                            alert_lines(alert(of), of, Millis(2'001)),
                            result_lines(result),
                            {alert_line(alert(of), Millis(2'001))}}) {
    for (const auto& line : lines) EXPECT_LE(line.size(), kColumns) << line;
  }
}

TEST(Text, GivesTheVerdict) {
  const auto of = plan();
  AlertRun run = alert(of);
  EXPECT_EQ(verdict_text(run, Millis(2'001)), "90 % within two minutes: met in 1.23 s");
  run.clock = AlertClock();
  run.decided.reset();
  run.totals.accepted = 10;
  EXPECT_THAT(verdict_text(run, Seconds(3)), HasSubstr("not yet"));
  EXPECT_THAT(verdict_text(run, Seconds(121)), HasSubstr("MISSED"));
}

TEST(Text, SaysWhatIsWrong) {
  const RehearsalResult result{.alerts = {alert(plan())}, .audit = {.missed = 3}};
  EXPECT_THAT(result_lines(result), Contains("WRONG: 3 recipients were missed"));
  EXPECT_EQ(result_lines({}).size(), 1U);
}

}  // namespace
}  // namespace tocsin::app
