// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::pushservice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Entry entry(std::string subscription, int status, std::string key = "story") {
  return {
      .subscription = std::move(subscription), .collapse_key = std::move(key), .status = status};
}

TEST(Ledger, WritesAndReadsAnEntryAsOneLine) {
  Entry whole{.at = Time(Millis(1'795'000'000'123)),
              .subscription = "v12",
              .collapse_key = "abc",
              .status = 201,
              .body_sha256 = crypto::sha256(as_bytes("x")),
              .text = "a \"quoted\"\nline"};
  EXPECT_EQ(line(whole).find('\n'), std::string::npos);
  EXPECT_EQ(*parse_entry(line(whole)), whole);
  EXPECT_EQ(*parse_entry(line(entry("v1", 0, ""))), entry("v1", 0, ""));
}

TEST(Ledger, RefusesHalfALine) {
  const std::string text = line(entry("v12", 201));
  EXPECT_EQ(parse_entry(text.substr(0, text.size() / 2)).error().code, Errc::kCorrupt);
  EXPECT_EQ(parse_entry("{}").error().code, Errc::kCorrupt);
}

TEST(Summarise, FindsTheMissedTheDuplicatesAndTheOutsiders) {
  const std::vector<Entry> entries{
      entry("v0", 503), entry("v0", 201), entry("v1", 201), entry("v1", 201),
      entry("v2", 410), entry("v3", 429), entry("v9", 201), entry("v3", 201, "another story")};
  const Summary summary =
      summarise(entries, {.recipients = {"v0", "v1", "v2", "v3"}, .collapse_key = "story"});
  EXPECT_EQ(summary.posts, 7U);
  EXPECT_EQ(summary.reached, 2U);
  EXPECT_EQ(summary.duplicates, 1U);
  EXPECT_EQ(summary.gone, 1U);
  EXPECT_THAT(summary.missed, ElementsAre("v3"));
  EXPECT_THAT(summary.outside, ElementsAre("v9"));
  EXPECT_EQ(summary.posts_by_status.at(201), 4U);
}

TEST(Summarise, LooksAtOneTextOnlyWhereAsked) {
  std::vector<Entry> entries{entry("v0", 201), entry("v0", 201)};
  entries[0].text = "first";
  entries[1].text = "correction";
  const Summary summary = summarise(entries, {.recipients = {"v0"}, .text = "correction"});
  EXPECT_EQ(summary.posts, 1U);
  EXPECT_EQ(summary.duplicates, 0U);
  EXPECT_THAT(summary.missed, IsEmpty());
}

}  // namespace
}  // namespace tocsin::pushservice
