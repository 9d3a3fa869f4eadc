// SPDX-License-Identifier: Apache-2.0
#include "tocsin/store/reader.h"

#include <filesystem>
#include <system_error>
#include <tuple>
#include <utility>

#include "tocsin/sqlite/database.h"
#include "tocsin/store/content/sql_content.h"
#include "tocsin/store/folder.h"
#include "tocsin/store/rows.h"
#include "tocsin/store/schema.h"

namespace tocsin::store {

Result<std::unique_ptr<Reader>> Reader::open(const std::string& folder) {
  const std::string file = database_file(folder);
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    return Error{Errc::kNotFound, "there is no Tocsin data in " + folder};
  }
  TOCSIN_TRY(auto database, Database::open(file, Database::Mode::kReadOnly));
  TOCSIN_TRY(std::ignore, check_version(database));
  return std::unique_ptr<Reader>(new Reader(std::move(database)));
}

Reader::Reader(Database database)
    : database_(std::make_unique<Database>(std::move(database))),
      content_(std::make_unique<SqlContent>(*database_)) {}

Reader::~Reader() = default;

const newsroom::Content& Reader::content() const { return *content_; }

Status Reader::load_subscriptions(const std::function<void(const StoredSubscription&)>& visit) {
  return store::load_subscriptions(*database_, visit);
}

Result<std::optional<StoredSubscription>> Reader::find_subscription(
    const core::SubscriptionId& id) {
  return store::find_subscription(*database_, id);
}

Result<std::vector<SiteKey>> Reader::load_site_keys() { return store::load_site_keys(*database_); }

Result<std::vector<ApiToken>> Reader::load_api_tokens() {
  return store::load_api_tokens(*database_);
}

Result<std::optional<Session>> Reader::find_session(const crypto::Digest& hash) {
  return store::find_session(*database_, hash);
}

Result<std::optional<InstallationKey>> Reader::load_installation_key() {
  return store::load_installation_key(*database_);
}

Result<std::map<core::FeedId, ingest::FeedState>> Reader::load_feed_states() {
  return store::load_feed_states(*database_);
}

Result<std::vector<websub::Subscription>> Reader::load_hub_subscriptions() {
  return store::load_hub_subscriptions(*database_);
}

Result<std::map<std::string, std::uint64_t>> Reader::load_hubs_told() {
  return store::load_hubs_told(*database_);
}

Status Reader::backup(const std::string& file) {
  TOCSIN_TRY(std::ignore, create_private_file(file));
  return database_->query("VACUUM INTO ?1").bind(file).run();
}

}  // namespace tocsin::store
