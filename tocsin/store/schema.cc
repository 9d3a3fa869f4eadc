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

constexpr std::string_view kConversations = R"sql(
ALTER TABLE site ADD COLUMN comments TEXT NOT NULL DEFAULT '{}';
ALTER TABLE story ADD COLUMN thread INTEGER NOT NULL DEFAULT 0;
CREATE INDEX story_by_thread ON story (thread) WHERE thread != 0;

CREATE TABLE user (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  role TEXT NOT NULL,
  is_disabled INTEGER NOT NULL,
  created INTEGER NOT NULL
) STRICT;

-- What is stored cannot be used to sign in. owner: a user's or a reader's id.
CREATE TABLE session (
  hash BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  owner INTEGER NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_owner ON session (kind, owner);

CREATE TABLE thread (
  id INTEGER PRIMARY KEY,
  site INTEGER NOT NULL REFERENCES site,
  headline TEXT NOT NULL,
  summary TEXT NOT NULL,
  is_live INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL
) STRICT;
CREATE INDEX thread_by_site ON thread (site);

CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  thread INTEGER NOT NULL REFERENCES thread,
  site INTEGER NOT NULL,
  headline TEXT NOT NULL,
  text_html TEXT NOT NULL,
  is_key INTEGER NOT NULL,
  correction TEXT NOT NULL,
  is_withdrawn INTEGER NOT NULL,
  author TEXT NOT NULL,
  published INTEGER NOT NULL,
  updated INTEGER NOT NULL
) STRICT;
CREATE INDEX entry_by_thread ON entry (thread);

-- What open pages were told, in order; the oldest are dropped.
CREATE TABLE live_event (
  sequence INTEGER PRIMARY KEY,
  site INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject INTEGER NOT NULL,
  story INTEGER NOT NULL,
  thread INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE conversation (
  story INTEGER PRIMARY KEY REFERENCES story,
  site INTEGER NOT NULL,
  mode TEXT NOT NULL,
  reason TEXT NOT NULL,
  set_by TEXT NOT NULL,
  since INTEGER,
  closes_at INTEGER,
  holds_all INTEGER NOT NULL,
  published INTEGER NOT NULL,
  latest INTEGER NOT NULL,
  was_open INTEGER NOT NULL
) STRICT;

CREATE TABLE reader (
  id INTEGER PRIMARY KEY,
  site INTEGER NOT NULL REFERENCES site,
  name TEXT NOT NULL,
  device BLOB,
  email_hash TEXT NOT NULL,
  published INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  banned_until INTEGER,
  ban_reason TEXT NOT NULL,
  is_erased INTEGER NOT NULL,
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX reader_by_device ON reader (device) WHERE device IS NOT NULL;
CREATE INDEX reader_by_email ON reader (email_hash) WHERE email_hash != '';

CREATE TABLE comment (
  id INTEGER PRIMARY KEY,
  site INTEGER NOT NULL,
  story INTEGER NOT NULL REFERENCES story,
  parent INTEGER NOT NULL,
  reader INTEGER NOT NULL,
  user INTEGER NOT NULL,
  name TEXT NOT NULL,
  badge TEXT NOT NULL,
  text TEXT NOT NULL,
  state TEXT NOT NULL,
  phase TEXT NOT NULL,
  reason TEXT NOT NULL,
  statement TEXT NOT NULL,
  is_featured INTEGER NOT NULL,
  votes INTEGER NOT NULL,
  reports INTEGER NOT NULL,
  is_appealed INTEGER NOT NULL,
  network INTEGER NOT NULL,
  created INTEGER NOT NULL,
  edited INTEGER
) STRICT;
CREATE INDEX comment_by_story ON comment (story);
CREATE INDEX comment_by_parent ON comment (parent) WHERE parent != 0;
CREATE INDEX comment_by_reader ON comment (reader) WHERE reader != 0;
CREATE INDEX comment_held ON comment (site) WHERE state = 'held';
CREATE INDEX comment_rejected ON comment (site) WHERE state = 'rejected';
CREATE INDEX comment_reported ON comment (site) WHERE reports > 0;
CREATE INDEX comment_appealed ON comment (site) WHERE is_appealed;
CREATE INDEX comment_network ON comment (id) WHERE network != 0;

CREATE TABLE vote (
  comment INTEGER NOT NULL REFERENCES comment,
  reader INTEGER NOT NULL,
  PRIMARY KEY (comment, reader)
) STRICT, WITHOUT ROWID;

CREATE TABLE report (
  id INTEGER PRIMARY KEY,
  comment INTEGER NOT NULL REFERENCES comment,
  site INTEGER NOT NULL,
  reader INTEGER NOT NULL,
  ground TEXT NOT NULL,
  text TEXT NOT NULL,
  created INTEGER NOT NULL,
  decided INTEGER,
  is_upheld INTEGER NOT NULL,
  decided_by TEXT NOT NULL
) STRICT;
CREATE INDEX report_by_comment ON report (comment);

CREATE TABLE ruling (
  id INTEGER PRIMARY KEY,
  comment INTEGER NOT NULL REFERENCES comment,
  site INTEGER NOT NULL,
  at INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  state TEXT NOT NULL,
  phase TEXT NOT NULL,
  ground TEXT,
  reason TEXT NOT NULL,
  statement TEXT NOT NULL,
  is_automatic INTEGER NOT NULL
) STRICT;
CREATE INDEX ruling_by_comment ON ruling (comment);
CREATE INDEX ruling_by_time ON ruling (site, at);

CREATE TABLE follower (
  story INTEGER NOT NULL,
  device BLOB NOT NULL,
  reader INTEGER NOT NULL,
  replies INTEGER NOT NULL,
  all_comments INTEGER NOT NULL,
  closing INTEGER NOT NULL,
  reply INTEGER NOT NULL,
  unseen INTEGER NOT NULL,
  told INTEGER NOT NULL,
  notified INTEGER,
  PRIMARY KEY (story, device)
) STRICT, WITHOUT ROWID;
CREATE INDEX follower_with_reply ON follower (story) WHERE reply != 0;
CREATE INDEX follower_of_all ON follower (story) WHERE all_comments OR closing;
)sql";

// For taking from the followers what names a reader.
constexpr std::string_view kFollowersOfReaders = R"sql(
CREATE INDEX follower_by_reader ON follower (reader) WHERE reader != 0;
CREATE INDEX follower_by_device ON follower (device) WHERE reader = 0;
)sql";

// conversation.latest and follower.told were ids of comments, and are sequence numbers of live
// events. What followers were not told yet is announced with the last event, all else before.
constexpr std::string_view kAnnouncedInOrder = R"sql(
ALTER TABLE comment ADD COLUMN was_shown INTEGER NOT NULL DEFAULT 0;
ALTER TABLE comment ADD COLUMN announced INTEGER NOT NULL DEFAULT 0;
UPDATE comment SET was_shown = 1, announced = 1 WHERE state = 'published' OR phase = 'reports';
UPDATE comment SET announced = (SELECT max(1, coalesce(max(sequence), 0)) FROM live_event)
  WHERE was_shown AND id IN (SELECT reply FROM follower WHERE reply != 0);
UPDATE follower SET told = max(0, (SELECT coalesce(max(sequence), 0) FROM live_event) -
  (reply != 0 OR told < coalesce((SELECT latest FROM conversation
                                  WHERE conversation.story = follower.story), 0)));
UPDATE conversation SET latest = (SELECT coalesce(max(sequence), 0) FROM live_event)
  WHERE latest != 0;
)sql";

// A feed's interval_s is 0 where its rhythm decides.
constexpr std::string_view kHeldAlerts = R"sql(
ALTER TABLE feed ADD COLUMN is_own INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN state TEXT NOT NULL DEFAULT 'released';
ALTER TABLE alert ADD COLUMN held_because TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';
CREATE INDEX alert_not_released ON alert (site, state, id) WHERE state != 'released';
CREATE INDEX story_by_feed_url ON story (feed, url);
CREATE INDEX story_by_feed_headline ON story (feed, headline);
)sql";

// One row a callback URL, which outlives its feed until the hub has let go of it.
constexpr std::string_view kHubSubscriptions = R"sql(
CREATE TABLE hub_subscription (
  token BLOB PRIMARY KEY,
  record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// Its times alone answer how often a feed brings something.
constexpr std::string_view kFeedTimes =
    "CREATE INDEX story_by_feed_time ON story (feed, recorded, published)";

// The last live event that each hub of ours was told of. And a feed that has not changed since is
// read once more: who pushes it was not kept.
constexpr std::string_view kHubs = R"sql(
CREATE TABLE hub_told (
  hub TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
UPDATE feed_state SET state = json_remove(state, '$.etag_hex', '$.last_modified_hex', '$.body_digest')
  WHERE json_valid(state);
)sql";

constexpr std::array<std::string_view, 9> kMigrations = {kFirst,
                                                         kPerMessageKeys,
                                                         kConversations,
                                                         kFollowersOfReaders,
                                                         kAnnouncedInOrder,
                                                         kHeldAlerts,
                                                         kHubSubscriptions,
                                                         kFeedTimes,
                                                         kHubs};

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
