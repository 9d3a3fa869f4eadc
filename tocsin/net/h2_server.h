// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/http2/server.h"
#include "tocsin/net/loop.h"
#include "tocsin/pushservice/answer.h"

namespace tocsin::net {

struct H2ServerConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;       // 0: any that is free
  std::string certificate_pem;  // the leaf, then its chain
  std::string key_pem;
  std::uint32_t streams_max = 100;  // of one connection at a time; at most 1,000
  std::size_t connections_max = 1024;
  std::size_t header_bytes_max = std::size_t{16} * 1024;
  std::size_t body_bytes_max = std::size_t{64} * 1024;
  Millis handshake_timeout{10'000};
};

// Whom an H2Server serves.
struct H2Service {
  // Decides on one request at once; the answer may leave late, or never. `now` is when its bytes
  // were read.
  std::function<pushservice::Answer(const http2::Server::Request&, Time now)> answer;
  // Called before answers leave: what they promise can be made true of many at a time. May be
  // empty.
  std::function<void()> before_answers;
  // Called when an answer of 400 or more is given to its connection; never if that has gone. May be
  // empty.
  std::function<void(const pushservice::Answer&, Time now)> on_refusal_left;
};

// An HTTP/2 server over TLS (RFC 9113) for the built-in push service and for tests, of faults of
// the connection too. One loop; destroy it on that loop's thread, or after the loop has stopped.
class H2Server {
 public:
  // Errors:
  //   kInvalidArgument  the address, the certificate or the key.
  //   kUnavailable      the port is taken.
  static Result<std::unique_ptr<H2Server>> listen(Loop& loop, const H2ServerConfig& config,
                                                  H2Service service);
  ~H2Server();
  H2Server(const H2Server&) = delete;
  H2Server& operator=(const H2Server&) = delete;

  std::uint16_t port() const;
  std::size_t connections() const;

 private:
  struct State;
  explicit H2Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::net
