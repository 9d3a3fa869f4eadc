// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tocsin::fetch {

// For tests: a TCP server on 127.0.0.1 that does to each connection what a script says, on a
// thread of the connection's own. A script serves one request; then the connection is closed.
class ScriptedServer {
 public:
  class Peer {
   public:
    explicit Peer(int fd) : fd_(fd) {}
    // False once the other side is gone.
    bool send(std::string_view bytes) const;
    // Returns when the other side closes.
    void wait_for_close() const;
    // Up to and with the empty line; less if the other side closes before.
    std::string read_head() const;
    int fd() const { return fd_; }

   private:
    int fd_;
  };
  // `head` is the request line and the header fields.
  using Script = std::function<void(const Peer& peer, const std::string& head)>;

  // kServer: the script begins as soon as there is a connection, with an empty head.
  enum class First { kClient, kServer };

  explicit ScriptedServer(Script script, First first = First::kClient);
  // Cuts all connections off and waits for the scripts to end.
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url(std::string_view path) const;
  std::uint16_t port() const { return port_; }
  // What was asked so far.
  std::vector<std::string> heads();

 private:
  void accept_all();

  Script script_;
  First first_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;  // guards the next three
  std::vector<std::string> heads_;
  std::vector<int> fds_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace tocsin::fetch
