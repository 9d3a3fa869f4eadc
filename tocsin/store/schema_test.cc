// SPDX-License-Identifier: Apache-2.0
#include "tocsin/store/schema.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/store/folder.h"
#include "tocsin/store/store_fixture.h"

namespace tocsin::store {
namespace {

using ::testing::HasSubstr;

constexpr std::array<std::string_view, 2> kTwoSteps = {"CREATE TABLE a (x)", "CREATE TABLE b (x)"};
constexpr std::array<std::string_view, 3> kThirdIsBroken = {
    "CREATE TABLE a (x)", "CREATE TABLE b (x)",
    "CREATE TABLE c (x); INSERT INTO nowhere VALUES (1)"};

class Schema : public ::testing::Test {
 protected:
  static Database open(const std::string& file) {
    TOCSIN_CHECK(create_private_file(file).has_value());
    auto database = Database::open(file, Database::Mode::kReadWrite);
    TOCSIN_CHECK(database.has_value());
    return *std::move(database);
  }
  std::int64_t number(std::string_view sql) {
    auto query = database_.query(sql);
    return query.next() ? query.number(0) : -1;
  }
  std::int64_t tables() { return number("SELECT count(*) FROM sqlite_schema"); }

  TemporaryFolder folder_;
  Database database_ = open(folder_.path() + "/x.db");
};

TEST_F(Schema, TakesEachStepOnce) {
  ASSERT_TRUE(migrate(database_, std::span(kTwoSteps).first(1)));
  EXPECT_EQ(tables(), 1);
  ASSERT_TRUE(migrate(database_, kTwoSteps));
  EXPECT_EQ(tables(), 2);
  ASSERT_TRUE(migrate(database_, kTwoSteps));
  EXPECT_EQ(number("PRAGMA user_version"), 2);
}

TEST_F(Schema, LeavesNothingOfAStepThatFails) {
  EXPECT_FALSE(migrate(database_, kThirdIsBroken));
  EXPECT_EQ(tables(), 2);
  EXPECT_EQ(number("PRAGMA user_version"), 2);
  EXPECT_FALSE(database_.in_transaction());
}

TEST_F(Schema, IsNotReadByAnOlderProgram) {
  ASSERT_TRUE(migrate(database_, kTwoSteps));
  const auto older = migrate(database_, std::span(kTwoSteps).first(1));
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, Errc::kConflict);
  EXPECT_THAT(older.error().message,
              HasSubstr("written by a newer Tocsin (schema 2, this program knows 1)"));
}

TEST_F(Schema, IsNotReadBeforeItIsBroughtUpToDate) {
  ASSERT_TRUE(migrate(database_, std::span(kTwoSteps).first(1)));
  EXPECT_EQ(check_version(database_, kTwoSteps).error().code, Errc::kConflict);
  ASSERT_TRUE(migrate(database_, kTwoSteps));
  EXPECT_TRUE(check_version(database_, kTwoSteps));
}

TEST_F(Schema, LeavesTheDatabasesOfOthersAlone) {
  ASSERT_TRUE(database_.execute("CREATE TABLE theirs (x)"));
  EXPECT_EQ(migrate(database_, kTwoSteps).error().code, Errc::kCorrupt);
  EXPECT_EQ(tables(), 1);
}

TEST_F(Schema, OfThisProgramCanBeMade) {
  ASSERT_TRUE(migrate(database_));
  EXPECT_TRUE(check_version(database_));
}

}  // namespace
}  // namespace tocsin::store
