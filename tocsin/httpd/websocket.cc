// SPDX-License-Identifier: Apache-2.0
#include "tocsin/httpd/websocket.h"

#include <deque>
#include <utility>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "tocsin/httpd/http_connection.h"

namespace tocsin::httpd {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;

// Owned by the operations that are under way; its owner's WebSocket only points here.
class WebSocketConnection final : public HttpPeer {
 public:
  static std::shared_ptr<WebSocketConnection> make(asio::ip::tcp::socket socket,
                                                   std::shared_ptr<HttpHost> host) {
    auto made = std::make_shared<WebSocketConnection>(std::move(socket), std::move(host));
    made->self_ = made;
    return made;
  }

  WebSocketConnection(asio::ip::tcp::socket socket, std::shared_ptr<HttpHost> host)
      : stream_(std::move(socket)), host_(std::move(host)) {
    host_->add(this);
  }
  ~WebSocketConnection() override { host_->remove(this); }

  void listen(WebSocket::Events events) { events_ = std::move(events); }

  void accept(const http::Request& request) {
    const auto& config = host_->config;
    stream_.set_option(websocket::stream_base::timeout{config.read_timeout, std::chrono::minutes(5),
                                                       /*keep_alive_pings=*/true});
    stream_.read_message_max(config.websocket_limits.message_bytes_max);
    if (offers_protocol(request, config.websocket_protocol)) {
      stream_.set_option(websocket::stream_base::decorator(
          [protocol = config.websocket_protocol](websocket::response_type& response) {
            response.set(beast::http::field::sec_websocket_protocol, protocol);
          }));
    }
    beast::http::request<beast::http::empty_body> upgrade(beast::http::verb::get, "/", 11);
    for (const auto& [name, value] : request.headers.fields) upgrade.insert(name, value);
    stream_.async_accept(upgrade, [self = self_.lock()](const error_code& failure) {
      if (failure) return self->end();
      self->is_open_ = true;
      self->read();
      self->write();
      if (self->is_closing_) self->say_goodbye();
    });
  }

  bool send_text(std::string text) {
    if (is_closing_) return false;
    backlog_bytes_ += text.size();
    if (backlog_bytes_ > host_->config.websocket_limits.backlog_bytes_max) {
      asio::post(stream_.get_executor(), [self = self_.lock()] { self->end(); });
      is_closing_ = true;
      return false;
    }
    backlog_.push_back(std::move(text));
    write();
    return true;
  }

  void close() {
    if (std::exchange(is_closing_, true) || !is_open_) return;
    say_goodbye();
  }

  void drain() override { close(); }
  void abort() override {
    events_ = {};
    end();
  }

 private:
  static bool offers_protocol(const http::Request& request, const std::string& protocol) {
    if (protocol.empty()) return false;
    for (const auto& [name, value] : request.headers.fields) {
      if (name != "sec-websocket-protocol") continue;
      for (const auto& offer : beast::http::token_list(value)) {
        if (offer == protocol) return true;
      }
    }
    return false;
  }

  void read() {
    stream_.async_read(incoming_, [self = self_.lock()](const error_code& failure, std::size_t) {
      if (failure) return self->end();
      self->on_message();
    });
  }

  void on_message() {
    const auto data = incoming_.cdata();
    const std::string text(static_cast<const char*>(data.data()), data.size());
    incoming_.consume(incoming_.size());
    if (!stream_.got_text()) return end();
    const auto on_text = events_.on_text;  // it may destroy the WebSocket, and with it itself
    if (on_text) on_text(text);
    if (!has_ended_) read();
  }

  void write() {
    if (!is_open_ || is_writing_ || backlog_.empty() || has_ended_) return;
    is_writing_ = true;
    stream_.text(true);
    stream_.async_write(asio::buffer(backlog_.front()),
                        [self = self_.lock()](const error_code& failure, std::size_t) {
                          self->is_writing_ = false;
                          if (failure) return self->end();
                          self->backlog_bytes_ -= self->backlog_.front().size();
                          self->backlog_.pop_front();
                          self->write();
                        });
  }

  void say_goodbye() {
    // Beast sends the close frame behind a write under way. The answer to it ends the read.
    stream_.async_close(websocket::close_code::normal,
                        [self = self_.lock()](const error_code&) { self->end(); });
  }

  void end() {
    if (std::exchange(has_ended_, true)) return;
    is_closing_ = true;
    error_code ignored;
    stream_.next_layer().close(ignored);
    const auto events = std::exchange(events_, {});
    if (events.on_close) events.on_close();
  }

  std::weak_ptr<WebSocketConnection> self_;
  websocket::stream<asio::ip::tcp::socket> stream_;
  std::shared_ptr<HttpHost> host_;
  WebSocket::Events events_;
  beast::flat_buffer incoming_;
  std::deque<std::string> backlog_;
  std::size_t backlog_bytes_ = 0;
  bool is_open_ = false;     // the handshake is answered
  bool is_closing_ = false;  // takes no more messages
  bool is_writing_ = false;
  bool has_ended_ = false;
};

class OwnedWebSocket final : public WebSocket {
 public:
  explicit OwnedWebSocket(std::weak_ptr<WebSocketConnection> connection)
      : connection_(std::move(connection)) {}
  // NOLINTNEXTLINE(bugprone-exception-escape): want of memory, which ends the process by intent.
  ~OwnedWebSocket() override {
    const auto connection = connection_.lock();
    if (!connection) return;
    connection->listen({});
    connection->close();
  }

  void listen(Events events) override {
    if (const auto connection = connection_.lock()) connection->listen(std::move(events));
  }
  bool send_text(std::string text) override {
    const auto connection = connection_.lock();
    return connection && connection->send_text(std::move(text));
  }
  void close() override {
    if (const auto connection = connection_.lock()) connection->close();
  }

 private:
  std::weak_ptr<WebSocketConnection> connection_;
};

}  // namespace

void serve_websocket(asio::ip::tcp::socket socket, std::shared_ptr<HttpHost> host,
                     const http::Request& request) {
  const auto handler = host->config.websocket;
  const auto connection = WebSocketConnection::make(std::move(socket), std::move(host));
  handler(request, std::make_unique<OwnedWebSocket>(connection));
  connection->accept(request);
}

}  // namespace tocsin::httpd
