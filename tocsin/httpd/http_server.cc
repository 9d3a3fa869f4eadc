// SPDX-License-Identifier: Apache-2.0
#include "tocsin/httpd/http_server.h"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <netinet/tcp.h>

#include "tocsin/httpd/http_connection.h"

namespace tocsin::httpd {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// How many more connections than connections_max are told so; the others are closed unanswered.
constexpr std::size_t kRefusalsMax = 64;
// Out of file descriptors: room comes when connections end.
constexpr Millis kAcceptPause{100};
// Streams that one turn of draining ends.
constexpr std::size_t kDrainSlice = 512;
// A peer that vanished without a word is noticed, in milliseconds.
constexpr int kUserTimeoutMillis = 30'000;

void set_options(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  using UserTimeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
  socket.set_option(UserTimeout(kUserTimeoutMillis), ignored);
}

Status open(tcp::acceptor& acceptor, const HttpServerConfig& config) {
  error_code failure;
  const auto address = asio::ip::make_address(config.address, failure);
  if (failure) {
    return Error{Errc::kInvalidArgument, "listen address \"" + config.address + "\": no address"};
  }
  const tcp::endpoint endpoint(address, config.port);
  acceptor.open(endpoint.protocol(), failure);
  if (!failure) acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
  if (!failure) acceptor.bind(endpoint, failure);
  if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
  if (!failure) return ok();
  return Error{Errc::kUnavailable, "listen " + config.address + " port " +
                                       std::to_string(config.port) + ": " + failure.message()};
}

}  // namespace

struct HttpServer::State {
  explicit State(net::Loop& owner) : loop(owner), acceptor(owner.context()) {}

  net::Loop& loop;
  tcp::acceptor acceptor;
  std::shared_ptr<HttpHost> host = std::make_shared<HttpHost>();
  Handle pause;
  std::function<void()> on_drained;

  static void accept(const std::shared_ptr<State>& state) {
    state->acceptor.async_accept([state](const error_code& failure, tcp::socket peer) {
      if (!state->acceptor.is_open()) return;
      if (!failure) {
        state->welcome(std::move(peer));
        return accept(state);
      }
      state->pause = state->loop.after(kAcceptPause, [weak = std::weak_ptr(state)] {
        const auto paused = weak.lock();
        if (paused && paused->acceptor.is_open()) accept(paused);
      });
    });
  }

  void welcome(tcp::socket peer) const {
    set_options(peer);
    const auto present = host->peers.size();
    if (present < host->config.connections_max) return serve_http(std::move(peer), host);
    if (present < host->config.connections_max + kRefusalsMax) refuse_http(std::move(peer), host);
  }

  void stop_accepting() {
    error_code ignored;
    acceptor.close(ignored);
    pause.reset();
  }

  void check_drained() {
    if (!host->peers.empty() || !host->streams.empty()) return;
    if (const auto done = std::exchange(on_drained, nullptr)) loop.post(done);
  }

  void abort_all() const {
    const auto peers = host->peers;  // abort() takes them out of the set one by one
    for (auto* peer : peers) peer->abort();
    const auto streams = host->streams;
    for (auto* stream : streams) stream->abort();
  }

  static void drain_streams(const std::shared_ptr<State>& state) {
    auto& streams = state->host->streams;
    // Each takes itself out of the set.
    for (std::size_t i = 0; i < kDrainSlice && !streams.empty(); ++i) (*streams.begin())->drain();
    if (streams.empty()) return state->check_drained();
    state->loop.post([weak = std::weak_ptr(state)] {
      if (const auto draining = weak.lock()) drain_streams(draining);
    });
  }
};

HttpServer::HttpServer(std::shared_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(net::Loop& loop, HttpServerConfig config,
                                                       http::Handler handler) {
  auto state = std::make_shared<State>(loop);
  TOCSIN_TRY(state->host->proxies, TrustedProxies::parse(config.trusted_proxies));
  TOCSIN_TRY(std::ignore, open(state->acceptor, config));
  state->host->config = std::move(config);
  state->host->handler = std::move(handler);
  State::accept(state);
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::~HttpServer() {
  state_->stop_accepting();
  state_->on_drained = nullptr;
  state_->host->on_peer_gone = nullptr;
  state_->abort_all();
}

std::uint16_t HttpServer::port() const {
  error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

std::size_t HttpServer::connections() const { return state_->host->peers.size(); }
std::size_t HttpServer::streams() const { return state_->host->streams.size(); }

void HttpServer::stop_accepting() { state_->stop_accepting(); }

void HttpServer::drain(std::function<void()> done) {
  state_->stop_accepting();
  state_->on_drained = std::move(done);
  state_->host->is_draining = true;
  state_->host->on_peer_gone = [weak = std::weak_ptr(state_)] {
    if (const auto state = weak.lock()) state->check_drained();
  };
  const auto peers = state_->host->peers;
  for (auto* peer : peers) peer->drain();
  State::drain_streams(state_);
}

}  // namespace tocsin::httpd
