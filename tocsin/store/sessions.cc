// SPDX-License-Identifier: Apache-2.0
#include <tuple>

#include "tocsin/base/bytes.h"
#include "tocsin/sqlite/database.h"
#include "tocsin/store/rows.h"

namespace tocsin::store {
namespace {

constexpr std::string_view text(Session::Kind kind) {
  return kind == Session::Kind::kUser ? "user" : "reader";
}

}  // namespace

Status add_session(Database& database, const Session& session) {
  TOCSIN_TRY(std::ignore,
             database.query("DELETE FROM session WHERE expires < ?1").bind(session.created).run());
  return database
      .query(
          "INSERT INTO session (hash, kind, owner, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)")
      .bind(session.hash, text(session.kind), session.owner, session.created, session.expires)
      .run();
}

Status remove_session(Database& database, const crypto::Digest& hash) {
  return database.query("DELETE FROM session WHERE hash = ?1").bind(hash).run();
}

Status remove_sessions_of(Database& database, Session::Kind kind, std::uint64_t owner) {
  return database.query("DELETE FROM session WHERE kind = ?1 AND owner = ?2")
      .bind(text(kind), owner)
      .run();
}

Result<std::optional<Session>> find_session(Database& database, const crypto::Digest& hash) {
  auto query = database.query("SELECT kind, owner, created, expires FROM session WHERE hash = ?1");
  query.bind(hash);
  std::optional<Session> out;
  if (query.next()) {
    out = Session{.hash = hash,
                  .kind = query.text(0) == "user" ? Session::Kind::kUser : Session::Kind::kReader,
                  .owner = static_cast<std::uint64_t>(query.number(1)),
                  .created = query.time(2),
                  .expires = query.time(3)};
  }
  TOCSIN_TRY(std::ignore, query.status());
  return out;
}

Status put_installation_key(Database& database, const InstallationKey& key) {
  return database.query("INSERT OR IGNORE INTO meta (name, value) VALUES ('installation_key', ?1)")
      .bind(hex(key.reveal()))
      .run();
}

Result<std::optional<InstallationKey>> load_installation_key(Database& database) {
  auto query = database.query("SELECT value FROM meta WHERE name = 'installation_key'");
  std::optional<InstallationKey> out;
  if (query.next()) {
    const auto bytes = unhex(query.text(0));
    const auto key = bytes ? crypto::Digest::from(*bytes) : std::nullopt;
    if (!key) return Error{Errc::kCorrupt, "the installation's key is damaged"};
    out.emplace(*key);
  }
  TOCSIN_TRY(std::ignore, query.status());
  return out;
}

Result<std::size_t> forget_networks(Database& database, Time before) {
  TOCSIN_TRY(std::ignore,
             database.query("UPDATE comment SET network = 0 WHERE network != 0 AND created < ?1")
                 .bind(before)
                 .run());
  return database.changes();
}

}  // namespace tocsin::store
