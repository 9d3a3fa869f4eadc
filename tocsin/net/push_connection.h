// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "tocsin/base/clock.h"
#include "tocsin/net/loop.h"
#include "tocsin/net/push_protocol.h"
#include "tocsin/net/tls.h"
#include "tocsin/net/wire.h"

namespace tocsin::net {

// One connection to a push service: a Wire with the PushProtocol that both sides agree on. Must
// not be destroyed inside its own events.
class PushConnection {
 public:
  struct Events {
    std::function<void()> on_up;  // takes requests from here on
    std::function<void(PushConnection& self, PushAnswers& answers)> on_answers;
    // Once, after the last answer.
    std::function<void(PushConnection& self, WireEnd why, const std::string& detail)> on_end;
  };

  // `tls` is null for plain HTTP/1.1.
  PushConnection(Loop& loop, std::string origin, const DialTarget& target, const TlsContext* tls,
                 Events events);

  bool is_connecting() const { return protocol_ == nullptr && wire_ != nullptr; }
  std::size_t room() const { return protocol_ == nullptr ? 0 : protocol_->room(); }
  // Nothing is under way, and it could be closed without loss.
  bool is_idle() const { return protocol_ != nullptr && protocol_->in_flight() == 0; }
  // It gave an answer with a status.
  bool has_answered() const { return has_answered_; }
  // It was given a request.
  bool is_used() const { return is_used_; }

  // Needs room() > 0. The request leaves with the next pump().
  void submit(deliver::PushRequest request, Instant deadline);
  void pump();
  // Gives up what is overdue, and the whole connection if the peer was silent for so long or
  // nothing was asked of it for `idle_timeout`.
  void on_tick(Instant now, Millis request_timeout, Millis idle_timeout);
  // Needs is_idle(). Says goodbye and ends.
  void close();

 private:
  void open(bool h2);
  void receive(ByteView bytes);
  void end(WireEnd why, const std::string& detail);
  void report();

  std::string origin_;
  Events events_;
  std::unique_ptr<PushProtocol> protocol_;  // null until the connection is up
  PushAnswers answers_;
  Instant received_at_{};
  Instant used_at_{};
  bool is_used_ = false;
  bool has_answered_ = false;
  std::unique_ptr<Wire> wire_;
};

}  // namespace tocsin::net
