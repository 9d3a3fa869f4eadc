// SPDX-License-Identifier: Apache-2.0
#include "tocsin/store/writer.h"

#include <span>
#include <tuple>

#include "tocsin/base/clock.h"
#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"

namespace tocsin::store {
namespace {

// Together they wait for one fsync. More would only lengthen the wait of the first.
constexpr std::size_t kGroupJobsMax = 256;

Error lost_with(const Error& cause) {
  return {cause.code == Errc::kInternal ? Errc::kInternal : Errc::kUnavailable,
          "nothing was written: " + cause.message};
}

// Undoes what `job` wrote if it fails. An error: the transaction itself is lost, and with it
// what the jobs before wrote.
Status run_under_savepoint(Database& database, Job& job) {
  TOCSIN_TRY(std::ignore, database.execute("SAVEPOINT job"));
  const auto done = job.run(database);
  if (!database.in_transaction()) return done ? Error{Errc::kInternal, "no transaction"} : done;
  if (!done) {
    TOCSIN_TRY(std::ignore, database.execute("ROLLBACK TO job"));
  }
  return database.execute("RELEASE job");
}

Status run_in_transaction(Database& database, std::span<const std::unique_ptr<Job>> jobs) {
  TOCSIN_TRY(std::ignore, database.execute("BEGIN IMMEDIATE"));
  for (const auto& job : jobs) {
    TOCSIN_TRY(std::ignore, run_under_savepoint(database, *job));
  }
  return database.execute("COMMIT");
}

// Leaves no transaction open, whatever happens.
Status run_or_undo(Database& database, std::span<const std::unique_ptr<Job>> jobs) {
  auto done = run_in_transaction(database, jobs);
  if (!done && database.in_transaction()) {
    const auto undone = database.execute("ROLLBACK");
    if (!undone) log::error("store.rollback_failed", {{"error", undone.error().message}});
  }
  return done;
}

}  // namespace

Writer::Writer(Database database, std::size_t queue_jobs_max, Post post)
    : database_(std::move(database)),
      queue_jobs_max_(queue_jobs_max),
      post_(std::move(post)),
      thread_([this] { work(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Writer::add(std::unique_ptr<Job> job) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() < queue_jobs_max_) {
      waiting_bytes_ += job->bytes();
      queue_.push_back(std::move(job));
      changed_.notify_one();
      return;
    }
  }
  job->fail({Errc::kExhausted, "too many writes are waiting for the disk"});
  post_(job->completion());
}

void Writer::work() {
  Jobs jobs;
  while (take(jobs)) {
    commit(jobs);
    release(jobs);
    for (const auto& job : jobs) post_(job->completion());
    jobs.clear();
  }
}

void Writer::release(const Jobs& jobs) {
  const std::lock_guard lock(mutex_);
  for (const auto& job : jobs) waiting_bytes_ -= job->bytes();
}

std::size_t Writer::waiting_bytes() const {
  const std::lock_guard lock(mutex_);
  return waiting_bytes_;
}

bool Writer::failed_within(Millis length) const {
  const std::lock_guard lock(mutex_);
  return last_failure_ && system_clock().instant() - *last_failure_ < length;
}

bool Writer::take(Jobs& jobs) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_ending_ || !queue_.empty(); });
  while (!queue_.empty() && jobs.size() < kGroupJobsMax) {
    jobs.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return !jobs.empty();
}

// A full disk may cost the whole group: then each job is tried alone, and those that fit are kept.
void Writer::commit(Jobs& jobs) {
  const Instant started = system_clock().instant();
  const auto together = run_or_undo(database_, jobs);
  const std::chrono::duration<double> took = system_clock().instant() - started;
  metrics::observe("tocsin_store_commit_seconds", took.count());
  if (together) return;
  {
    const std::lock_guard lock(mutex_);
    last_failure_ = system_clock().instant();
  }
  log::error("store.commit_failed", {{"jobs", jobs.size()}, {"error", together.error().message}});
  for (const auto& job : jobs) {
    const auto alone = jobs.size() == 1 ? together : run_or_undo(database_, {&job, 1});
    if (!alone) job->fail(lost_with(alone.error()));
  }
}

}  // namespace tocsin::store
