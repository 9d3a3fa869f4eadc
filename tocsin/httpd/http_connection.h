// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "tocsin/http/message.h"
#include "tocsin/httpd/client_address.h"
#include "tocsin/httpd/http_server.h"

// For the files of the HTTP server only.
namespace tocsin::httpd {

// One client, whichever protocol it speaks.
class HttpPeer {
 public:
  virtual ~HttpPeer() = default;
  // Ends as soon as what is under way is done.
  virtual void drain() = 0;
  // Ends at once; calls nobody back.
  virtual void abort() = 0;
};

// What the connections of one server share. Kept alive by the server and by each connection, since
// Asio may hold a connection a moment longer than the server lives.
struct HttpHost {
  HttpServerConfig config;
  http::Handler handler;
  TrustedProxies proxies;
  std::set<HttpPeer*> peers;
  std::set<HttpPeer*> streams;  // not among the peers
  bool is_draining = false;
  std::function<void()> on_peer_gone;
  std::array<char, 64 << 10> scratch{};  // what one read brings; used up before the next

  void add(HttpPeer* peer) { peers.insert(peer); }
  void remove(HttpPeer* peer) {
    if (peers.erase(peer) != 0 && on_peer_gone) on_peer_gone();
  }
  void remove_stream(HttpPeer* stream) {
    if (streams.erase(stream) != 0 && on_peer_gone) on_peer_gone();
  }
};

// Serves one connection until it ends.
void serve_http(boost::asio::ip::tcp::socket socket, std::shared_ptr<HttpHost> host);
// Answers 503 and closes, whatever the client asks.
void refuse_http(boost::asio::ip::tcp::socket socket, std::shared_ptr<HttpHost> host);

// Answers the upgrade and serves the WebSocket. `request` is the one that asked for it.
void serve_websocket(boost::asio::ip::tcp::socket socket, std::shared_ptr<HttpHost> host,
                     const http::Request& request);

// Sends the response's head and hands the stream behind it to `take`.
void serve_stream(boost::asio::ip::tcp::socket socket, std::shared_ptr<HttpHost> host,
                  std::string head, const std::function<void(std::unique_ptr<http::Stream>)>& take);

}  // namespace tocsin::httpd
