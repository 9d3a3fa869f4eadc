// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/deliver/transport.h"
#include "tocsin/http2/client.h"

namespace tocsin::net {

using PushAnswers = std::vector<http::Answer>;

// The client's side of one connection to a push service, as bytes in and bytes out, without a
// socket or a clock. Every submitted request gives exactly one answer, from receive(), expire() or
// end(). A final status is the answer, however the body after it ends.
class PushProtocol {
 public:
  virtual ~PushProtocol() = default;

  // How many more requests with bodies of that size submit() takes.
  virtual std::size_t room(std::size_t body_bytes) const = 0;
  // False if it will never take such bodies on this connection, though the peer may well.
  virtual bool is_suited(std::size_t /*body_bytes*/) const { return true; }
  virtual std::size_t in_flight() const = 0;
  // False once the connection takes no more requests, ever; those in flight may still be answered.
  virtual bool is_open() const = 0;
  // True once nothing more can come of the connection: close it and call end().
  virtual bool is_over() const = 0;
  // Needs room(request.body_bytes) > 0. Appends the request to `out`, or keeps it for fill().
  virtual void submit(const deliver::PushRequest& request, Instant deadline, Bytes& out) = 0;

  // Appends what else there is to send until `out` is about `bytes_wanted` long.
  virtual void fill(Bytes& out, std::size_t bytes_wanted) = 0;
  // Errors: kCorrupt: the peer breaks the protocol; close the connection and call end().
  virtual Status receive(ByteView bytes, PushAnswers& answers) = 0;
  // Gives up requests whose deadline is over. True if there was any.
  virtual bool expire(Instant now, PushAnswers& answers) = 0;
  // Tells the peer that no more requests follow, where the protocol has words for it.
  virtual void say_goodbye() = 0;
  // The connection has gone: answers what is in flight. Of what was appended to an `out`, the last
  // `unsent_bytes` never left; a request whose end is among them was not processed. Nothing else
  // may be called after it.
  virtual void end(const std::string& detail, std::size_t unsent_bytes, PushAnswers& answers) = 0;
};

// HTTP/2 (RFC 9113) with the framing of module http2. `origin` is as Transport has it.
std::unique_ptr<PushProtocol> make_h2_push_protocol(const std::string& origin);

// HTTP/2 with nghttp2's framing, for peers whose flow control takes less than a body at a time.
std::unique_ptr<PushProtocol> make_nghttp2_push_protocol(const std::string& origin);

// HTTP/1.1 (RFC 9112) with connections kept alive and one request at a time.
std::unique_ptr<PushProtocol> make_h1_push_protocol(const std::string& origin);

}  // namespace tocsin::net
