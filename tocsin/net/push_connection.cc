// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/push_connection.h"

#include <algorithm>
#include <utility>

namespace tocsin::net {

PushConnection::PushConnection(Loop& loop, std::string origin, const DialTarget& target,
                               const TlsContext* tls, MakeProtocol h2, Events events)
    : origin_(std::move(origin)), h2_(h2), events_(std::move(events)) {
  wire_ =
      Wire::dial(loop, target, tls,
                 {.on_open = [this](bool is_h2) { open(is_h2); },
                  .on_bytes = [this](ByteView bytes) { receive(bytes); },
                  .fill =
                      [this](Bytes& out) {
                        std::swap(out, pending_);
                        protocol_->fill(out, Wire::kRecordBytes);
                        if (protocol_->is_over()) wire_->finish();
                      },
                  .on_drained = [this] { events_.on_drained(*this); },
                  .on_end = [this](WireEnd why, const std::string& detail) { end(why, detail); }});
}

void PushConnection::open(bool is_h2) {
  protocol_ = is_h2 ? h2_(origin_) : make_h1_push_protocol(origin_);
  received_at_ = used_at_ = system_clock().instant();
  events_.on_up(*this);
}

void PushConnection::submit(const deliver::PushRequest& request, Instant now, Millis timeout) {
  is_used_ = true;
  used_at_ = now;
  const std::size_t before = pending_.size();
  protocol_->submit(request, now + timeout, pending_);
  request_bytes_ = pending_.size() - before;
  // Another one like it would not fit the record.
  if (pending_.size() + request_bytes_ > Wire::kRecordBytes) wire_->pump();
}

void PushConnection::pump() {
  if (wire_) wire_->pump();
}

void PushConnection::receive(ByteView bytes) {
  received_at_ = system_clock().instant();
  const Status status = protocol_->receive(bytes, answers_);
  if (!status) {
    wire_->pump();  // the peer is told what it did wrong
    return end(WireEnd::kClosed, status.error().message);
  }
  report();  // even without an answer: the peer may take more
}

void PushConnection::on_tick(Instant now, Millis request_timeout, Millis idle_timeout) {
  if (protocol_ == nullptr || wire_ == nullptr) return;
  if (protocol_->expire(now, answers_)) {
    if (received_at_ + request_timeout <= now) {
      return end(WireEnd::kClosed, "silent for longer than a request may take");
    }
    report();
  }
  if (is_idle() && used_at_ + idle_timeout <= now) return close();
  pump();
}

void PushConnection::close() {
  protocol_->say_goodbye();
  if (protocol_->in_flight() == 0) return wire_->finish();
  pump();
}

void PushConnection::end(WireEnd why, const std::string& detail) {
  const std::size_t unsent_bytes = wire_->unsent_bytes() + pending_.size();
  wire_.reset();
  if (protocol_) protocol_->end(detail, unsent_bytes, answers_);
  report();
  events_.on_end(*this, why, detail);
}

void PushConnection::report() {
  has_answered_ = has_answered_ || std::any_of(answers_.begin(), answers_.end(),
                                               [](const auto& one) { return one.status != 0; });
  PushAnswers batch = std::exchange(answers_, {});
  events_.on_answers(*this, batch);
  batch.clear();
  answers_ = std::move(batch);  // for its memory
}

}  // namespace tocsin::net
