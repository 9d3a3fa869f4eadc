// SPDX-License-Identifier: Apache-2.0
#include "tocsin/store/writer.h"

#include <future>

#include <gtest/gtest.h>

#include "tocsin/store/folder.h"
#include "tocsin/store/store_fixture.h"

namespace tocsin::store {
namespace {

class WriterTest : public ::testing::Test {
 protected:
  using Work = std::function<Result<int>(Database&)>;
  using Done = std::function<void(Result<int>)>;

  WriterTest() {
    TOCSIN_CHECK(create_private_file(file_).has_value());
    TOCSIN_CHECK(open().execute("PRAGMA journal_mode = WAL; CREATE TABLE t (x)").has_value());
  }
  Database open() const {
    auto database = Database::open(file_, Database::Mode::kReadWrite);
    TOCSIN_CHECK(database.has_value());
    return *std::move(database);
  }
  static std::unique_ptr<Job> job(Work work, Done done) {
    return std::make_unique<JobOf<int>>(std::move(work), std::move(done));
  }
  static Result<int> insert(Database& database, std::int64_t x) {
    TOCSIN_TRY(std::ignore, database.query("INSERT INTO t (x) VALUES (?1)").bind(x).run());
    return static_cast<int>(x);
  }
  std::int64_t sum() const {
    auto database = open();
    auto query = database.query("SELECT coalesce(sum(x), 0) FROM t");
    return query.next() ? query.number(0) : -1;
  }

  TemporaryFolder folder_;
  std::string file_ = folder_.path() + "/x.db";
};

TEST_F(WriterTest, AnswersInTheOrderOfTheJobs) {
  std::vector<int> order;
  {
    Writer writer(open(), 100, [](const std::function<void()>& done) { done(); });
    for (int n = 0; n < 50; ++n) {
      writer.add(job([n](Database& database) { return insert(database, n); },
                     [&order](Result<int> result) { order.push_back(*result); }));
    }
  }
  ASSERT_EQ(order.size(), 50u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(sum(), 49 * 50 / 2);
}

TEST_F(WriterTest, AnswersAfterTheCommit) {
  std::promise<std::int64_t> seen;
  Writer writer(open(), 100, [](const std::function<void()>& done) { done(); });
  writer.add(job([](Database& database) { return insert(database, 7); },
                 [&](const Result<int>&) { seen.set_value(sum()); }));
  EXPECT_EQ(seen.get_future().get(), 7);
}

TEST_F(WriterTest, UndoesAFailingJobAlone) {
  std::promise<void> go;
  const auto gate = go.get_future().share();
  std::vector<Errc> failed;
  {
    Writer writer(open(), 100, [](const std::function<void()>& done) { done(); });
    // Holds the writer, so that the jobs behind it gather in one transaction.
    writer.add(job([gate](Database&) -> Result<int> { return gate.wait(), 0; },
                   [](const Result<int>&) {}));
    for (int n = 1; n <= 4; ++n) {
      writer.add(job(
          [n](Database& database) -> Result<int> {
            TOCSIN_TRY(std::ignore, insert(database, n));
            if (n == 2) return Error{Errc::kConflict, "refused"};
            return n;
          },
          [&failed](const Result<int>& result) {
            if (!result) failed.push_back(result.error().code);
          }));
    }
    go.set_value();
  }
  EXPECT_EQ(failed, std::vector{Errc::kConflict});
  EXPECT_EQ(sum(), 1 + 3 + 4);
}

TEST_F(WriterTest, TriesJobsAloneWhenTheTransactionIsLost) {
  std::promise<void> go;
  const auto gate = go.get_future().share();
  std::vector<Errc> failed;
  {
    Writer writer(open(), 100, [](const std::function<void()>& done) { done(); });
    writer.add(job([gate](Database&) -> Result<int> { return gate.wait(), 0; },
                   [](const Result<int>&) {}));
    for (int n = 1; n <= 4; ++n) {
      writer.add(job(
          [n](Database& database) -> Result<int> {
            TOCSIN_TRY(std::ignore, insert(database, n));
            if (n != 2) return n;
            TOCSIN_TRY(std::ignore, database.execute("ROLLBACK"));  // as SQLite does on a full disk
            return Error{Errc::kUnavailable, "full"};
          },
          [&failed](const Result<int>& result) {
            if (!result) failed.push_back(result.error().code);
          }));
    }
    go.set_value();
  }
  EXPECT_EQ(failed, std::vector{Errc::kUnavailable});
  EXPECT_EQ(sum(), 1 + 3 + 4);
}

TEST_F(WriterTest, RemembersForAWhileThatTheDiskFailed) {
  std::promise<void> over;
  Writer writer(open(), 100, [](const std::function<void()>& done) { done(); });
  writer.add(job(
      [](Database& database) -> Result<int> {
        TOCSIN_TRY(std::ignore, database.execute("ROLLBACK"));
        return Error{Errc::kUnavailable, "full"};
      },
      [&](const Result<int>&) { over.set_value(); }));
  over.get_future().wait();
  EXPECT_TRUE(writer.failed_within(Seconds(3'600)));
  EXPECT_FALSE(writer.failed_within(Millis(0)));
}

TEST_F(WriterTest, CountsWhatWaits) {
  std::promise<void> go;
  const auto gate = go.get_future().share();
  Writer writer(open(), 3, [](const std::function<void()>& done) { done(); });
  const auto held = [gate](Database&) -> Result<int> { return gate.wait(), 0; };
  writer.add(std::make_unique<JobOf<int>>(
      held, [](const Result<int>&) {}, 100));
  for (int n = 0; n < 9; ++n) {  // some find no room
    writer.add(std::make_unique<JobOf<int>>(
        held, [](const Result<int>&) {}, 10));
  }
  EXPECT_GE(writer.waiting_bytes(), 120u);
  EXPECT_LE(writer.waiting_bytes(), 140u);
  go.set_value();
  while (writer.waiting_bytes() > 0) std::this_thread::yield();
  EXPECT_FALSE(writer.failed_within(Seconds(3'600)));
}

TEST_F(WriterTest, RefusesWhatTheQueueCannotHold) {
  std::promise<void> started;
  std::promise<void> go;
  const auto gate = go.get_future().share();
  std::vector<Errc> failed;
  {
    Writer writer(open(), 2, [](const std::function<void()>& done) { done(); });
    writer.add(job(
        [&](Database&) -> Result<int> {
          started.set_value();
          gate.wait();
          return 0;
        },
        [](const Result<int>&) {}));
    started.get_future().wait();
    for (int n = 1; n <= 3; ++n) {
      writer.add(job([n](Database& database) { return insert(database, n); },
                     [&failed](const Result<int>& result) {
                       if (!result) failed.push_back(result.error().code);
                     }));
    }
    EXPECT_EQ(failed, std::vector{Errc::kExhausted});
    go.set_value();
  }
  EXPECT_EQ(failed.size(), 1u);
  EXPECT_EQ(sum(), 1 + 2);
}

}  // namespace
}  // namespace tocsin::store
