// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/folder.h"

#include <algorithm>

#include "tocsin/base/base64url.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/observe/log.h"

namespace tocsin::server {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::uint32_t kCommandCacheKib = 65'536;  // an import is over soon

Result<core::SiteId> make_site(store::Store& store, const FirstSite& first, IdSource& ids,
                               Random& random) {
  const Time now = system_clock().now();
  core::Site site{.id = ids.next<struct core::SiteKind>(),
                  .name = first.name,
                  .base_url = first.url,
                  .created = now};
  const auto id = site.id;
  newsroom::Command command{
      .at = now, .actor = "first start", .body = newsroom::PutSite{std::move(site)}};
  random.fill(command.id);
  TOCSIN_TRY(std::ignore, await<newsroom::Effects>([&](auto done) {
               store.execute(std::move(command), std::move(done));
             }));
  return id;
}

Status make_key(store::Store& store, core::SiteId site, const std::string& subject, IdSource& ids) {
  auto key = webpush::VapidKey::generate(subject);
  if (!key) return Error{Errc::kInvalidArgument, "vapid_" + key.error().message};
  const store::SiteKey record{ids.next<struct core::VapidKeyKind>(), site, *std::move(key),
                              system_clock().now()};
  return await<std::monostate>([&](auto done) { store.add_site_key(record, std::move(done)); });
}

}  // namespace

Result<std::unique_ptr<store::Store>> open_folder(const std::string& folder) {
  return store::Store::open({.folder = folder, .cache_kib_max = kCommandCacheKib});
}

NewToken make_token(std::string name, std::vector<std::string> scopes, Time now) {
  Bytes secret(kTokenBytes);
  crypto::SecureRandom().fill(secret);
  NewToken token;
  token.text = "tocsin_" + base64url(secret);
  token.record = {.hash = crypto::sha256(as_bytes(token.text)),
                  .name = std::move(name),
                  .scopes = std::move(scopes),
                  .last_four = token.text.substr(token.text.size() - 4),
                  .created = now};
  return token;
}

Result<std::string> prepare_folder(store::Store& store, const FirstSite& first) {
  crypto::SecureRandom random;
  IdSource ids(system_clock(), random);
  auto& reader = store.reader();
  auto sites = reader.content().sites();
  if (sites.empty()) {
    // The key is tried first, so that a missing subject leaves nothing half made.
    auto trial = webpush::VapidKey::generate(first.vapid_subject);
    if (!trial) return Error{Errc::kInvalidArgument, "vapid_" + trial.error().message};
    TOCSIN_TRY(std::ignore, make_site(store, first, ids, random));
    sites = reader.content().sites();
  }
  TOCSIN_TRY(const auto keys, reader.load_site_keys());
  for (const auto& site : sites) {
    const bool has_key = std::any_of(
        keys.begin(), keys.end(), [&](const store::SiteKey& key) { return key.site == site.id; });
    if (has_key) continue;
    TOCSIN_TRY(std::ignore, make_key(store, site.id, first.vapid_subject, ids));
  }
  TOCSIN_TRY(const auto tokens, reader.load_api_tokens());
  if (!tokens.empty()) return std::string();
  const auto token = make_token("admin", {"admin"}, system_clock().now());
  TOCSIN_TRY(std::ignore, await<std::monostate>([&](auto done) {
               store.add_api_token(token.record, std::move(done));
             }));
  return token.text;
}

Status forget_retired(store::Store& store, Time now) {
  TOCSIN_TRY(const auto count, await<std::size_t>([&](auto done) {
               store.purge_retired(now - kRetiredKept, std::move(done));
             }));
  if (count > 0) log::info("subscriptions.forgotten", {{"count", count}});
  return ok();
}

}  // namespace tocsin::server
