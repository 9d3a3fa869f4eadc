// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/secret.h"
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

// Somebody who is signed in. What is stored cannot be used in their place.
struct Session {
  enum class Kind : std::uint8_t { kUser, kReader };

  crypto::Digest hash{};  // SHA-256 of the token
  Kind kind = Kind::kReader;
  std::uint64_t owner = 0;  // the user's or reader's id
  Time created;
  Time expires;

  bool operator==(const Session&) const = default;
};

// Made once for an installation: networks and addresses are hashed with it, and links signed.
using InstallationKey = Secret<crypto::Digest>;

}  // namespace tocsin::store
