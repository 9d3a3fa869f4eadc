// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"
#include "tocsin/net/loop.h"
#include "tocsin/net/tls.h"

namespace tocsin::net {

// Why a Wire ended.
enum class WireEnd {
  kClosed,       // it was open; the peer or finish() closed it, or it broke
  kUnreachable,  // it never opened: DNS, TCP, TLS or the time for them
  kForbidden,    // it never opened: the address is private or the certificate does not fit
};

struct DialTarget {
  std::string host;  // a name or an IP address, without brackets
  std::uint16_t port = 0;
  bool private_allowed = false;  // false: tocsin::is_public_address() decides for each address
  Millis timeout{10'000};        // for DNS, TCP and TLS together
};

// A TCP connection, mostly with TLS, as bytes in and bytes out. Bytes to send are pulled: whoever
// owns the Wire is asked for about one TLS record as often as the socket takes it, so nothing
// piles up behind a slow peer. TCP_NODELAY; a peer that acknowledges nothing for 30 s has gone.
//
// Every event comes from the loop, never from inside a call of the owner, except that pump() may
// call `fill`. The Wire may be destroyed inside any of them; then none follows.
class Wire {
 public:
  // `fill` appends until `out` is about this long.
  static constexpr std::size_t kRecordBytes = std::size_t{16} * 1024;

  struct Events {
    std::function<void(bool h2)> on_open;
    std::function<void(ByteView bytes)> on_bytes;
    // Appends what is to be sent; nothing appended means that there is nothing at this moment.
    std::function<void(Bytes& out)> fill;
    // The socket took everything, after it had to be waited for. May be empty.
    std::function<void()> on_drained = nullptr;
    // Once, and nothing after it. `detail` is for the operator.
    std::function<void(WireEnd why, const std::string& detail)> on_end;
  };

  // Connects; `tls` is null for plain TCP. The addresses of the host are tried in turn.
  static std::unique_ptr<Wire> dial(Loop& loop, const DialTarget& target, const TlsContext* tls,
                                    Events events);
  // Takes over an accepted socket and does the server's side of TLS, within `timeout`; `tls` is
  // null for plain TCP.
  static std::unique_ptr<Wire> accept(Loop& loop, int socket, const TlsContext* tls, Millis timeout,
                                      Events events);

  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // There may be something to send. Needed outside on_open and on_bytes, which do it themselves.
  void pump();
  // What `fill` gave and the socket has not taken. The socket took nothing of the rest of a TLS
  // record that the peer could read.
  std::size_t unsent_bytes() const;
  // Sends what `fill` gives, then closes in order: the peer still reads everything. Allowed inside
  // any event.
  void finish();

 private:
  struct State;
  explicit Wire(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;  // shared with the waits under way, which end by themselves
};

}  // namespace tocsin::net
