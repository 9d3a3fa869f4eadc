// SPDX-License-Identifier: Apache-2.0
#include <tuple>

#include "tocsin/base/base64url.h"
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

// A fetch as a row of numbers: there are many.
Json row_of(const ingest::FetchNote& note) {
  return Json(Json::Array{Json(number_of(note.at)), Json(static_cast<std::int64_t>(note.verdict)),
                          Json(note.status), Json(static_cast<std::int64_t>(note.body_bytes)),
                          Json(note.items), Json(note.fresh),
                          Json(std::int64_t{note.duration.count()})});
}

ingest::FetchNote note_of(const Json::Array& row) {
  const auto number = [&](std::size_t column) {
    return column < row.size() ? row[column].if_int().value_or(0) : 0;
  };
  ingest::FetchNote out;
  out.at = Time{Millis{number(0)}};
  const auto verdict = number(1);
  if (verdict >= 0 && verdict <= static_cast<std::int64_t>(ingest::Verdict::kNoAnswer)) {
    out.verdict = static_cast<ingest::Verdict>(verdict);
  }
  out.status = static_cast<int>(number(2));
  out.body_bytes = static_cast<std::uint64_t>(number(3));
  out.items = static_cast<std::uint32_t>(number(4));
  out.fresh = static_cast<std::uint32_t>(number(5));
  out.duration = Millis{number(6)};
  return out;
}

std::vector<ingest::FetchNote> notes_of(const Json& json) {
  std::vector<ingest::FetchNote> out;
  const Json* member = json.find("fetches");
  const auto* rows = member == nullptr ? nullptr : member->if_array();
  if (rows == nullptr) return out;
  for (const Json& row : *rows) {
    if (const auto* columns = row.if_array()) out.push_back(note_of(*columns));
  }
  return out;
}

Json json_of(const ingest::Advertised& advertised) {
  Json hubs{Json::Array(advertised.hubs.begin(), advertised.hubs.end())};
  return Json({{"hubs", std::move(hubs)},
               {"topic", advertised.topic},
               {"refused_hub", advertised.refused_hub}});
}

std::optional<ingest::Advertised> advertised_of(const Json& json) {
  const Json* member = json.find("advertised");
  if (member == nullptr) return std::nullopt;
  ingest::Advertised out{.topic = member->text("topic").value_or("")};
  out.refused_hub = member->text("refused_hub").value_or("");
  const Json* hubs = member->find("hubs");
  if (const auto* list = hubs == nullptr ? nullptr : hubs->if_array()) {
    for (const Json& hub : *list) {
      if (const auto* url = hub.if_string()) out.hubs.push_back(*url);
    }
  }
  return out;
}

ingest::Rhythm rhythm_of(const Json& json) {
  ingest::Rhythm out;
  out.gap = Seconds{number_of(json, "gap_s")};
  if (const Json* at_once = json.find("at_once")) out.at_once = at_once->if_number().value_or(0);
  out.last_news = time_of(json, "last_news");
  return out;
}

std::string text_of(const std::vector<std::uint64_t>& marks) {
  std::string bytes;
  for (const std::uint64_t mark : marks) bytes += as_text(big_endian(mark));
  return base64url(as_bytes(bytes));
}

std::vector<std::uint64_t> marks_of(std::string_view text) {
  const auto bytes = unbase64(text);
  if (!bytes) return {};
  std::vector<std::uint64_t> marks(bytes->size() / sizeof(std::uint64_t));
  for (std::size_t i = 0; i < marks.size() * sizeof(std::uint64_t); ++i) {
    auto& mark = marks[i / sizeof(std::uint64_t)];
    mark = mark << 8 | (*bytes)[i];
  }
  return marks;
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
            {"skip_hours", state.skip_hours},
            {"skip_days", state.skip_days},
            {"asked_s", std::int64_t{state.asked.count()}},
            {"gap_s", std::int64_t{state.rhythm.gap.count()}},
            {"at_once", state.rhythm.at_once},
            {"last_news", number_of(state.rhythm.last_news)},
            {"last_fetch", number_of(state.last_fetch)},
            {"last_success", number_of(state.last_success)},
            {"next_fetch", number_of(state.next_fetch)},
            {"failures", state.failures},
            {"last_status", state.last_status},
            {"last_error", state.last_error},
            {"moved_to", state.moved_to},
            {"move_sightings", state.move_sightings},
            {"learned_url", state.learned_url}});
  if (state.body_digest) out.set("body_digest", hex(*state.body_digest));
  out.set("item_marks", text_of(state.item_marks));
  Json fetches(Json::Array{});
  for (const auto& note : state.fetches) fetches.push(row_of(note));
  out.set("fetches", std::move(fetches));
  if (state.advertised) out.set("advertised", json_of(*state.advertised));
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
  out.item_marks = marks_of(json->text("item_marks").value_or(""));
  if (json->find("ttl_s") != nullptr) out.ttl = Seconds{number_of(*json, "ttl_s")};
  out.known = flag_of(*json, "known");
  out.keys_need_document = flag_of(*json, "keys_need_document");
  out.gone = flag_of(*json, "gone");
  out.skip_hours = static_cast<std::uint32_t>(number_of(*json, "skip_hours"));
  out.skip_days = static_cast<std::uint32_t>(number_of(*json, "skip_days"));
  out.asked = Seconds{number_of(*json, "asked_s")};
  out.advertised = advertised_of(*json);
  out.rhythm = rhythm_of(*json);
  out.fetches = notes_of(*json);
  out.last_fetch = time_of(*json, "last_fetch");
  out.last_success = time_of(*json, "last_success");
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
