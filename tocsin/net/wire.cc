// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/wire.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "tocsin/url/url.h"

namespace tocsin::net {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kAddressesMax = 4;  // of one host are tried
constexpr int kReadsPerTurnMax = 16;      // then other connections get their turn
constexpr int kUserTimeoutMs = 30'000;
constexpr Millis kLinger{2'000};  // for the peer to close after we did

// The bytes of an address in network order, as is_public_address() takes them.
std::string address_bytes(const asio::ip::address& address) {
  std::string out;
  if (address.is_v4()) {
    for (const auto byte : address.to_v4().to_bytes()) out.push_back(static_cast<char>(byte));
  } else {
    for (const auto byte : address.to_v6().to_bytes()) out.push_back(static_cast<char>(byte));
  }
  return out;
}

TlsProgress read_plain(int socket, std::span<std::uint8_t> out) {
  const auto got = ::recv(socket, out.data(), out.size(), 0);
  if (got > 0) return {TlsWant::kNothing, static_cast<std::size_t>(got)};
  if (got == 0) return {TlsWant::kClosed, 0};
  return {errno == EAGAIN || errno == EINTR ? TlsWant::kRead : TlsWant::kFailed, 0};
}

TlsProgress write_plain(int socket, ByteView bytes) {
  const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0) return {TlsWant::kNothing, static_cast<std::size_t>(sent)};
  return {errno == EAGAIN || errno == EINTR ? TlsWant::kWrite : TlsWant::kFailed, 0};
}

}  // namespace

struct Wire::State {
  enum class Phase { kConnecting, kHandshake, kOpen, kLingering, kEnded };

  static std::shared_ptr<State> create(Loop& loop, Events events) {
    auto state = std::make_shared<State>(loop, std::move(events));
    state->weak = state;
    return state;
  }
  State(Loop& its_loop, Events its_events)
      : loop(its_loop),
        events(std::move(its_events)),
        resolver(its_loop.context()),
        socket(its_loop.context()) {}

  void resolve(const DialTarget& target);
  void try_next_address();
  void start(bool is_server);
  void handshake();
  void open();
  void wait_for(tcp::socket::wait_type what);
  void on_ready(tcp::socket::wait_type what);
  void read_turn();
  void pump();
  bool flush();
  void break_writing();
  void shut_down();
  void end_after(Millis delay, WireEnd why, const char* detail);
  void end(WireEnd why, const std::string& detail);
  void release();
  bool is_over() const { return phase == Phase::kEnded; }
  // For the waits, which may end after the Wire has gone.
  std::shared_ptr<State> held() const { return weak.lock(); }

  std::weak_ptr<State> weak;
  Loop& loop;
  Events events;
  Phase phase = Phase::kConnecting;
  tcp::resolver resolver;
  tcp::socket socket;
  const TlsContext* context = nullptr;  // null: plain TCP
  std::optional<TlsStream> tls;
  DialTarget target;
  std::vector<tcp::endpoint> addresses;  // not tried yet, the last one first
  Millis attempt_timeout{};
  std::string failure = "no address";
  bool finishing = false;
  bool waits_to_read = false;
  bool waits_to_write = false;
  bool is_pumping = false;
  bool is_write_broken = false;
  Handle deadline;  // for opening, then for lingering
  Handle attempt;
  Handle next_turn;
  Bytes out;
  std::size_t out_sent = 0;
};

void Wire::State::resolve(const DialTarget& to) {
  target = to;
  resolver.async_resolve(
      target.host, std::to_string(target.port), tcp::resolver::numeric_service,
      [self = held()](const error_code& error, const tcp::resolver::results_type& all) {
        if (self->is_over()) return;
        if (error) return self->end(WireEnd::kUnreachable, "DNS: " + error.message());
        bool any_private = false;
        for (const auto& entry : all) {
          const bool allowed = self->target.private_allowed ||
                               is_public_address(address_bytes(entry.endpoint().address()));
          any_private = any_private || !allowed;
          if (allowed && self->addresses.size() < kAddressesMax) {
            self->addresses.push_back(entry.endpoint());
          }
        }
        if (self->addresses.empty() && any_private) {
          return self->end(WireEnd::kForbidden, "the address is not a public one");
        }
        std::reverse(self->addresses.begin(), self->addresses.end());
        self->attempt_timeout =
            self->target.timeout / static_cast<int>(std::max<std::size_t>(1, all.size()));
        self->try_next_address();
      });
}

void Wire::State::try_next_address() {
  if (addresses.empty()) return end(WireEnd::kUnreachable, failure);
  const tcp::endpoint address = addresses.back();
  addresses.pop_back();
  error_code error;
  socket.close(error);
  socket.open(address.protocol(), error);
  if (error) return end(WireEnd::kUnreachable, error.message());
  // An address that swallows packets must leave time for the others.
  attempt = loop.after(attempt_timeout, [self = held()] {
    error_code ignored;
    self->socket.cancel(ignored);
  });
  socket.async_connect(address, [self = held()](const error_code& result) {
    self->attempt.reset();
    if (self->is_over()) return;
    if (!result) return self->start(false);
    self->failure = "connect: " + result.message();
    self->try_next_address();
  });
}

void Wire::State::start(bool is_server) {
  error_code error;
  socket.non_blocking(true, error);
  const int descriptor = socket.native_handle();
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUserTimeoutMs, sizeof(kUserTimeoutMs));
  if (context == nullptr) return open();
  phase = Phase::kHandshake;
  tls = is_server ? TlsStream::server(*context, descriptor)
                  : TlsStream::client(*context, descriptor, target.host);
  handshake();
}

void Wire::State::handshake() {
  const TlsProgress progress = tls->handshake();
  switch (progress.want) {
    case TlsWant::kNothing:
      return open();
    case TlsWant::kRead:
      return wait_for(tcp::socket::wait_read);
    case TlsWant::kWrite:
      return wait_for(tcp::socket::wait_write);
    case TlsWant::kClosed:
    case TlsWant::kFailed:
      end(tls->is_certificate_refused() ? WireEnd::kForbidden : WireEnd::kUnreachable,
          "TLS: " + tls->failure());
  }
}

void Wire::State::open() {
  phase = Phase::kOpen;
  deadline.reset();
  events.on_open(tls && tls->is_h2());
  if (is_over()) return;
  pump();
  if (!is_over()) read_turn();
}

void Wire::State::wait_for(tcp::socket::wait_type what) {
  bool& waits = what == tcp::socket::wait_read ? waits_to_read : waits_to_write;
  if (waits) return;
  waits = true;
  socket.async_wait(what, [self = held(), what](const error_code& error) {
    (what == tcp::socket::wait_read ? self->waits_to_read : self->waits_to_write) = false;
    if (self->is_over()) return;
    if (error) return self->end(WireEnd::kClosed, error.message());
    self->on_ready(what);
  });
}

void Wire::State::on_ready(tcp::socket::wait_type what) {
  if (what == tcp::socket::wait_read && tls) tls->on_readable();
  if (phase == Phase::kHandshake) return handshake();
  if (what == tcp::socket::wait_read) return read_turn();
  pump();
  if (phase == Phase::kOpen && out.empty() && events.on_drained) events.on_drained();
}

void Wire::State::read_turn() {
  std::array<std::uint8_t, kRecordBytes> buffer;  // NOLINT(*-member-init): filled by the read
  for (int reads = 0; reads < kReadsPerTurnMax; ++reads) {
    const TlsProgress got = tls ? tls->read(buffer) : read_plain(socket.native_handle(), buffer);
    if (got.want == TlsWant::kClosed) return end(WireEnd::kClosed, "closed by the peer");
    if (got.want == TlsWant::kFailed) {
      return end(WireEnd::kClosed, tls ? tls->failure() : "connection reset");
    }
    if (got.want != TlsWant::kNothing) {
      wait_for(tcp::socket::wait_read);
      return pump();
    }
    if (phase == Phase::kLingering) continue;
    events.on_bytes(ByteView(buffer).first(got.bytes));
    if (is_over()) return;
  }
  // Bytes may be left inside the TLS layer, where waiting for the socket would miss them.
  next_turn = loop.after(Millis(0), [self = held()] { self->read_turn(); });
  pump();
}

void Wire::State::pump() {
  if (phase != Phase::kOpen || is_pumping || is_write_broken) return;
  is_pumping = true;
  while (flush() && phase == Phase::kOpen) {
    events.fill(out);
    if (is_over() || out.empty()) break;
  }
  is_pumping = false;
  if (phase == Phase::kOpen && out.empty() && finishing) shut_down();
}

// False if something is left, or the wire ended.
bool Wire::State::flush() {
  while (out_sent < out.size()) {
    const ByteView rest = ByteView(out).subspan(out_sent);
    const TlsProgress sent = tls ? tls->write(rest) : write_plain(socket.native_handle(), rest);
    if (sent.want == TlsWant::kClosed || sent.want == TlsWant::kFailed) {
      break_writing();
      return false;
    }
    if (sent.want != TlsWant::kNothing) {
      wait_for(sent.want == TlsWant::kRead ? tcp::socket::wait_read : tcp::socket::wait_write);
      return false;
    }
    out_sent += sent.bytes;
  }
  out.clear();
  out_sent = 0;
  return true;
}

// What the peer sent before it went may still be read; the reader then finds the end.
void Wire::State::break_writing() {
  is_write_broken = true;
  end_after(kLinger, WireEnd::kClosed, "connection broken");
}

// Closing at once while the peer still sends would reset the connection, and the peer might lose
// what it was sent last.
void Wire::State::shut_down() {
  phase = Phase::kLingering;
  if (tls) tls->shut_down();
  error_code error;
  socket.shutdown(tcp::socket::shutdown_send, error);
  end_after(kLinger, WireEnd::kClosed, "closed");
}

void Wire::State::end_after(Millis delay, WireEnd why, const char* detail) {
  // The cycle of ownership is broken by release(), which every way out calls.
  deadline = loop.after(delay, [self = held(), why, detail] { self->end(why, detail); });
}

void Wire::State::end(WireEnd why, const std::string& detail) {
  if (is_over()) return;
  const auto keep = held();
  release();
  events.on_end(why, detail);
}

void Wire::State::release() {
  phase = Phase::kEnded;
  deadline.reset();
  attempt.reset();
  next_turn.reset();
  tls.reset();
  resolver.cancel();
  error_code error;
  socket.close(error);
}

Wire::Wire(std::shared_ptr<State> state) : state_(std::move(state)) {}
Wire::~Wire() {
  if (!state_->is_over()) state_->release();
}

std::unique_ptr<Wire> Wire::dial(Loop& loop, const DialTarget& target, const TlsContext* tls,
                                 Events events) {
  auto state = State::create(loop, std::move(events));
  state->context = tls;
  state->end_after(target.timeout, WireEnd::kUnreachable, "no connection in time");
  state->resolve(target);
  return std::unique_ptr<Wire>(new Wire(std::move(state)));
}

std::unique_ptr<Wire> Wire::accept(Loop& loop, int socket, const TlsContext* tls, Millis timeout,
                                   Events events) {
  auto state = State::create(loop, std::move(events));
  state->context = tls;
  state->end_after(timeout, WireEnd::kUnreachable, "no TLS handshake in time");
  error_code error;
  sockaddr_storage local{};
  socklen_t size = sizeof(local);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&local), &size);
  state->socket.assign(local.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), socket, error);
  // The first event must come from the loop.
  state->next_turn = loop.after(Millis(0), [state] { state->start(true); });
  return std::unique_ptr<Wire>(new Wire(std::move(state)));
}

void Wire::pump() {
  const auto keep = state_;  // `fill` may destroy the Wire
  keep->pump();
}

std::size_t Wire::unsent_bytes() const { return state_->out.size() - state_->out_sent; }

void Wire::finish() {
  state_->finishing = true;
  pump();
}

}  // namespace tocsin::net
