// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
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

// One message to one subscription, within its batch.
struct Message {
  std::uint64_t token = 0;  // the broadcast's name for it; unique among those not yet decided
  std::uint32_t path_at = 0;
  std::uint32_t path_bytes = 0;
};

// Messages to subscriptions at one push service, made with one application server key. Packed: a
// batch of thousands is a few blocks of memory.
struct Batch {
  std::string origin;  // "https://host[:port]"
  VapidKeyId vapid_key;
  std::shared_ptr<const Payload> payload;
  std::vector<Message> messages;
  std::string paths;  // of the messages, one after another: capabilities, never logged

  // The keys of the messages, in their order: either material derived ahead of time with the
  // private key of `sender`, or the subscriptions' own, for a key pair made for each message.
  crypto::PublicKey sender{};
  std::vector<webpush::KeyMaterial> materials;
  std::vector<webpush::Recipient> recipients;

  // A batch has messages of one kind.
  void add(std::uint64_t token, std::string_view path, const webpush::KeyMaterial& material);
  void add(std::uint64_t token, std::string_view path, const webpush::Recipient& recipient);
  // Path and query of the endpoint.
  std::string_view path(const Message& message) const {
    return std::string_view(paths).substr(message.path_at, message.path_bytes);
  }
};

// What a sender says of a message: at most once that it was tried and waits to be tried again
// (kThrottled), and exactly once what became of it.
struct Decision {
  std::uint64_t token = 0;
  Outcome outcome = Outcome::kFailed;
  bool waited = false;  // kThrottled was said before

  bool operator==(const Decision&) const = default;
};

// A message that a sender was given and did not send, because it is to stop.
struct Returned {
  std::uint64_t token = 0;
  bool waited = false;  // as in Decision

  bool operator==(const Returned&) const = default;
};

// News of messages to one origin.
struct Decisions {
  std::string origin;
  std::vector<Decision> decisions;
  std::vector<Returned> returned;
};

}  // namespace tocsin::core
