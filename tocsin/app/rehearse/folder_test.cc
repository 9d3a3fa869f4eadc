// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/rehearse/folder.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace tocsin::app {
namespace {

namespace fs = std::filesystem;

RehearsalPlan plan(std::uint64_t seed) { return *plan_rehearsal({.seed = seed}, 0, 2); }

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A folder for the test, empty.
class Folder : public testing::Test {
 protected:
  Folder() : temporary_(*RehearsalFolder::open("", plan(1))), path_(temporary_.path() + "/x") {}
  Result<RehearsalFolder> open(std::uint64_t seed) {
    return RehearsalFolder::open(path_, plan(seed));
  }

  RehearsalFolder temporary_;
  std::string path_;
};

TEST_F(Folder, ATemporaryOneGoesWithItsObject) {
  std::string path;
  {
    const auto folder = RehearsalFolder::open("", plan(1));
    path = folder->path();
    write(folder->data() + "/tocsin.db", "x");
    EXPECT_TRUE(fs::exists(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(Folder, IsAsItWasPreparedTheNextTime) {
  {
    const auto first = open(1);
    EXPECT_FALSE(first->is_prepared());
    write(first->data() + "/tocsin.db", "prepared");
    ASSERT_TRUE(first->keep(plan(1), {1, 2, 3}));
    write(first->data() + "/tocsin.db", "used");
  }
  const auto second = open(1);
  ASSERT_TRUE(second->is_prepared());
  EXPECT_EQ(second->ports(), (std::vector<std::uint16_t>{1, 2, 3}));
  EXPECT_EQ(read(second->data() + "/tocsin.db"), "prepared");
}

TEST_F(Folder, IsEmptiedForAnotherPlan) {
  {
    const auto first = open(1);
    write(first->data() + "/tocsin.db", "prepared");
    ASSERT_TRUE(first->keep(plan(1), {1, 2, 3}));
  }
  const auto second = open(2);
  EXPECT_FALSE(second->is_prepared());
  EXPECT_FALSE(fs::exists(second->data() + "/tocsin.db"));
}

TEST_F(Folder, LeavesAloneWhatNoRehearsalMade) {
  fs::create_directories(path_);
  write(path_ + "/thesis.txt", "x");
  const auto folder = open(1);
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, Errc::kConflict);
  EXPECT_TRUE(fs::exists(path_ + "/thesis.txt"));
}

}  // namespace
}  // namespace tocsin::app
