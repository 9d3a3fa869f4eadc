// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"
#include "tocsin/core/content.h"
#include "tocsin/core/ids.h"
#include "tocsin/core/outcome.h"
#include "tocsin/webpush/encrypt.h"
#include "tocsin/webpush/request.h"

// What passes between a broadcast and the senders, as values.
namespace tocsin::core {

// What all messages of one broadcast have in common.
struct Payload {
  Bytes plaintext;
  webpush::PushOptions options;
  Importance importance = Importance::kMajor;  // the more important goes first
  Time deadline;                               // nothing is sent after it
};

// One message to one subscription.
struct Message {
  std::uint64_t token = 0;  // the broadcast's name for it; unique among those not yet decided
  std::string path;         // path and query of the endpoint: a capability, never logged
  webpush::Recipient keys;
};

// Messages to subscriptions at one push service, made with one application server key.
struct Batch {
  std::string origin;  // "https://host[:port]"
  VapidKeyId vapid_key;
  std::shared_ptr<const Payload> payload;
  std::vector<Message> messages;
};

// What a sender says of a message: at most once that it was tried and waits to be tried again
// (kThrottled), and exactly once what became of it.
struct Decision {
  std::uint64_t token = 0;
  Outcome outcome = Outcome::kFailed;
  bool waited = false;  // kThrottled was said before

  bool operator==(const Decision&) const = default;
};

}  // namespace tocsin::core
