// SPDX-License-Identifier: Apache-2.0
#include "tocsin/observe/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::metrics {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, CountsByLabel) {
  count("tocsin_push_answers_total", 2, "accepted");
  count("tocsin_push_answers_total", 1, "gone");
  count("tocsin_push_answers_total", 1, "accepted");
  const auto text = expose();
  EXPECT_THAT(text, HasSubstr("# TYPE tocsin_push_answers_total counter\n"));
  EXPECT_THAT(text, HasSubstr("tocsin_push_answers_total{outcome=\"accepted\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("tocsin_push_answers_total{outcome=\"gone\"} 1\n"));
}

TEST(Metrics, SetsGaugesAndFillsHistograms) {
  set("tocsin_subscriptions", 7);
  set("tocsin_subscriptions", 5);
  observe("tocsin_story_to_accepted_seconds", 1.5);
  const auto text = expose();
  EXPECT_THAT(text, HasSubstr("tocsin_subscriptions 5\n"));
  EXPECT_THAT(text, HasSubstr("tocsin_story_to_accepted_seconds_bucket{le=\"1\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("tocsin_story_to_accepted_seconds_bucket{le=\"2\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("tocsin_story_to_accepted_seconds_count 1\n"));
}

TEST(Metrics, DescribesItsTable) {
  EXPECT_THAT(describe(), HasSubstr("| `tocsin_feed_fetches_total` | counter | `result` | "
                                    "Fetches of feeds, by what came of them. |  |\n"));
}

TEST(MetricsDeathTest, RefuseANameThatIsNotInTheTable) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(count("tocsin_no_such_total"), "by_name");
  EXPECT_DEATH(set("tocsin_push_retries_total", 1), "found");
  EXPECT_DEATH(count("tocsin_push_answers_total", 1), "label");
}

}  // namespace
}  // namespace tocsin::metrics
