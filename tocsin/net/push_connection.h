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
    std::function<void(PushConnection& self)> on_up;  // takes requests from here on
    // The peer was heard of: answers, and perhaps room.
    std::function<void(PushConnection& self, PushAnswers& answers)> on_answers;
    // The socket took all it was given, after it had to be waited for.
    std::function<void(PushConnection& self)> on_drained;
    // Once, after the last answer.
    std::function<void(PushConnection& self, WireEnd why, const std::string& detail)> on_end;
  };

  // `tls` is null for plain HTTP/1.1. `h2` makes the protocol where the peer speaks HTTP/2.
  using MakeProtocol = std::unique_ptr<PushProtocol> (*)(const std::string& origin);
  PushConnection(Loop& loop, std::string origin, const DialTarget& target, const TlsContext* tls,
                 MakeProtocol h2, Events events);

  bool is_connecting() const { return protocol_ == nullptr && wire_ != nullptr; }
  // None while the socket has more to take than one record.
  std::size_t room(std::size_t body_bytes) const {
    return protocol_ == nullptr || pending_.size() >= Wire::kRecordBytes
               ? 0
               : protocol_->room(body_bytes);
  }
  bool is_suited(std::size_t body_bytes) const {
    return protocol_ == nullptr || protocol_->is_suited(body_bytes);
  }
  // Nothing is under way, and it could be closed without loss.
  bool is_idle() const { return protocol_ != nullptr && protocol_->in_flight() == 0; }
  // It gave an answer with a status.
  bool has_answered() const { return has_answered_; }
  // It was given a request.
  bool is_used() const { return is_used_; }

  // Needs room(). The request leaves with its record, when that is full or with the next pump().
  void submit(const deliver::PushRequest& request, Instant now, Millis timeout);
  void pump();
  // Gives up what is overdue, and the whole connection if the peer was silent for so long or
  // nothing was asked of it for `idle_timeout`.
  void on_tick(Instant now, Millis request_timeout, Millis idle_timeout);
  // Takes no more requests, and ends when those under way are answered.
  void close();

  // Where the owner keeps its own note of the connection.
  bool is_listed = false;

 private:
  void open(bool h2);
  void receive(ByteView bytes);
  void end(WireEnd why, const std::string& detail);
  void report();

  std::string origin_;
  MakeProtocol h2_;
  Events events_;
  std::unique_ptr<PushProtocol> protocol_;  // null until the connection is up
  PushAnswers answers_;
  Bytes pending_;                  // written by submit(), not yet given to the wire
  std::size_t request_bytes_ = 0;  // of the last request, about
  Instant received_at_{};
  Instant used_at_{};
  bool is_used_ = false;
  bool has_answered_ = false;
  std::unique_ptr<Wire> wire_;
};

}  // namespace tocsin::net
