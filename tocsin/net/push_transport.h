// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/deliver/transport.h"
#include "tocsin/net/loop.h"

namespace tocsin::net {

struct PushTransportConfig {
  std::size_t connections_max = 64;          // to one origin
  std::size_t connections_total_max = 1024;  // to all of them
  Millis connect_timeout{10'000};            // DNS, TCP and TLS together
  Millis request_timeout{15'000};            // from send() to the answer
  Millis idle_timeout{60'000};               // then a connection without requests is closed
  Millis backoff_min{1'000};  // after a failed connect; doubles with every further one
  Millis backoff_max{60'000};
  // For push services of one's own: private addresses, and "http://" origins (HTTP/1.1).
  bool allow_private_addresses = false;
  std::string ca_file;   // PEM certificates to trust besides the system's; empty: none
  bool nghttp2 = false;  // HTTP/2 by nghttp2's framing everywhere, to compare with
};

// The connections to push services: for each origin a pool of TLS connections with HTTP/2, or
// HTTP/1.1 where the service speaks nothing else. Certificates and host names are always checked.
// A pool grows by itself while all its connections are full. One loop.
//
// An origin that cannot be reached is not dialled again until its backoff is over. Meanwhile, and
// for an origin that is no URL or is not allowed, room() is 1 rather than 0, and send() answers
// kUnreachable or kForbidden at once (from the loop): so the sender learns it, one message at a
// time, and nothing waits in silence. A connection that took requests and ended without answering
// any counts as a failed connect.
//
// Answers: a final status is the answer, however its body ends; `detail` is the start of the body,
// or says what failed; it names no path. Must not be destroyed inside its own events.
class PushTransport final : public deliver::Transport {
 public:
  // Errors: kInvalidArgument: the CA file cannot be read.
  static Result<std::unique_ptr<PushTransport>> create(Loop& loop, PushTransportConfig config);
  ~PushTransport() override;
  PushTransport(const PushTransport&) = delete;
  PushTransport& operator=(const PushTransport&) = delete;

  void listen(Events events) override;
  Origin origin(const std::string& text) override;
  std::size_t room(Origin origin, std::size_t body_bytes) override;
  void send(Origin origin, const deliver::PushRequest& request) override;
  void warm(Origin origin, std::size_t connections) override;

 private:
  struct State;
  explicit PushTransport(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::net
