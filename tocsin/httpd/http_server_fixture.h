// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tocsin/httpd/http_server.h"

// A server on its loop's thread and a client that speaks bytes, for tests.
namespace tocsin::httpd {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    timeval timeout{10, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as the sockets interface has it.
    is_connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool is_connected() const { return is_connected_; }
  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // Reads until `end` has come (it is included) or the connection ends.
  std::string read_until(std::string_view end) {
    while (input_.find(end) == std::string::npos && read_some()) {
    }
    const auto at = input_.find(end);
    return take(at == std::string::npos ? input_.size() : at + end.size());
  }
  std::string read_bytes(std::size_t count) {
    while (input_.size() < count && read_some()) {
    }
    return take(std::min(count, input_.size()));
  }
  std::string read_to_end() {
    while (read_some()) {
    }
    return take(input_.size());
  }
  // The status of the next response, whose body is read too.
  int read_response() {
    head_ = read_until("\r\n\r\n");
    const auto length = head_.find("content-length: ");
    body_ = length == std::string::npos ? "" : read_bytes(std::stoul(head_.substr(length + 16)));
    return head_.size() < 12 ? 0 : std::stoi(head_.substr(9, 3));
  }
  const std::string& head() const { return head_; }
  const std::string& body() const { return body_; }

 private:
  bool read_some() {
    char bytes[4096];
    const auto count = recv(socket_, bytes, sizeof(bytes), 0);
    if (count <= 0) return false;
    input_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }
  std::string take(std::size_t count) {
    auto out = input_.substr(0, count);
    input_.erase(0, count);
    return out;
  }

  int socket_;
  bool is_connected_ = false;
  std::string input_;
  std::string head_;
  std::string body_;
};

class HttpServerTest : public ::testing::Test {
 protected:
  void TearDown() override { stop(); }

  void start(HttpServerConfig config, http::Handler handler) {
    auto server = HttpServer::listen(loop_, std::move(config), std::move(handler));
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
    port_ = server_->port();
    thread_ = std::thread([this] { loop_.run(); });
  }
  void stop() {
    if (!thread_.joinable()) return;
    on_loop([this] { server_.reset(); });
    loop_.stop();
    thread_.join();
  }
  // Runs `task` on the loop and waits for it.
  void on_loop(const std::function<void()>& task) {
    std::promise<void> done;
    loop_.post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }

  net::Loop loop_;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace tocsin::httpd
