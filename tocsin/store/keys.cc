// SPDX-License-Identifier: Apache-2.0
#include <tuple>

#include "tocsin/sqlite/database.h"
#include "tocsin/store/content/lists.h"
#include "tocsin/store/rows.h"

namespace tocsin::store {

Status add_site_key(Database& database, const SiteKey& key) {
  return database
      .query(
          "INSERT INTO vapid_key (id, site, public_key, private_key, subject, created) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
      .bind(key.id, key.site, key.key.keys.public_key, key.key.keys.private_key.reveal(),
            key.key.subject, key.created)
      .run();
}

Result<std::vector<SiteKey>> load_site_keys(Database& database) {
  auto query = database.query(
      "SELECT id, site, public_key, private_key, subject, created FROM vapid_key ORDER BY id");
  std::vector<SiteKey> out;
  while (query.next()) {
    const Secret<crypto::PrivateKey> secret(query.octets<crypto::PrivateKey>(3));
    const auto pair = crypto::key_pair_from(secret);
    if (!pair || pair->public_key != query.octets<crypto::PublicKey>(2)) {
      return Error{Errc::kCorrupt,
                   "the stored VAPID key " + query.id<core::VapidKeyId>(0).text() + " is damaged"};
    }
    out.push_back({query.id<core::VapidKeyId>(0), query.id<core::SiteId>(1),
                   webpush::VapidKey{*pair, query.text(4)}, query.time(5)});
  }
  TOCSIN_TRY(std::ignore, query.status());
  return out;
}

Status add_api_token(Database& database, const ApiToken& token) {
  auto done =
      database
          .query(
              "INSERT INTO api_token (hash, name, scopes, last_four, created) "
              "VALUES (?1, ?2, ?3, ?4, ?5)")
          .bind(token.hash, token.name, to_text(token.scopes), token.last_four, token.created)
          .run();
  if (!done && done.error().code == Errc::kConflict) {
    return Error{Errc::kConflict, "there is a token named " + token.name};
  }
  return done;
}

Status remove_api_token(Database& database, std::string_view name) {
  TOCSIN_TRY(std::ignore, database.query("DELETE FROM api_token WHERE name = ?1").bind(name).run());
  if (database.changes() > 0) return ok();
  return Error{Errc::kNotFound, "there is no token named " + std::string(name)};
}

Result<std::vector<ApiToken>> load_api_tokens(Database& database) {
  auto query =
      database.query("SELECT hash, name, scopes, last_four, created FROM api_token ORDER BY name");
  std::vector<ApiToken> out;
  while (query.next()) {
    out.push_back({query.octets<crypto::Digest>(0), query.text(1), strings_of(query.text(2)),
                   query.text(3), query.time(4)});
  }
  TOCSIN_TRY(std::ignore, query.status());
  return out;
}

}  // namespace tocsin::store
