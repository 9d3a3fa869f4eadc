// SPDX-License-Identifier: Apache-2.0
#include "tocsin/observe/log.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::log {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

std::string written_by(const std::function<void()>& act) {
  testing::internal::CaptureStderr();
  act();
  return testing::internal::GetCapturedStderr();
}

std::ptrdiff_t lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

TEST(Log, WritesOneLineOfKeysAndValues) {
  configure(Level::kInfo, false);
  const auto line = written_by([] {
    warn("test.keys", {{"host", "push.example"}, {"retry_after_s", 30}, {"final", true}});
  });
  EXPECT_THAT(line, ContainsRegex("^time=20[0-9-]+T[0-9:.]+Z level=warning event=test.keys "
                                  "host=push.example retry_after_s=30 final=true\n$"));
}

TEST(Log, QuotesWhatWouldBreakTheLine) {
  configure(Level::kInfo, false);
  const auto line = written_by([] {
    info("test.quotes", {{"why", "a \"b\"\n\x01=c\\"}, {"nothing", ""}, {"bad", "\xff"}});
  });
  EXPECT_THAT(line, HasSubstr(R"(why="a \"b\"\n\u0001=c\\" nothing="")"));
  EXPECT_THAT(line, HasSubstr("bad=\"\xef\xbf\xbd\"\n"));
  EXPECT_EQ(lines(line), 1);
}

TEST(Log, WritesOneJsonObjectALine) {
  configure(Level::kInfo, true);
  const auto line = written_by([] {
    error("test.json", {{"host", "Zürich"}, {"cut", "\xe2\x82"}, {"n", 1}});
  });
  configure(Level::kInfo, false);
  EXPECT_THAT(line, ContainsRegex("^\\{\"time\":\"[^\"]+Z\",\"level\":\"error\",\"event\":"
                                  "\"test.json\",\"host\":\"Zürich\",\"cut\":\"[^\"]+\","
                                  "\"n\":\"1\"\\}\n$"));
}

TEST(Log, KeepsQuietBelowItsLevel) {
  configure(Level::kWarn, false);
  EXPECT_EQ(written_by([] { info("test.level"); }), "");
  configure(Level::kOff, false);
  EXPECT_EQ(written_by([] { error("test.level"); }), "");
}

TEST(Log, LeavesOutAFloodOfOneEvent) {
  configure(Level::kInfo, false);
  const auto text = written_by([] {
    for (int i = 0; i < 100; ++i) info("test.flood", {{"i", i}});
    info("test.other");
  });
  EXPECT_EQ(lines(text), 21);
  EXPECT_THAT(text, HasSubstr("event=test.other"));
}

}  // namespace
}  // namespace tocsin::log
