// SPDX-License-Identifier: Apache-2.0
#include "tocsin/httpd/websocket.h"

#include "tocsin/httpd/http_server_fixture.h"

namespace tocsin::httpd {
namespace {

const std::string kUpgrade =
    "GET /push HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
    "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "sec-websocket-protocol: x, push-notification\r\n\r\n";

constexpr char kText = '\x81';
constexpr char kBinary = '\x82';
constexpr char kClose = '\x88';

// A client's frame (RFC 6455, section 5.2), masked with zeros.
std::string frame(char opcode, const std::string& payload) {
  std::string out(1, opcode);
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    out += '\xff';
    for (int shift = 56; shift >= 0; shift -= 8) {
      out += static_cast<char>(payload.size() >> shift & 0xff);
    }
  }
  return out + std::string(4, '\0') + payload;
}

class WebSocketTest : public HttpServerTest {
 protected:
  void start_websocket(WebSocketLimits limits = {}) {
    HttpServerConfig config;
    config.websocket_path = "/push";
    config.websocket_protocol = "push-notification";
    config.websocket_limits = limits;
    config.websocket = [this](const http::Request&, std::unique_ptr<WebSocket> socket) {
      socket->listen({.on_text = [this](std::string_view text) { on_text_(text); },
                      .on_close = [this] { closed_.set_value(); }});
      socket_ = std::move(socket);
    };
    start(std::move(config), [](const http::Request&, const http::Respond& respond) {
      respond({404, {}, "no socket"});
    });
  }
  void TearDown() override {
    if (thread_.joinable()) on_loop([this] { socket_.reset(); });
    HttpServerTest::TearDown();
  }

  std::unique_ptr<WebSocket> socket_;
  std::function<void(std::string_view)> on_text_ = [this](std::string_view text) {
    socket_->send_text("you said " + std::string(text));
  };
  std::promise<void> closed_;
};

TEST_F(WebSocketTest, CarriesTextBothWays) {
  start_websocket();
  RawClient client(port_);
  client.send(kUpgrade);
  const auto head = client.read_until("\r\n\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 101 ")) << head;
  EXPECT_NE(head.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);  // RFC 6455, section 1.3
  EXPECT_NE(head.find("push-notification\r\n"), std::string::npos);
  EXPECT_EQ(head.find("x, push"), std::string::npos);
  client.send(frame(kText, "hello"));
  EXPECT_EQ(client.read_bytes(16), "\x81\x0eyou said hello");
}

TEST_F(WebSocketTest, TellsWhenThePeerLeaves) {
  start_websocket();
  RawClient client(port_);
  client.send(kUpgrade);
  client.read_until("\r\n\r\n");
  client.close();
  closed_.get_future().wait();
  on_loop([&] { EXPECT_FALSE(socket_->send_text("x")); });
}

TEST_F(WebSocketTest, SaysGoodbyeWhenItsOwnerDropsIt) {
  start_websocket();
  on_text_ = [this](std::string_view) { socket_.reset(); };
  RawClient client(port_);
  client.send(kUpgrade);
  client.read_until("\r\n\r\n");
  client.send(frame(kText, "go"));
  EXPECT_EQ(client.read_bytes(1), std::string(1, kClose));
  client.send(frame(kClose, ""));
  client.read_to_end();
}

TEST_F(WebSocketTest, EndsAfterWhatIsNoTextOrTooLong) {
  start_websocket();
  for (const auto& bytes : {frame(kBinary, "x"), frame(kText, std::string((64 << 10) + 1, 'x')),
                            frame(kText, "\xff")}) {
    closed_ = {};
    RawClient client(port_);
    client.send(kUpgrade);
    client.read_until("\r\n\r\n");
    client.send(bytes);
    client.read_to_end();
    client.close();
    closed_.get_future().wait();
  }
}

TEST_F(WebSocketTest, DropsAPeerThatDoesNotRead) {
  start_websocket({.backlog_bytes_max = 100});
  RawClient client(port_);
  client.send(kUpgrade);
  client.read_until("\r\n\r\n");
  on_loop([&] {
    EXPECT_TRUE(socket_->send_text(std::string(80, 'x')));
    EXPECT_FALSE(socket_->send_text(std::string(80, 'x')));
    EXPECT_FALSE(socket_->send_text("x"));
  });
  closed_.get_future().wait();
}

TEST_F(WebSocketTest, LeavesOtherPathsAndPlainRequestsToTheHandler) {
  start_websocket();
  RawClient client(port_);
  client.send("GET /push HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_EQ(client.read_response(), 404);
  auto elsewhere = kUpgrade;
  elsewhere.replace(4, 5, "/past");
  client.send(elsewhere);
  EXPECT_EQ(client.read_response(), 404);
}

TEST_F(WebSocketTest, EndsWithTheServer) {
  start_websocket();
  RawClient client(port_);
  client.send(kUpgrade);
  client.read_until("\r\n\r\n");
  HttpServerTest::stop();
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_FALSE(socket_->send_text("x"));
}

}  // namespace
}  // namespace tocsin::httpd
