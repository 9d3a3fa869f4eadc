// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fetch/scripted_server.h"

#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tocsin/base/check.h"

namespace tocsin::fetch {

bool ScriptedServer::Peer::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void ScriptedServer::Peer::wait_for_close() const {
  char buffer[4096];
  while (recv(fd_, buffer, sizeof buffer, 0) > 0) {
  }
}

std::string ScriptedServer::Peer::read_head() const {
  std::string head;
  char c = 0;
  while (!head.ends_with("\r\n\r\n") && recv(fd_, &c, 1, 0) == 1) head += c;
  return head;
}

ScriptedServer::ScriptedServer(Script script, First first)
    : script_(std::move(script)),
      first_(first),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  TOCSIN_CHECK(bind(listener_, generic, length) == 0);
  TOCSIN_CHECK(listen(listener_, 64) == 0);
  TOCSIN_CHECK(getsockname(listener_, generic, &length) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : fds_) shutdown(fd, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  for (const int fd : fds_) close(fd);
  close(listener_);
}

void ScriptedServer::accept_all() {
  while (true) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const std::lock_guard lock(mutex_);
    fds_.push_back(fd);
    threads_.emplace_back([this, fd] {
      const Peer peer(fd);
      const std::string head = first_ == First::kClient ? peer.read_head() : "";
      {
        const std::lock_guard heads_lock(mutex_);
        heads_.push_back(head);
      }
      script_(peer, head);
      shutdown(fd, SHUT_RDWR);  // closed with the server, so that the number is not used again
    });
  }
}

std::string ScriptedServer::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

std::vector<std::string> ScriptedServer::heads() {
  const std::lock_guard lock(mutex_);
  return heads_;
}

}  // namespace tocsin::fetch
