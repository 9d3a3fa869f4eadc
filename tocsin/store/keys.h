// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/core/ids.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/webpush/vapid.h"

namespace tocsin::store {

class Database;

// A site's application server key. Readers' subscriptions name the one they were made with, so
// none is ever changed.
struct SiteKey {
  core::VapidKeyId id;
  core::SiteId site;
  webpush::VapidKey key;
  Time created;
};

// A token of the API. What is stored cannot be used to call it.
struct ApiToken {
  crypto::Digest hash{};  // SHA-256 of the token
  std::string name;       // unique
  std::vector<std::string> scopes;
  std::string last_four;  // characters of the token, for recognising it
  Time created;

  bool operator==(const ApiToken&) const = default;
};

// kConflict: there is a key of that id.
Status add_site_key(Database& database, const SiteKey& key);
// Oldest first.
Result<std::vector<SiteKey>> load_site_keys(Database& database);

// kConflict: there is a token of that name.
Status add_api_token(Database& database, const ApiToken& token);
// kNotFound: there is none of that name.
Status remove_api_token(Database& database, std::string_view name);
// By name.
Result<std::vector<ApiToken>> load_api_tokens(Database& database);

}  // namespace tocsin::store
