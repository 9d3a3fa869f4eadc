// SPDX-License-Identifier: Apache-2.0
#include <tuple>
#include <utility>

#include "tocsin/sqlite/database.h"
#include "tocsin/store/content/lists.h"
#include "tocsin/store/rows.h"

namespace tocsin::store {
namespace {

using core::Subscription;
using core::SubscriptionId;
using core::SubscriptionState;

constexpr int kSlotBits = 32;

std::uint64_t place_of(std::uint32_t partition, std::uint32_t slot) {
  return std::uint64_t{partition} << kSlotBits | slot;
}

Result<std::uint32_t> take_slot(Database& database, std::uint32_t partition) {
  auto query = database.query(
      "INSERT INTO slot (partition, next) VALUES (?1, 1) "
      "ON CONFLICT (partition) DO UPDATE SET next = next + 1 RETURNING next - 1");
  query.bind(partition);
  const auto slot = query.next() ? query.number(0) : 0;
  TOCSIN_TRY(std::ignore, query.run());
  return static_cast<std::uint32_t>(slot);
}

// Replaces all of `out`, whose memory is used again.
void read_row(const Query& row, StoredSubscription& out) {
  out.slot = static_cast<std::uint32_t>(row.number(0) & 0xffff'ffff);
  Subscription& subscription = out.subscription;
  subscription.id = row.octets<SubscriptionId>(1);
  subscription.site = row.id<core::SiteId>(2);
  subscription.endpoint = as_text(row.view(3));
  subscription.keys.p256dh = row.octets<crypto::PublicKey>(4);
  subscription.keys.auth = row.octets<webpush::AuthSecret>(5);
  subscription.vapid_key = row.id<core::VapidKeyId>(6);
  subscription.follows.everything = row.flag(7);
  subscription.follows.topics = strings_of(as_text(row.view(8)));
  subscription.follows.sources = sources_of(as_text(row.view(9)));
  subscription.language = as_text(row.view(10));
  subscription.state = row.flag(11) ? SubscriptionState::kActive : SubscriptionState::kRetired;
  subscription.retired_because = as_text(row.view(12));
  subscription.created = row.time(13);
  subscription.changed = row.time(14);
}

constexpr std::string_view kSelect =
    "SELECT place, id, site, endpoint, p256dh, auth, vapid_key, everything, topics, sources, "
    "language, active, retired_because, created, changed FROM subscription ";

// The rows that an UPDATE has changed are read back one by one.
Result<std::vector<StoredSubscription>> read_back(Database& database,
                                                  const std::vector<SubscriptionId>& ids) {
  std::vector<StoredSubscription> out;
  out.reserve(ids.size());
  for (const auto& id : ids) {
    TOCSIN_TRY(auto stored, find_subscription(database, id));
    if (stored) out.push_back(*std::move(stored));
  }
  return out;
}

Status write_row(Database& database, std::uint64_t place, const Subscription& subscription) {
  return database
      .query(
          "INSERT INTO subscription (place, id, site, endpoint, p256dh, auth, vapid_key, "
          "everything, topics, sources, language, active, retired_because, created, changed) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
          "ON CONFLICT (place) DO UPDATE SET site = ?3, p256dh = ?5, auth = ?6, vapid_key = ?7, "
          "everything = ?8, topics = ?9, sources = ?10, language = ?11, active = ?12, "
          "retired_because = ?13, changed = ?15")
      .bind(place, subscription.id, subscription.site, subscription.endpoint,
            subscription.keys.p256dh, subscription.keys.auth, subscription.vapid_key,
            subscription.follows.everything, to_text(subscription.follows.topics),
            to_text(subscription.follows.sources), subscription.language,
            subscription.state == SubscriptionState::kActive, subscription.retired_because,
            subscription.created, subscription.changed)
      .run();
}

}  // namespace

Result<StoredSubscription> put_subscription(Database& database, const Subscription& wanted) {
  StoredSubscription out{0, wanted};
  const std::uint32_t partition = core::partition_of(wanted.id);
  bool is_known = false;
  {
    auto known = database.query("SELECT place, created FROM subscription WHERE id = ?1");
    known.bind(wanted.id);
    is_known = known.next();
    if (is_known) {
      out.slot = static_cast<std::uint32_t>(known.number(0) & 0xffff'ffff);
      out.subscription.created = known.time(1);
    }
    TOCSIN_TRY(std::ignore, known.status());
  }
  if (!is_known) {
    TOCSIN_TRY(out.slot, take_slot(database, partition));
  }
  TOCSIN_TRY(std::ignore, write_row(database, place_of(partition, out.slot), out.subscription));
  return out;
}

Result<StoredSubscription> set_preferences(Database& database, const SubscriptionId& id,
                                           const Preferences& preferences, Time at) {
  TOCSIN_TRY(std::ignore,
             database
                 .query("UPDATE subscription SET everything = ?2, topics = ?3, sources = ?4, "
                        "language = ?5, changed = ?6 WHERE id = ?1")
                 .bind(id, preferences.follows.everything, to_text(preferences.follows.topics),
                       to_text(preferences.follows.sources), preferences.language, at)
                 .run());
  TOCSIN_TRY(auto stored, find_subscription(database, id));
  if (!stored) return Error{Errc::kNotFound, "there is no such subscription"};
  return *std::move(stored);
}

Result<std::vector<StoredSubscription>> retire(Database& database,
                                               const std::vector<SubscriptionId>& ids,
                                               std::string_view because, Time at) {
  std::vector<SubscriptionId> retired;
  for (const auto& id : ids) {
    TOCSIN_TRY(std::ignore, database
                                .query("UPDATE subscription SET active = 0, retired_because = ?2, "
                                       "changed = ?3 WHERE id = ?1 AND active")
                                .bind(id, because, at)
                                .run());
    if (database.changes() > 0) retired.push_back(id);
  }
  return read_back(database, retired);
}

Result<std::size_t> purge_retired(Database& database, Time before) {
  TOCSIN_TRY(std::ignore,
             database.query("DELETE FROM subscription WHERE NOT active AND changed < ?1")
                 .bind(before)
                 .run());
  return database.changes();
}

Result<std::optional<StoredSubscription>> find_subscription(Database& database,
                                                            const SubscriptionId& id) {
  auto query = database.query(std::string(kSelect) + "WHERE id = ?1");
  query.bind(id);
  std::optional<StoredSubscription> out;
  if (query.next()) read_row(query, out.emplace());
  TOCSIN_TRY(std::ignore, query.status());
  return out;
}

Status load_subscriptions(Database& database,
                          const std::function<void(const StoredSubscription&)>& visit) {
  auto query = database.query(std::string(kSelect) + "ORDER BY place");
  StoredSubscription stored;
  while (query.next()) {
    read_row(query, stored);
    visit(stored);
  }
  return query.status();
}

}  // namespace tocsin::store
