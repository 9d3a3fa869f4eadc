// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/secret.h"
#include "tocsin/core/ids.h"

namespace tocsin::websub {

// The last segment of a callback URL, in base64url: whoever knows it may call.
using Token = Octets<struct TokenKind, 24>;
// Given to the hub as 64 hexadecimal digits (hub.secret must be below 200 bytes), which are the key
// of its signatures.
using HubSecret = Octets<struct HubSecretKind, 32>;

// What is done next, at `next_step`.
enum class Step : std::uint8_t {
  kAsk,       // ask the hub for a subscription, or for a longer lease
  kAwait,     // the hub was asked: by then it must have verified that it was us
  kHold,      // verified: then ask for a longer lease
  kRefused,   // the hub denied it: then ask once more
  kEnd,       // tell the hub that it is over
  kAwaitEnd,  // the hub was told: by then it must have verified that it was us
};
std::string_view text(Step step);  // "ask", ...

// One topic of one hub, for one feed. It is kept on disk: a restart goes on with it.
struct Subscription {
  Token token{};
  core::FeedId feed{};
  std::vector<std::string> hubs{};  // as advertised; the first is the one in use
  std::string topic{};
  std::string callback{};  // absolute URL, with the token: never in a log
  Secret<HubSecret> secret{};
  bool is_signing = false;  // the hub has the secret: what is not signed with it is ignored

  Time begun{};
  Step step = Step::kAsk;
  Time next_step{};
  Time expires{};              // of the lease; 1970: there was none
  std::uint32_t failures = 0;  // of the hub, in a row
  std::string problem{};       // the last failure's, one sentence; empty while it works
  Time last_push{};            // with items that were new; 1970: never
  // Times in a row that the hub told of new items before a poll found them: how far it is relied
  // on.
  std::uint32_t reliance = 0;

  const std::string& hub() const { return hubs.front(); }
  bool is_ending() const { return step == Step::kEnd || step == Step::kAwaitEnd; }
  bool is_live(Time now) const { return !is_ending() && now < expires; }
  // For people: "verified", "asked", "refused", "failing" or "ending".
  std::string_view state(Time now) const;
};

}  // namespace tocsin::websub
