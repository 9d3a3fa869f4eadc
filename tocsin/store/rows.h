// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/result.h"
#include "tocsin/fanout/progress.h"
#include "tocsin/ingest/feed_state.h"
#include "tocsin/newsroom/apply.h"
#include "tocsin/store/records.h"
#include "tocsin/websub/subscriber.h"

// What is done with the tables, on one connection: the writer's jobs and the reader's questions.
// Functions that write are for use inside a transaction, which is undone if they fail. Errors
// besides those said: as Database's.
namespace tocsin::sqlite {
class Database;
class Query;
}  // namespace tocsin::sqlite
namespace tocsin::store {

using sqlite::Database;
using sqlite::Query;

// Applies the command, writes its effects, and remembers who gave it and what the answer was. A
// command that has been applied gets the first answer again, with the records as they are at
// present. Errors: those of newsroom::apply().
Result<newsroom::Effects> execute_command(Database& database, const newsroom::Command& command);

// Writes it whole; one that is known by its id keeps its slot and `created`. Gives back what is
// stored.
Result<StoredSubscription> put_subscription(Database& database, const core::Subscription& wanted);
// kNotFound: there is none of that id.
Result<StoredSubscription> set_preferences(Database& database, const core::SubscriptionId& id,
                                           const Preferences& preferences, Time at);
// Retires those that are there and active, and gives them back.
Result<std::vector<StoredSubscription>> retire(Database& database,
                                               const std::vector<core::SubscriptionId>& ids,
                                               std::string_view because, Time at);
// Deletes those retired before `before`; how many.
Result<std::size_t> purge_retired(Database& database, Time before);
Result<std::optional<StoredSubscription>> find_subscription(Database& database,
                                                            const core::SubscriptionId& id);
// Every one, retired ones too, by partition and slot.
Status load_subscriptions(Database& database,
                          const std::function<void(const StoredSubscription&)>& visit);

// kConflict: there is a key of that id.
Status add_site_key(Database& database, const SiteKey& key);
Result<std::vector<SiteKey>> load_site_keys(Database& database);  // oldest first

// kConflict: there is a token of that name.
Status add_api_token(Database& database, const ApiToken& token);
// kNotFound: there is none of that name.
Status remove_api_token(Database& database, std::string_view name);
Result<std::vector<ApiToken>> load_api_tokens(Database& database);  // by name

// Deletes those that have expired, too.
Status add_session(Database& database, const Session& session);
Status remove_session(Database& database, const crypto::Digest& hash);
Status remove_sessions_of(Database& database, Session::Kind kind, std::uint64_t owner);
Result<std::optional<Session>> find_session(Database& database, const crypto::Digest& hash);

// Leaves the one that is there.
Status put_installation_key(Database& database, const InstallationKey& key);
Result<std::optional<InstallationKey>> load_installation_key(Database& database);

// Of the comments made before `before`; how many.
Result<std::size_t> forget_networks(Database& database, Time before);

// For a feed that is not there it does nothing: it was removed while the fetch was under way.
Status put_feed_state(Database& database, core::FeedId feed, const ingest::FeedState& state);
Result<std::map<core::FeedId, ingest::FeedState>> load_feed_states(Database& database);

// Writes it whole, or deletes it.
Status put_hub_subscription(Database& database, const websub::Change& change);
Result<std::vector<websub::Subscription>> load_hub_subscriptions(Database& database);

Status put_hub_told(Database& database, const std::string& hub, std::uint64_t sequence);
Result<std::map<std::string, std::uint64_t>> load_hubs_told(Database& database);

// The contracts are written at fanout::ProgressStore. `is_last`: the broadcast is finished.
Status save_plan(Database& database, const fanout::Plan& plan);
// kNotFound: there is no such broadcast.
Status save_checkpoint(Database& database, const fanout::Checkpoint& checkpoint, bool is_last);
Result<std::vector<fanout::Unfinished>> load_unfinished(Database& database);
Result<std::optional<fanout::Progress>> load_progress(Database& database, core::AlertId alert);

}  // namespace tocsin::store
