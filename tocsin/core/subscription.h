// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/core/ids.h"
#include "tocsin/json/json.h"
#include "tocsin/url/url.h"
#include "tocsin/webpush/encrypt.h"

namespace tocsin::core {

// What a reader chose to hear about: everything, or the union of the lists.
struct Follows {
  bool everything = true;
  std::vector<std::string> topics;
  std::vector<SourceId> sources;

  bool operator==(const Follows&) const = default;
};

// A retired subscription is kept for 30 days: a device that registers again gets what it followed.
enum class SubscriptionState : std::uint8_t { kActive, kRetired };

// One browser or device.
struct Subscription {
  SubscriptionId id{};
  SiteId site;
  std::string endpoint;  // a capability: never logged
  webpush::Recipient keys;
  VapidKeyId vapid_key;  // the application server key it was made with
  Follows follows;
  std::string language;
  SubscriptionState state = SubscriptionState::kActive;
  std::string retired_because;  // "gone (410)", "unsubscribed"; empty while active
  Time created;
  Time changed;
};

inline constexpr std::uint32_t kPartitions = 64;  // for ever: stored progress depends on it
inline constexpr std::size_t kEndpointBytesMax = 2048;
inline constexpr std::size_t kFollowsMax = 200;

SubscriptionId subscription_id(std::string_view endpoint);
// id mod 64, of the id as a big-endian number: its last byte decides.
inline std::uint32_t partition_of(const SubscriptionId& id) { return id.back() % kPartitions; }

// Which endpoints are acceptable. Endpoints come from strangers' browsers: without this the
// server would POST wherever they say.
struct EndpointPolicy {
  // Hosts, or ".suffix" for all below it.
  std::vector<std::string> hosts = {"fcm.googleapis.com", "jmt17.google.com",
                                    "updates.push.services.mozilla.com", ".push.apple.com",
                                    ".notify.windows.com"};
  bool any_public_host = false;  // https to any named host
  bool allow_private = false;    // http, any port, loopback: for tests and the demo
};

// Errors: kInvalidArgument, naming the field and what to do: not https, user info, another port
// than 443, an IP literal, localhost, too long, a host that is not on the list.
Result<Url> check_endpoint(std::string_view endpoint, const EndpointPolicy& policy);

// What a browser's PushSubscription.toJSON() gives.
struct PushSubscription {
  std::string endpoint;
  webpush::Recipient keys;
};

// Reads {"endpoint", "keys": {"p256dh", "auth"}} and checks the endpoint against the policy and
// p256dh against the curve.
//
// Errors: kInvalidArgument: the message starts with the field ("keys.p256dh: ...").
Result<PushSubscription> parse_push_subscription(const Json& json, const EndpointPolicy& policy);

}  // namespace tocsin::core
