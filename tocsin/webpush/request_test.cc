// SPDX-License-Identifier: Apache-2.0
#include "tocsin/webpush/request.h"

#include <gtest/gtest.h>

namespace tocsin::webpush {
namespace {

TEST(PushOptions, AlwaysSendsATtlAndNamesTheEncoding) {
  const auto fields = header_fields({.ttl = Seconds(60), .urgency = Urgency::kHigh});
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"ttl", "60"},
      {"urgency", "high"},
      {"content-encoding", "aes128gcm"},
      {"content-type", "application/octet-stream"}};
  EXPECT_EQ(fields, expected);
}

TEST(PushOptions, SendsTheCollapseKeyAsTopic) {
  const auto fields = header_fields({.collapse_key = "story-1"});
  EXPECT_EQ(fields.back(), (std::pair<std::string, std::string>("topic", "story-1")));
}

TEST(PushOptions, RefusesWhatPushServicesRefuse) {
  EXPECT_TRUE(check({}));
  EXPECT_FALSE(check({.ttl = Seconds(0)}));
  EXPECT_FALSE(check({.ttl = kTtlMax + Seconds(1)}));
  EXPECT_TRUE(check({.collapse_key = std::string(32, 'a')}));
  EXPECT_FALSE(check({.collapse_key = std::string(33, 'a')}));
  EXPECT_FALSE(check({.collapse_key = "a b"}));
}

TEST(Urgency, TextReadsBack) {
  for (const auto urgency : {Urgency::kVeryLow, Urgency::kLow, Urgency::kNormal, Urgency::kHigh}) {
    EXPECT_EQ(parse_urgency(text(urgency)), urgency);
  }
  EXPECT_FALSE(parse_urgency("urgent"));
}

}  // namespace
}  // namespace tocsin::webpush
