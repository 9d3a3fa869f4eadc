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

namespace tocsin::net {

using PushAnswers = std::vector<deliver::PushAnswer>;

// More streams than this are never opened on one connection, whatever the peer allows; it is also
// what is assumed until the peer says (RFC 9113, section 6.5.2, recommends no less).
inline constexpr std::size_t kStreamsMax = 100;
inline constexpr std::size_t kAnswerDetailBytesMax = 512;
inline constexpr std::size_t kAnswerHeaderBytesMax = std::size_t{16} * 1024;
inline constexpr std::size_t kAnswerBodyBytesMax = std::size_t{64} * 1024;  // more is cut off

// The client's side of one connection to a push service, as bytes in and bytes out, without a
// socket or a clock. Every submitted request gives exactly one answer, from receive(), expire() or
// end(). A final status is the answer, however the body after it ends.
class PushProtocol {
 public:
  virtual ~PushProtocol() = default;

  // How many more requests submit() takes.
  virtual std::size_t room() const = 0;
  virtual std::size_t in_flight() const = 0;
  // False once the connection takes no more requests, ever; those in flight may still be answered.
  virtual bool is_open() const = 0;
  // True once nothing more can come of the connection: close it and call end().
  virtual bool is_over() const = 0;
  // Needs room() > 0.
  virtual void submit(deliver::PushRequest request, Instant deadline) = 0;

  // Appends bytes to send until `out` is about `bytes_wanted` long.
  virtual void fill(Bytes& out, std::size_t bytes_wanted) = 0;
  // Errors: kCorrupt: the peer breaks the protocol; close the connection and call end().
  virtual Status receive(ByteView bytes, PushAnswers& answers) = 0;
  // Gives up requests whose deadline is over. True if there was any.
  virtual bool expire(Instant now, PushAnswers& answers) = 0;
  // Tells the peer that no more requests follow, where the protocol has words for it.
  virtual void say_goodbye() = 0;
  // The connection has gone: answers what is in flight. Nothing else may be called after it.
  virtual void end(const std::string& detail, PushAnswers& answers) = 0;
};

// HTTP/2 (RFC 9113). `origin` is as Transport has it. Answers are asked for without header
// compression state (SETTINGS_HEADER_TABLE_SIZE = 0), there is no server push, and no PING is ever
// sent on our own: push services punish them.
std::unique_ptr<PushProtocol> make_h2_push_protocol(const std::string& origin);

// HTTP/1.1 (RFC 9112) with connections kept alive and one request at a time.
std::unique_ptr<PushProtocol> make_h1_push_protocol(const std::string& origin);

}  // namespace tocsin::net
