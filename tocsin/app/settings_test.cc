// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/settings.h"

#include <cstdio>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

namespace tocsin::app {
namespace {

TEST(Settings, TheTableHoldsTogether) {
  std::set<std::string_view> names;
  for (const auto& setting : settings_table()) {
    EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
    EXPECT_TRUE(setting.sentence.ends_with('.')) << setting.name;
  }
  EXPECT_TRUE(Settings::load({}, {}, {})) << "every default is within its own range";
}

TEST(Settings, TheFlagBeatsTheEnvironmentBeatsTheFileBeatsTheDefault) {
  const auto port = [](const Result<Settings>& settings) {
    return settings->number("listen_port");
  };
  EXPECT_EQ(port(Settings::load({}, {}, {})), 8080);
  EXPECT_EQ(port(Settings::load({{"listen_port", "1"}}, {}, {})), 1);
  EXPECT_EQ(port(Settings::load({{"listen_port", "1"}}, {{"listen_port", "2"}}, {})), 2);
  EXPECT_EQ(
      port(Settings::load({{"listen_port", "1"}}, {{"listen_port", "2"}}, {{"listen_port", "3"}})),
      3);
}

TEST(Settings, ASecretIsNotPrinted) {
  const auto settings = Settings::load({}, {{"mail_password", "hunter2"}}, {});
  EXPECT_EQ(settings->secret("mail_password"), "hunter2");
  EXPECT_EQ(settings->print().find("hunter2"), std::string::npos);
  EXPECT_NE(settings->print().find("# mail_password is set, and not shown  # environment\n"),
            std::string::npos);
}

TEST(Settings, APasswordInAUrlIsNotPrinted) {
  const auto settings = Settings::load(
      {}, {{"websub_hubs", "https://a.example/,https://desk:hunter2@b.example/x,desk:hunter2@"}},
      {});
  const auto printed = settings->print();
  EXPECT_EQ(printed.find("hunter2"), std::string::npos);
  EXPECT_NE(
      printed.find("# websub_hubs = [\"https://a.example/\", \"https://b.example/x\", \"?\"], "
                   "and passwords not shown  # environment\n"),
      std::string::npos);
  EXPECT_EQ(settings->list("websub_hubs")[1], "https://desk:hunter2@b.example/x");
}

TEST(Settings, AnUnknownNameIsAnErrorWithTheNearest) {
  const auto settings = Settings::load({{"listen_prot", "1"}}, {}, {});
  ASSERT_FALSE(settings);
  EXPECT_NE(settings.error().message.find("\"listen_port\""), std::string::npos);
}

TEST(Settings, AValueOfTheWrongKindOrOutOfRangeIsAnErrorThatSaysWhatToDo) {
  for (const auto& [name, value] :
       {std::pair("listen_port", "65536"), std::pair("listen_port", "x"),
        std::pair("log_json", "yes"), std::pair("log_level", "loud")}) {
    const auto settings = Settings::load({}, {{name, value}}, {});
    ASSERT_FALSE(settings) << name;
    EXPECT_NE(settings.error().message.find("environment"), std::string::npos);
  }
}

TEST(Settings, ListsAreSplitAtCommas) {
  const auto settings = Settings::load({}, {}, {{"push_hosts", "a.example, .b.example"}});
  EXPECT_EQ(settings->list("push_hosts"), (std::vector<std::string>{"a.example", ".b.example"}));
}

TEST(Settings, WhatIsPrintedReadsBackTheSame) {
  const auto settings = Settings::load(
      {}, {}, {{"site_name", "The \"Daily\" \\ Bell"}, {"push_hosts", "a.example,.b.example"}});
  const std::string path = testing::TempDir() + "tocsin_settings_test.toml";
  std::ofstream(path) << settings->print();
  const auto read = read_settings_file(path);
  std::remove(path.c_str());
  ASSERT_TRUE(read) << read.error().message;
  const auto again = Settings::load(*read, {}, {});
  ASSERT_TRUE(again) << again.error().message;
  for (const auto& setting : settings_table()) {
    if (setting.kind == Setting::Kind::kText) {
      EXPECT_EQ(again->text(setting.name), settings->text(setting.name));
    }
  }
  EXPECT_EQ(again->list("push_hosts"), settings->list("push_hosts"));
}

TEST(SettingsFile, SaysWhichLineIsNotToml) {
  const std::string path = testing::TempDir() + "tocsin_settings_bad.toml";
  std::ofstream(path) << "listen_port = 1\nlog_json = \n";
  const auto read = read_settings_file(path);
  std::remove(path.c_str());
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find(":2"), std::string::npos) << read.error().message;
  EXPECT_EQ(read_settings_file("/nonexistent").error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace tocsin::app
