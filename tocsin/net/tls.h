// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "tocsin/base/bytes.h"
#include "tocsin/base/result.h"

namespace tocsin::net {

// What all TLS connections of one kind share: versions, trust, certificate, and a client's last
// session with each host. TLS 1.2 at least. Belongs to one loop; outlives its streams.
class TlsContext {
 public:
  // Trusts the system's store and, if `ca_file` is not empty, the PEM certificates in it. Offers
  // HTTP/2, then HTTP/1.1.
  //
  // Errors: kInvalidArgument: `ca_file` cannot be read or holds no certificate.
  static Result<TlsContext> client(const std::string& ca_file);
  // Shows `certificate_pem` (the leaf, then its chain). Chooses HTTP/2 where offered and `h2`.
  //
  // Errors: kInvalidArgument: not PEM, or the key is not the certificate's.
  static Result<TlsContext> server(const std::string& certificate_pem, const std::string& key_pem,
                                   bool h2);

  TlsContext(TlsContext&&) noexcept;
  TlsContext& operator=(TlsContext&&) noexcept;
  ~TlsContext();

 private:
  friend class TlsStream;
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Why a call on a TlsStream stopped.
enum class TlsWant { kNothing, kRead, kWrite, kClosed, kFailed };

struct TlsProgress {
  TlsWant want = TlsWant::kNothing;
  std::size_t bytes = 0;  // read or written
};

// TLS over a connected non-blocking socket, which it does not own. Nothing here blocks: a call
// does what it can and says what it waits for. Writing to a socket whose peer has gone raises no
// SIGPIPE.
class TlsStream {
 public:
  // A client's side checks that the peer's certificate is valid and is for `host`, a name or an
  // IP address without brackets.
  static TlsStream client(const TlsContext& context, int socket, const std::string& host);
  static TlsStream server(const TlsContext& context, int socket);

  TlsStream(TlsStream&&) noexcept;
  TlsStream& operator=(TlsStream&&) noexcept;
  ~TlsStream();

  // The socket has bytes: to be said after kRead was waited for.
  void on_readable();
  TlsProgress handshake();
  TlsProgress read(std::span<std::uint8_t> out);
  TlsProgress write(ByteView bytes);
  // Says goodbye, if it can do so at once.
  void shut_down();

  // After the handshake: both sides agreed on HTTP/2.
  bool is_h2() const;
  // After the handshake: it went on from an earlier session, without certificates.
  bool is_resumed() const;
  // After a failed handshake: the peer's certificate was not acceptable.
  bool is_certificate_refused() const;
  // After kFailed: what went wrong, for the operator.
  std::string failure() const;

 private:
  friend class TlsContext;
  struct State;
  explicit TlsStream(std::unique_ptr<State> state);
  TlsProgress progress(int result, std::size_t bytes);
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::net
