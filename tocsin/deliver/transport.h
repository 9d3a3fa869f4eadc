// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tocsin/http/exchange.h"

namespace tocsin::deliver {

// Writes one request's body where it is wanted: straight into the record that goes out.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  // Fills all of `out`, which is as long as the request said.
  virtual void write_body(std::span<std::uint8_t> out) = 0;
};

// One push request: POST to the push resource.
struct PushRequest {
  std::uint64_t token = 0;  // the sender's name for it, returned with the answer
  std::shared_ptr<const http::RequestHead> head;  // content-length and authorization included
  std::string_view path;                          // a capability, never logged
  std::size_t body_bytes = 0;
  BodyWriter* body = nullptr;  // called once, inside send(); never if the request is refused
};

// The connections to push services, as deliver needs them. One loop; one Transport a sender
// thread. Every request accepted by send() is answered exactly once, unless the Transport is
// destroyed. Events come from the loop, never inside a call of the sender's.
class Transport {
 public:
  // An origin ("https://host[:port]"), numbered from 0 as they are first named.
  using Origin = std::uint32_t;

  struct Events {
    // In no order. They may be moved from.
    std::function<void(std::span<http::Answer>)> on_answers;
    // The origin may take more than it could before.
    std::function<void(Origin)> on_room;
  };

  virtual ~Transport() = default;
  // Once, before anything else.
  virtual void listen(Events events) = 0;
  virtual Origin origin(const std::string& text) = 0;
  // How many requests with bodies of that size the origin takes at this moment, at least: ask
  // again when they are sent. 0: on_room says when to ask again. Asking opens a connection where
  // there is none.
  virtual std::size_t room(Origin origin, std::size_t body_bytes) = 0;
  // Needs what room() promised. `request` and what it points to need live no longer than the call,
  // but for the head.
  virtual void send(Origin origin, const PushRequest& request) = 0;
  // Opens connections now, up to `connections` in all, so that what comes need not wait for them.
  virtual void warm(Origin origin, std::size_t connections) = 0;
};

}  // namespace tocsin::deliver
