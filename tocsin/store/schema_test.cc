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

// The fourth version knew comments by their ids. Comment 3 waits to be told to those who had 2.
TEST_F(Schema, KeepsWhatFollowersWereToldWhenItTurnsIdsIntoEvents) {
  ASSERT_TRUE(migrate(database_, migrations().first(4)));
  ASSERT_TRUE(database_.execute(R"sql(
    PRAGMA foreign_keys = OFF;
    INSERT INTO live_event VALUES (7, 1, 'comment', 3, 41, 0, 0);
    INSERT INTO conversation VALUES (41, 1, 'by_rule', '', '', NULL, NULL, 0, 2, 3, 1);
    INSERT INTO comment SELECT value, 1, 41, 0, 71, 0, '', '', '', 'published', '', '', '', 0, 0,
      0, 0, 0, 0, NULL FROM json_each('[2, 3, 4]');
    UPDATE comment SET state = 'held' WHERE id = 4;
    INSERT INTO follower VALUES (41, x'01', 0, 1, 0, 0, 3, 1, 2, NULL),
      (41, x'02', 0, 0, 1, 0, 0, 0, 2, NULL), (41, x'03', 0, 0, 1, 0, 0, 0, 3, NULL);
  )sql"));
  ASSERT_TRUE(migrate(database_));
  EXPECT_EQ(number("SELECT latest FROM conversation"), 7);
  EXPECT_EQ(number("SELECT announced FROM comment WHERE id = 2 AND was_shown"), 1);
  EXPECT_EQ(number("SELECT announced FROM comment WHERE id = 3 AND was_shown"), 7);
  EXPECT_EQ(number("SELECT announced FROM comment WHERE id = 4 AND NOT was_shown"), 0);
  EXPECT_EQ(number("SELECT told FROM follower WHERE device = x'01'"), 6) << "an answer waits";
  EXPECT_EQ(number("SELECT told FROM follower WHERE device = x'02'"), 6) << "a comment waits";
  EXPECT_EQ(number("SELECT told FROM follower WHERE device = x'03'"), 7);
}

// The seventh version did not keep who pushes a feed: the next fetch has no condition.
TEST_F(Schema, LetsFeedsBeReadOnceMoreToFindTheirHubs) {
  ASSERT_TRUE(migrate(database_, migrations().first(7)));
  ASSERT_TRUE(database_.execute(R"sql(
    INSERT INTO feed_state VALUES
      (1, '{"etag_hex":"22","last_modified_hex":"33","body_digest":"44","known":true}'),
      (2, 'no json');
  )sql"));
  ASSERT_TRUE(migrate(database_));
  EXPECT_EQ(number("SELECT state = '{\"known\":true}' FROM feed_state WHERE feed = 1"), 1);
  EXPECT_EQ(number("SELECT state = 'no json' FROM feed_state WHERE feed = 2"), 1);
}

}  // namespace
}  // namespace tocsin::store
