// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "tocsin/base/bytes.h"
#include "tocsin/http2/server.h"
#include "tocsin/net/h2_server.h"
#include "tocsin/net/loop.h"
#include "tocsin/net/tls.h"
#include "tocsin/net/wire.h"

namespace tocsin::net {

// One client of an H2Server: requests in, answers out.
class H2ServerConnection final : private http2::Server::Handler {
 public:
  // What the connections of a server have in common. All must outlive them.
  struct Shared {
    Loop& loop;
    const H2ServerConfig& config;
    const H2Service& service;
    // Takes an answer that is not to leave at once.
    std::function<void(std::uint64_t connection, std::uint32_t stream, const pushservice::Answer&)>
        on_late;
    // Once for each, from the loop; the connection must not be destroyed inside it.
    std::function<void(const H2ServerConnection&)> on_end;
  };

  H2ServerConnection(const Shared& shared, std::uint64_t number);
  H2ServerConnection(const H2ServerConnection&) = delete;
  H2ServerConnection& operator=(const H2ServerConnection&) = delete;

  // Takes over `socket`.
  void start(int socket, const TlsContext& tls);
  std::uint64_t number() const { return number_; }

  // Answers a request late; pump() lets the answers leave. True for the first since then.
  bool answer(std::uint32_t stream, const pushservice::Answer& answer);
  void pump();

 private:
  void on_request(const http2::Server::Request& request) override;
  void on_cancel(std::uint32_t /*stream*/) override {}
  void give(std::uint32_t stream, const pushservice::Answer& answer);
  void pause(Millis pause);
  void receive(ByteView bytes);
  void process(ByteView bytes, Time arrived);
  void fill(Bytes& out);
  void end();

  const Shared& shared_;
  std::uint64_t number_;
  http2::Server server_;
  Time now_{};
  bool is_dirty_ = false;
  bool is_broken_ = false;
  Handle pause_;  // while nothing is read
  bool is_paused_ = false;
  Bytes unread_;  // what came meanwhile
  Time unread_since_{};
  std::unique_ptr<Wire> wire_;
};

}  // namespace tocsin::net
