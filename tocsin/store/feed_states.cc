// SPDX-License-Identifier: Apache-2.0
#include <tuple>

#include "tocsin/json/json.h"
#include "tocsin/sqlite/database.h"
#include "tocsin/store/members.h"
#include "tocsin/store/rows.h"

namespace tocsin::store {
namespace {

std::string bytes_of(const Json& json, std::string_view name) {
  const auto bytes = unhex(json.text(name).value_or(""));
  return bytes ? std::string(as_text(*bytes)) : std::string();
}

// As JSON, so that what ingest remembers can grow without a migration: a member that is absent or
// of another type reads as FeedState's default.
std::string to_text(const ingest::FeedState& state) {
  // The validators are the server's bytes, which need not be text.
  Json out({{"etag_hex", hex(as_bytes(state.etag))},
            {"last_modified_hex", hex(as_bytes(state.last_modified))},
            {"known", state.known},
            {"keys_need_document", state.keys_need_document},
            {"gone", state.gone},
            {"last_fetch", number_of(state.last_fetch)},
            {"next_fetch", number_of(state.next_fetch)},
            {"failures", state.failures},
            {"last_status", state.last_status},
            {"last_error", state.last_error},
            {"moved_to", state.moved_to},
            {"move_sightings", state.move_sightings},
            {"learned_url", state.learned_url}});
  if (state.body_digest) out.set("body_digest", hex(*state.body_digest));
  if (state.ttl) out.set("ttl_s", std::int64_t{state.ttl->count()});
  return out.dump();
}

ingest::FeedState feed_state_of(std::string_view text) {
  ingest::FeedState out;
  const auto json = Json::parse(text);
  if (!json) return out;
  out.etag = bytes_of(*json, "etag_hex");
  out.last_modified = bytes_of(*json, "last_modified_hex");
  if (const auto digest = unhex(json->text("body_digest").value_or(""))) {
    out.body_digest = crypto::Digest::from(*digest);
  }
  if (json->find("ttl_s") != nullptr) out.ttl = Seconds{number_of(*json, "ttl_s")};
  out.known = flag_of(*json, "known");
  out.keys_need_document = flag_of(*json, "keys_need_document");
  out.gone = flag_of(*json, "gone");
  out.last_fetch = time_of(*json, "last_fetch");
  out.next_fetch = time_of(*json, "next_fetch");
  out.failures = static_cast<std::uint32_t>(number_of(*json, "failures"));
  out.last_status = static_cast<int>(number_of(*json, "last_status"));
  out.last_error = json->text("last_error").value_or("");
  out.moved_to = json->text("moved_to").value_or("");
  out.move_sightings = static_cast<std::uint32_t>(number_of(*json, "move_sightings"));
  out.learned_url = json->text("learned_url").value_or("");
  return out;
}

}  // namespace

Status put_feed_state(Database& database, core::FeedId feed, const ingest::FeedState& state) {
  return database
      .query(
          "INSERT INTO feed_state (feed, state) SELECT id, ?2 FROM feed WHERE id = ?1 "
          "ON CONFLICT (feed) DO UPDATE SET state = ?2")
      .bind(feed, to_text(state))
      .run();
}

Result<std::map<core::FeedId, ingest::FeedState>> load_feed_states(Database& database) {
  auto query = database.query("SELECT feed, state FROM feed_state");
  std::map<core::FeedId, ingest::FeedState> out;
  while (query.next()) out.emplace(query.id<core::FeedId>(0), feed_state_of(query.text(1)));
  TOCSIN_TRY(std::ignore, query.status());
  return out;
}

}  // namespace tocsin::store
