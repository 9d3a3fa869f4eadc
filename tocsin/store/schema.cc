// SPDX-License-Identifier: Apache-2.0
#include "tocsin/store/schema.h"

#include <array>
#include <string>
#include <tuple>

namespace tocsin::store {
namespace {

// "tocs", in the header of every database of ours.
constexpr std::int64_t kApplicationId = 0x746f6373;

// Times are milliseconds since 1970. Lists are JSON. Ids are the numbers of base/id.h.
constexpr std::string_view kFirst = R"sql(
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE site (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  base_url TEXT NOT NULL,
  language TEXT NOT NULL,
  tagline TEXT NOT NULL,
  topics TEXT NOT NULL,
  origins TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;

CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  site INTEGER NOT NULL REFERENCES site,
  name TEXT NOT NULL,
  home_url TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX source_by_site ON source (site, name);

CREATE TABLE feed (
  id INTEGER PRIMARY KEY,
  site INTEGER NOT NULL REFERENCES site,
  source INTEGER NOT NULL REFERENCES source,
  url TEXT NOT NULL,
  interval_s INTEGER NOT NULL,
  alert TEXT,
  topics TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  created INTEGER NOT NULL
) STRICT;

CREATE TABLE story (
  id INTEGER PRIMARY KEY,
  site INTEGER NOT NULL REFERENCES site,
  feed INTEGER NOT NULL,
  state TEXT NOT NULL,
  headline TEXT NOT NULL,
  dateline TEXT NOT NULL,
  summary_html TEXT NOT NULL,
  body_html TEXT NOT NULL,
  url TEXT NOT NULL,
  image_url TEXT NOT NULL,
  language TEXT NOT NULL,
  authors TEXT NOT NULL,
  credits TEXT NOT NULL,
  topics TEXT NOT NULL,
  published INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  recorded INTEGER NOT NULL,
  correction TEXT NOT NULL
) STRICT;
CREATE INDEX story_by_site ON story (site);

-- The lists in story, for finding stories by them.
CREATE TABLE story_topic (
  site INTEGER NOT NULL,
  topic TEXT NOT NULL,
  story INTEGER NOT NULL REFERENCES story,
  PRIMARY KEY (site, topic, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX story_topic_by_story ON story_topic (story);
CREATE TABLE story_source (
  source INTEGER NOT NULL,
  story INTEGER NOT NULL REFERENCES story,
  PRIMARY KEY (source, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX story_source_by_story ON story_source (story);

CREATE TABLE seen_item (
  feed INTEGER NOT NULL,
  key BLOB NOT NULL,
  story INTEGER NOT NULL,
  PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE feed_state (
  feed INTEGER PRIMARY KEY,
  state TEXT NOT NULL
) STRICT;

CREATE TABLE alert (
  id INTEGER PRIMARY KEY,
  site INTEGER NOT NULL REFERENCES site,
  story INTEGER NOT NULL REFERENCES story,
  version INTEGER NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  url TEXT NOT NULL,
  image_url TEXT NOT NULL,
  actions TEXT NOT NULL,
  importance TEXT NOT NULL,
  ttl_s INTEGER NOT NULL,
  created INTEGER NOT NULL,
  created_by TEXT NOT NULL
) STRICT;
CREATE INDEX alert_by_site ON alert (site);
CREATE INDEX alert_by_story ON alert (story);

-- Who did what when, and the answer that a repetition gets.
CREATE TABLE command (
  id BLOB PRIMARY KEY,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  answer TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX command_by_time ON command (at);

-- place = partition << 32 | slot, so that a partition lies together in the order of its slots.
CREATE TABLE subscription (
  place INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  site INTEGER NOT NULL,
  endpoint TEXT NOT NULL,
  p256dh BLOB NOT NULL,
  auth BLOB NOT NULL,
  vapid_key INTEGER NOT NULL,
  everything INTEGER NOT NULL,
  topics TEXT NOT NULL,
  sources TEXT NOT NULL,
  language TEXT NOT NULL,
  active INTEGER NOT NULL,
  retired_because TEXT NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
) STRICT;
CREATE INDEX subscription_retired ON subscription (changed) WHERE NOT active;

-- The next free slot: progress is stored by slot, so none is ever used twice.
CREATE TABLE slot (
  partition INTEGER PRIMARY KEY,
  next INTEGER NOT NULL
) STRICT;

CREATE TABLE vapid_key (
  id INTEGER PRIMARY KEY,
  site INTEGER NOT NULL,
  public_key BLOB NOT NULL,
  private_key BLOB NOT NULL,
  subject TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT;

CREATE TABLE api_token (
  hash BLOB PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  last_four TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE broadcast (
  alert INTEGER PRIMARY KEY,
  progress TEXT NOT NULL,
  finished INTEGER NOT NULL
) STRICT;
CREATE INDEX broadcast_unfinished ON broadcast (alert) WHERE NOT finished;
CREATE TABLE broadcast_partition (
  alert INTEGER NOT NULL REFERENCES broadcast,
  partition INTEGER NOT NULL,
  recipients BLOB NOT NULL,
  outcomes BLOB NOT NULL,
  PRIMARY KEY (alert, partition)
) STRICT;
)sql";

constexpr std::string_view kPerMessageKeys =
    "ALTER TABLE site ADD COLUMN per_message_keys INTEGER NOT NULL DEFAULT 0";

constexpr std::array<std::string_view, 2> kMigrations = {kFirst, kPerMessageKeys};

Result<std::int64_t> number_of(Database& database, std::string_view pragma) {
  auto query = database.query(pragma);
  const std::int64_t number = query.next() ? query.number(0) : 0;
  TOCSIN_TRY(std::ignore, query.status());
  return number;
}

// The database's version, if it is one of ours and not newer than `known`.
Result<std::size_t> version_of(Database& database, std::size_t known) {
  TOCSIN_TRY(const std::int64_t version, number_of(database, "PRAGMA user_version"));
  TOCSIN_TRY(const std::int64_t owner, number_of(database, "PRAGMA application_id"));
  if (owner != kApplicationId) {
    TOCSIN_TRY(const std::int64_t tables,
               number_of(database, "SELECT count(*) FROM sqlite_schema"));
    if (owner != 0 || version != 0 || tables != 0) {
      return Error{Errc::kCorrupt, "tocsin.db is the database of another program"};
    }
  }
  if (version < 0 || static_cast<std::size_t>(version) > known) {
    return Error{Errc::kConflict,
                 "this data folder was written by a newer Tocsin (schema " +
                     std::to_string(version) + ", this program knows " + std::to_string(known) +
                     "): run that version, or restore the backup made before the upgrade"};
  }
  return static_cast<std::size_t>(version);
}

Status run_step(Database& database, std::string_view step, std::size_t version) {
  TOCSIN_TRY(std::ignore, database.execute("BEGIN IMMEDIATE"));
  auto done = database.execute(std::string(step) +
                               ";\nPRAGMA application_id = " + std::to_string(kApplicationId) +
                               ";\nPRAGMA user_version = " + std::to_string(version) + ";\nCOMMIT");
  if (!done && database.in_transaction()) {
    // The step's error is the one to tell.
    (void)database.execute("ROLLBACK");
  }
  return done;
}

}  // namespace

std::span<const std::string_view> migrations() { return kMigrations; }

Status migrate(Database& database, std::span<const std::string_view> steps) {
  TOCSIN_TRY(const std::size_t version, version_of(database, steps.size()));
  for (std::size_t next = version; next < steps.size(); ++next) {
    TOCSIN_TRY(std::ignore, run_step(database, steps[next], next + 1));
  }
  return ok();
}

Status check_version(Database& database, std::span<const std::string_view> steps) {
  TOCSIN_TRY(const std::size_t version, version_of(database, steps.size()));
  if (version < steps.size()) {
    return Error{Errc::kConflict, "this data folder was written by an older Tocsin (schema " +
                                      std::to_string(version) + ", this program knows " +
                                      std::to_string(steps.size()) +
                                      "): `tocsin serve` brings it up to date"};
  }
  return ok();
}

}  // namespace tocsin::store
