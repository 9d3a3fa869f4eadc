// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/push_connection.h"

#include <algorithm>
#include <utility>

namespace tocsin::net {

PushConnection::PushConnection(Loop& loop, std::string origin, const DialTarget& target,
                               const TlsContext* tls, Events events)
    : origin_(std::move(origin)), events_(std::move(events)) {
  wire_ =
      Wire::dial(loop, target, tls,
                 {.on_open = [this](bool h2) { open(h2); },
                  .on_bytes = [this](ByteView bytes) { receive(bytes); },
                  .fill =
                      [this](Bytes& out) {
                        protocol_->fill(out, Wire::kRecordBytes);
                        if (protocol_->is_over()) wire_->finish();
                      },
                  .on_end = [this](WireEnd why, const std::string& detail) { end(why, detail); }});
}

void PushConnection::open(bool h2) {
  protocol_ = h2 ? make_h2_push_protocol(origin_) : make_h1_push_protocol(origin_);
  received_at_ = used_at_ = system_clock().instant();
  events_.on_up();
}

void PushConnection::submit(deliver::PushRequest request, Instant deadline) {
  is_used_ = true;
  used_at_ = system_clock().instant();
  protocol_->submit(std::move(request), deadline);
}

void PushConnection::pump() {
  if (wire_) wire_->pump();
}

void PushConnection::receive(ByteView bytes) {
  received_at_ = system_clock().instant();
  const Status status = protocol_->receive(bytes, answers_);
  if (!status) return end(WireEnd::kClosed, status.error().message);
  report();
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
  wire_->finish();
}

void PushConnection::end(WireEnd why, const std::string& detail) {
  wire_.reset();
  if (protocol_) protocol_->end(detail, answers_);
  report();
  events_.on_end(*this, why, detail);
}

void PushConnection::report() {
  if (answers_.empty()) return;
  has_answered_ = has_answered_ || std::any_of(answers_.begin(), answers_.end(),
                                               [](const auto& one) { return one.status != 0; });
  PushAnswers batch = std::exchange(answers_, {});
  events_.on_answers(*this, batch);
}

}  // namespace tocsin::net
