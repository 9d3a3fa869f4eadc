// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/h2_server_connection.h"

#include <utility>

namespace tocsin::net {
namespace {

using pushservice::Answer;
using pushservice::Deed;

constexpr std::size_t kUnreadBytesMax = std::size_t{16} * 1024 * 1024;
// A client that asks but does not read its answers is cut off.
constexpr std::size_t kOutputBytesMax = std::size_t{4} * 1024 * 1024;

http2::Server::Config config_of(const H2ServerConfig& config) {
  return {.streams_max = config.streams_max,
          .header_bytes_max = config.header_bytes_max,
          .body_bytes_max = config.body_bytes_max};
}

}  // namespace

H2ServerConnection::H2ServerConnection(const Shared& shared, std::uint64_t number)
    : shared_(shared), number_(number), server_(config_of(shared.config), *this) {}

void H2ServerConnection::start(int socket, const TlsContext& tls) {
  wire_ = Wire::accept(shared_.loop, socket, &tls, shared_.config.handshake_timeout,
                       {.on_open =
                            [this](bool h2) {
                              if (!h2) end();
                            },
                        .on_bytes = [this](ByteView bytes) { receive(bytes); },
                        .fill = [this](Bytes& out) { fill(out); },
                        .on_end = [this](WireEnd, const std::string&) { end(); }});
}

void H2ServerConnection::on_request(const http2::Server::Request& request) {
  const Answer answer = shared_.service.answer(request, now_);
  switch (answer.deed) {
    case Deed::kStall:
      return;
    case Deed::kRefuse:
      return server_.reset(request.stream, http2::ErrorCode::kRefusedStream);
    case Deed::kClose:
      is_broken_ = true;
      return;
    case Deed::kPause:
      pause(answer.pause);
      break;
    case Deed::kAnswer:
    case Deed::kReset:
    case Deed::kGoAway:
      break;
  }
  if (answer.delay > Millis(0)) return shared_.on_late(number_, request.stream, answer);
  give(request.stream, answer);
}

void H2ServerConnection::give(std::uint32_t stream, const Answer& answer) {
  if (answer.deed == Deed::kReset) return server_.reset(stream, http2::ErrorCode::kInternalError);
  if (answer.deed == Deed::kGoAway) server_.go_away();
  server_.respond(stream, answer.status, answer.fields, answer.body);
  if (answer.status >= 400 && shared_.service.on_refusal_left) {
    shared_.service.on_refusal_left(answer, system_clock().now());
  }
}

bool H2ServerConnection::answer(std::uint32_t stream, const Answer& answer) {
  give(stream, answer);
  return !std::exchange(is_dirty_, true);
}

void H2ServerConnection::pump() {
  is_dirty_ = false;
  if (wire_ != nullptr) wire_->pump();
}

// What comes meanwhile is kept unread. To the client that looks as if its connection was slow: no
// credit, no acknowledgement and no answer comes.
void H2ServerConnection::pause(Millis pause) {
  is_paused_ = true;
  pause_ = shared_.loop.after(pause, [this] {
    is_paused_ = false;
    const Bytes bytes = std::exchange(unread_, {});
    process(bytes, unread_since_);
    pump();
  });
}

void H2ServerConnection::receive(ByteView bytes) {
  const Time now = system_clock().now();
  if (!is_paused_) return process(bytes, now);
  if (unread_.empty()) unread_since_ = now;
  if (unread_.size() + bytes.size() > kUnreadBytesMax) return end();
  unread_.insert(unread_.end(), bytes.begin(), bytes.end());
}

void H2ServerConnection::process(ByteView bytes, Time arrived) {
  now_ = arrived;
  const Status status = server_.receive(bytes);
  if (is_broken_ && wire_ != nullptr) wire_->pump();  // what was answered before leaves
  if (is_broken_ || server_.output_bytes() > kOutputBytesMax) return end();
  if (!status) wire_->finish();
}

void H2ServerConnection::fill(Bytes& out) {
  if (shared_.service.before_answers) shared_.service.before_answers();
  server_.fill(out, Wire::kRecordBytes);
  if (server_.is_over()) wire_->finish();
}

void H2ServerConnection::end() {
  if (wire_ == nullptr) return;
  wire_.reset();
  pause_.reset();
  shared_.on_end(*this);
}

}  // namespace tocsin::net
