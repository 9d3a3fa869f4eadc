// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/rehearse/plan.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::app {
namespace {

using testing::HasSubstr;

std::uint64_t readers_of(const RehearsalPlan& plan) {
  std::uint64_t sum = 0;
  for (const auto& service : plan.services) sum += service.readers;
  return sum;
}

TEST(Plan, SharesAllReadersAmongTheServices) {
  for (const std::int64_t services : {1, 2, 3, 8}) {
    for (const std::int64_t readers : {10, 999, 2'000'000}) {
      const auto plan = plan_rehearsal({.readers = readers, .services = services}, 1, 2);
      ASSERT_TRUE(plan);
      EXPECT_EQ(readers_of(*plan), static_cast<std::uint64_t>(readers));
      EXPECT_EQ(plan->services.size(), static_cast<std::size_t>(services));
    }
  }
}

TEST(Plan, TheSameSeedGivesTheSameNight) {
  const auto titles = [](std::uint64_t seed) {
    std::string all;
    const auto plan = plan_rehearsal({.alerts = 6, .seed = seed}, 77, 2);
    for (const auto& alert : plan->alerts) {
      all += alert.headline + std::string(core::text(alert.importance));
    }
    return all;
  };
  std::set<std::string> nights;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    nights.insert(titles(seed));
    EXPECT_EQ(titles(seed), titles(seed));
  }
  EXPECT_GT(nights.size(), 5U);
}

TEST(Plan, EveryThreeAlertsInARowHaveThreeImportances) {
  const auto plan = plan_rehearsal({.alerts = 7, .seed = 5}, 0, 2);
  ASSERT_EQ(plan->alerts.size(), 7U);
  EXPECT_EQ(plan->alerts[0].importance, core::Importance::kBreaking);
  for (std::size_t i = 0; i + 2 < 7; ++i) {
    EXPECT_NE(plan->alerts[i].importance, plan->alerts[i + 1].importance);
    EXPECT_NE(plan->alerts[i].importance, plan->alerts[i + 2].importance);
  }
}

TEST(Plan, LeavesOneCoreToThePushServices) {
  EXPECT_EQ(plan_rehearsal({}, 0, 1)->threads, 1U);
  EXPECT_EQ(plan_rehearsal({}, 0, 2)->threads, 1U);
  EXPECT_EQ(plan_rehearsal({}, 0, 8)->threads, 7U);
  EXPECT_EQ(plan_rehearsal({}, 0, 8)->service_threads, 1U);
  EXPECT_EQ(plan_rehearsal({.threads = 2}, 0, 8)->service_threads, 3U);
}

TEST(Plan, FaultsAreOfAllServicesOrOfOne) {
  const auto plan = plan_rehearsal({.faults = {"410:0.01", "beta=500:0.1,reset:0.2"}}, 0, 2);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->services[0].faults.size(), 1U);
  ASSERT_EQ(plan->services[1].faults.size(), 2U);
  EXPECT_EQ(plan->services[1].faults[1].first, pushservice::Fault::kReset);
}

TEST(Plan, RefusesWhatCannotBe) {
  const auto refusal = [](const RehearseOptions& options) {
    const auto plan = plan_rehearsal(options, 0, 2);
    return plan ? std::string() : plan.error().message;
  };
  EXPECT_THAT(refusal({.latency = "9-1"}), HasSubstr("latency"));
  EXPECT_THAT(refusal({.faults = {"sneeze:0.1"}}), HasSubstr("sneeze"));
  EXPECT_THAT(refusal({.faults = {"delta=410:0.1"}}), HasSubstr("no push service \"delta\""));
}

}  // namespace
}  // namespace tocsin::app
