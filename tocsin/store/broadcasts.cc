// SPDX-License-Identifier: Apache-2.0
#include <tuple>
#include <utility>

#include "tocsin/sqlite/database.h"
#include "tocsin/store/rows.h"

namespace tocsin::store {
namespace {

Status save_recipients(Database& database, core::AlertId alert, std::uint32_t partition,
                       const Bytes& recipients) {
  return database
      .query(
          "INSERT INTO broadcast_partition (alert, partition, recipients, outcomes) "
          "VALUES (?1, ?2, ?3, x'')")
      .bind(alert, partition, recipients)
      .run();
}

// Gives `broadcast` its sets. A partition without a row has empty ones.
Status load_partitions(Database& database, fanout::Unfinished& broadcast) {
  broadcast.recipients.resize(core::kPartitions);
  broadcast.outcomes.resize(core::kPartitions);
  auto query = database.query(
      "SELECT partition, recipients, outcomes FROM broadcast_partition WHERE alert = ?1");
  query.bind(broadcast.progress.alert);
  while (query.next()) {
    const auto partition = static_cast<std::size_t>(query.number(0));
    if (partition >= core::kPartitions) continue;
    broadcast.recipients[partition] = query.bytes(1);
    broadcast.outcomes[partition] = query.bytes(2);
  }
  return query.status();
}

}  // namespace

Status save_plan(Database& database, const fanout::Plan& plan) {
  const core::AlertId alert = plan.progress.alert;
  auto saved =
      database.query("INSERT INTO broadcast (alert, progress, finished) VALUES (?1, ?2, 0)")
          .bind(alert, fanout::to_text(plan.progress))
          .run();
  if (!saved && saved.error().code == Errc::kConflict) {
    return Error{Errc::kConflict, "there is a broadcast of the alert " + alert.text()};
  }
  TOCSIN_TRY(std::ignore, std::move(saved));
  for (std::uint32_t partition = 0; partition < plan.recipients.size(); ++partition) {
    TOCSIN_TRY(std::ignore,
               save_recipients(database, alert, partition, plan.recipients[partition]));
  }
  return ok();
}

Status save_checkpoint(Database& database, const fanout::Checkpoint& checkpoint, bool is_last) {
  const core::AlertId alert = checkpoint.progress.alert;
  TOCSIN_TRY(std::ignore,
             database.query("UPDATE broadcast SET progress = ?2, finished = ?3 WHERE alert = ?1")
                 .bind(alert, fanout::to_text(checkpoint.progress), is_last)
                 .run());
  if (database.changes() == 0) {
    return Error{Errc::kNotFound, "there is no broadcast of the alert " + alert.text()};
  }
  for (const auto& changed : checkpoint.changed) {
    TOCSIN_TRY(std::ignore, database
                                .query("UPDATE broadcast_partition SET outcomes = ?3 "
                                       "WHERE alert = ?1 AND partition = ?2")
                                .bind(alert, changed.partition, changed.outcomes)
                                .run());
  }
  return ok();
}

Result<std::vector<fanout::Unfinished>> load_unfinished(Database& database) {
  std::vector<fanout::Unfinished> out;
  {
    auto query = database.query("SELECT progress FROM broadcast WHERE NOT finished ORDER BY alert");
    while (query.next()) {
      TOCSIN_TRY(auto progress, fanout::parse_progress(query.text(0)));
      out.push_back({std::move(progress), {}, {}});
    }
    TOCSIN_TRY(std::ignore, query.status());
  }
  for (auto& broadcast : out) {
    TOCSIN_TRY(std::ignore, load_partitions(database, broadcast));
  }
  return out;
}

Result<std::optional<fanout::Progress>> load_progress(Database& database, core::AlertId alert) {
  auto query = database.query("SELECT progress FROM broadcast WHERE alert = ?1");
  query.bind(alert);
  if (!query.next()) {
    TOCSIN_TRY(std::ignore, query.status());
    return std::optional<fanout::Progress>();
  }
  TOCSIN_TRY(auto progress, fanout::parse_progress(query.text(0)));
  return std::optional(std::move(progress));
}

}  // namespace tocsin::store
