// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/core/ids.h"
#include "tocsin/core/subscription.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/webpush/vapid.h"

// What the store keeps besides the newsroom's content.
namespace tocsin::store {

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

}  // namespace tocsin::store
