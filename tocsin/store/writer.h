// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/sqlite/database.h"

namespace tocsin::store {

using sqlite::Database;

// One piece of work for the writer: what to do inside the transaction, and whom to tell.
class Job {
 public:
  // `bytes`: about so much memory it holds while it waits; 0: next to nothing.
  explicit Job(std::size_t bytes) : bytes_(bytes) {}
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  std::size_t bytes() const { return bytes_; }
  // May be called again, after everything that the call before wrote was undone.
  virtual Status run(Database& database) = 0;
  // Instead of what run() gave.
  virtual void fail(Error error) = 0;
  // Calls back with the result. Once, last.
  virtual std::function<void()> completion() = 0;

 private:
  const std::size_t bytes_;
};

template <class T>
class JobOf final : public Job {
 public:
  JobOf(std::function<Result<T>(Database&)> work, std::function<void(Result<T>)> done,
        std::size_t bytes = 0)
      : Job(bytes), work_(std::move(work)), done_(std::move(done)) {}

  Status run(Database& database) override {
    result_ = work_(database);
    if (!*result_) return result_->error();
    return ok();
  }
  void fail(Error error) override { result_ = std::move(error); }
  std::function<void()> completion() override {
    return [done = std::move(done_), result = *std::move(result_)]() mutable {
      done(std::move(result));
    };
  }

 private:
  std::function<Result<T>(Database&)> work_;
  std::function<void(Result<T>)> done_;
  std::optional<Result<T>> result_;
};

// The one thread that writes. Jobs that have gathered are committed together, each under a
// savepoint of its own, so that a failing one undoes nothing but itself.
class Writer {
 public:
  using Post = std::function<void(std::function<void()>)>;

  // `post` gets the completions, after the commit, in the order of the jobs.
  Writer(Database database, std::size_t queue_jobs_max, Post post);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  // Runs what is queued to its end.
  ~Writer();

  // From any thread. A full queue fails the job with kExhausted, by way of `post`.
  void add(std::unique_ptr<Job> job);
  // Of the jobs that have no completion yet. From any thread.
  std::size_t waiting_bytes() const;
  // Whether a commit failed less than so long ago. From any thread.
  bool failed_within(Millis length) const;

 private:
  using Jobs = std::vector<std::unique_ptr<Job>>;

  void work();
  // False when the writer is to end.
  bool take(Jobs& jobs);
  void commit(Jobs& jobs);
  void release(const Jobs& jobs);

  Database database_;
  const std::size_t queue_jobs_max_;
  const Post post_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Job>> queue_;
  std::size_t waiting_bytes_ = 0;
  std::optional<Instant> last_failure_;
  bool is_ending_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace tocsin::store
