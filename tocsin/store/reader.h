// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tocsin/base/result.h"
#include "tocsin/ingest/feed_state.h"
#include "tocsin/newsroom/content.h"
#include "tocsin/store/records.h"
#include "tocsin/websub/subscription.h"

namespace tocsin::sqlite {
class Database;
}
namespace tocsin::store {

using sqlite::Database;
class SqlContent;

// Reads a data folder on a connection of its own, also while a server writes to it: what was
// committed last. One thread at a time; open one for each that reads.
class Reader {
 public:
  // Errors: kNotFound: there is no data folder there; kConflict: another schema, with what to do;
  // kCorrupt; kUnavailable.
  static Result<std::unique_ptr<Reader>> open(const std::string& folder);
  ~Reader();

  // What cannot be read is absent, and logged.
  const newsroom::Content& content() const;

  // Every subscription, retired ones too, by partition and slot. What the visitor is given changes
  // when it returns.
  Status load_subscriptions(const std::function<void(const StoredSubscription&)>& visit);
  Result<std::optional<StoredSubscription>> find_subscription(const core::SubscriptionId& id);
  Result<std::vector<SiteKey>> load_site_keys();    // oldest first
  Result<std::vector<ApiToken>> load_api_tokens();  // by name
  Result<std::optional<Session>> find_session(const crypto::Digest& hash);
  Result<std::optional<InstallationKey>> load_installation_key();
  Result<std::map<core::FeedId, ingest::FeedState>> load_feed_states();
  // What cannot be read is left out.
  Result<std::vector<websub::Subscription>> load_hub_subscriptions();
  // The last live event that each of our hubs was told of, by the hub's URL.
  Result<std::map<std::string, std::uint64_t>> load_hubs_told();

  // Writes all of it as it stands at this moment into one file (mode 0600) that opens as
  // `tocsin.db`. Takes as long as reading and writing the whole; a server may go on meanwhile.
  //
  // Errors: kConflict: the file is there; kUnavailable: the disk refused.
  Status backup(const std::string& file);

 private:
  friend class Store;
  explicit Reader(Database database);

  std::unique_ptr<Database> database_;
  std::unique_ptr<SqlContent> content_;
};

}  // namespace tocsin::store
