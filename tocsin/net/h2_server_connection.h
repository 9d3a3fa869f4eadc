// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tocsin/http/message.h"
#include "tocsin/net/h2_server.h"
#include "tocsin/net/loop.h"
#include "tocsin/net/tls.h"

namespace tocsin::net {

// One client of an H2Server: requests in, answers out, as soon as each is given. An http::Respond
// that is called after the connection has ended does nothing.
class H2ServerConnection {
 public:
  // `config` and `handler` must outlive it; `peer` is the client's IP address.
  H2ServerConnection(Loop& loop, const H2ServerConfig& config, const http::Handler& handler,
                     std::string peer);
  ~H2ServerConnection();
  H2ServerConnection(const H2ServerConnection&) = delete;
  H2ServerConnection& operator=(const H2ServerConnection&) = delete;

  // Takes over `socket`. `on_end` is called once, from the loop; the connection must not be
  // destroyed inside it.
  void start(int socket, const TlsContext& tls,
             std::function<void(const H2ServerConnection&)> on_end);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::net
