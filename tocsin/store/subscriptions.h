// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/result.h"
#include "tocsin/core/subscription.h"

namespace tocsin::store {

class Database;

// A subscription and its number within its partition, which it is given once and nobody after it.
struct StoredSubscription {
  std::uint32_t slot = 0;
  core::Subscription subscription;
};

// What a reader changes about a subscription.
struct Preferences {
  core::Follows follows;
  std::string language;
};

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
// Makes those active that are there and retired, and gives them back.
Result<std::vector<StoredSubscription>> restore(Database& database,
                                                const std::vector<core::SubscriptionId>& ids,
                                                Time at);
// Deletes those retired before `before`; how many.
Result<std::size_t> purge_retired(Database& database, Time before);

Result<std::optional<StoredSubscription>> find_subscription(Database& database,
                                                            const core::SubscriptionId& id);
// Every one, retired ones too, by partition and slot.
Status load_subscriptions(Database& database, const std::function<void(StoredSubscription)>& visit);

}  // namespace tocsin::store
