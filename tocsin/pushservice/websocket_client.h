// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/json/json.h"
#include "tocsin/pushservice/browsers.h"

namespace tocsin::pushservice {

// The push service's side of one WebSocket connection of a browser, as texts in and texts out, in
// the protocol Firefox speaks with its push service: JSON objects with a messageType of hello,
// register, unregister, ack, nack, broadcast_subscribe or ping, and {} as a ping. A browser that
// says hello with the uaid it was given gets what waits for it; what it does not acknowledge it
// gets again the next time. Destroying the client is the end of the connection. One thread.
class WebSocketClient {
 public:
  static constexpr std::size_t kTextBytesMax = std::size_t{64} * 1024;

  // `browsers` must outlive it; `origin` is that of push resources. `send` is called inside
  // receive(), and whenever a message comes for the browser.
  WebSocketClient(Browsers& browsers, std::string origin,
                  std::function<void(const std::string& text)> send)
      : browsers_(browsers), origin_(std::move(origin)), send_(std::move(send)) {}
  ~WebSocketClient();
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;

  // One text from the browser.
  //
  // Errors: all mean that the connection is to be closed:
  //   kInvalidArgument  not the protocol.
  //   kConflict         the browser has another, later connection.
  //   kExhausted        too many browsers.
  Status receive(std::string_view text, Time now);

 private:
  Browser* browser();
  Status hello(const Json& json, Time now);
  void enrol(Browser& browser, const Json& json);
  void acknowledge(Browser& browser, const Json& json);
  void send(const Message& message);

  Browsers& browsers_;
  std::string origin_;
  std::function<void(const std::string&)> send_;
  std::string uaid_;  // empty before hello
  std::uint64_t connection_ = 0;
};

}  // namespace tocsin::pushservice
