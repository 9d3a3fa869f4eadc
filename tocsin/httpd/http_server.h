// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/http/message.h"
#include "tocsin/httpd/http_reader.h"
#include "tocsin/httpd/websocket.h"
#include "tocsin/net/loop.h"

namespace tocsin::httpd {

struct HttpServerConfig {
  std::string address = "127.0.0.1";  // an IP address; "::" for all
  std::uint16_t port = 0;             // 0: any that is free
  std::size_t connections_max = 10'000;
  HttpReadLimits limits;
  Millis read_timeout{15'000};    // for a request's head, for its body, and between requests
  Millis write_timeout{15'000};   // for the client to take a response
  Millis answer_timeout{30'000};  // for the handler; then 503
  // Streams (http::Response::stream) are not among the connections. Each needs a file descriptor.
  std::size_t streams_max = 60'000;
  std::size_t stream_backlog_bytes_max = 64 << 10;  // not yet taken by the kernel
  std::function<std::string()> stream_farewell;     // a stream's last bytes when drain() ends it
  std::vector<std::string> trusted_proxies;         // whose X-Forwarded-For is believed

  std::string websocket_path;      // empty: none
  std::string websocket_protocol;  // chosen where the client offers it
  WebSocketLimits websocket_limits;
  WebSocketHandler websocket;
};

// An HTTP/1.1 server on one loop. Requests of one connection are answered one after another, and
// none is read while its predecessor waits. HEAD reaches the handler as GET. What is no request is
// answered with a line of text and the connection closed: 400, 408, 413, 414, 417, 431, 501, 505;
// 503 over connections_max or when the handler does not answer in time; 503 with Retry-After for a
// stream over streams_max or while draining.
//
// Destroying it ends all connections at once; a handler may answer later, in vain.
class HttpServer {
 public:
  // Errors: kInvalidArgument: an address or network that is none. kUnavailable: the port is
  // taken, or not ours to take.
  static Result<std::unique_ptr<HttpServer>> listen(net::Loop& loop, HttpServerConfig config,
                                                    http::Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  std::size_t connections() const;
  std::size_t streams() const;

  // Takes no further connections; those that exist go on.
  void stop_accepting();
  // Stops accepting, closes idle connections, lets the others finish the request they are at, ends
  // streams with the farewell, a slice a turn, and calls `done` when none is left. Bound it with a
  // timer of your own.
  void drain(std::function<void()> done);

 private:
  struct State;
  explicit HttpServer(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace tocsin::httpd
