// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tocsin/http/message.h"

namespace tocsin::httpd {

struct WebSocketLimits {
  std::size_t message_bytes_max = 64 << 10;  // incoming; a longer one ends the connection
  std::size_t backlog_bytes_max = 1 << 20;   // outgoing, not yet taken by the peer
};

// One open WebSocket (RFC 6455) of text messages. Its owner closes it by destroying it, which is
// allowed in its own callbacks. One loop.
class WebSocket {
 public:
  struct Events {
    std::function<void(std::string_view)> on_text;
    std::function<void()> on_close;  // the peer or the network ended it; nothing follows
  };

  virtual ~WebSocket() = default;
  // Once, in the call that hands the WebSocket over.
  virtual void listen(Events events) = 0;
  // False: the peer does not read and the backlog is full, or it is closed. The message is lost
  // and the connection closed, so on_close follows.
  virtual bool send_text(std::string text) = 0;
  // Says goodbye; on_close follows.
  virtual void close() = 0;
};

// Called for each client that asks for an upgrade on the configured path, before the handshake is
// answered. The caller keeps the WebSocket.
using WebSocketHandler = std::function<void(const http::Request&, std::unique_ptr<WebSocket>)>;

}  // namespace tocsin::httpd
