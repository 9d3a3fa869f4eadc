// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/h2_server.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "tocsin/net/h2_server_connection.h"

namespace tocsin::net {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr Millis kAcceptPause{100};  // when there are no file descriptors left

}  // namespace

struct H2Server::State {
  State(Loop& its_loop, H2ServerConfig its_config, TlsContext its_tls, http::Handler its_handler)
      : loop(its_loop),
        config(std::move(its_config)),
        tls(std::move(its_tls)),
        handler(std::move(its_handler)),
        acceptor(its_loop.context()) {}

  Status open();
  void accept();
  void add(tcp::socket socket);
  void remove(const H2ServerConnection& connection);

  Loop& loop;
  H2ServerConfig config;
  TlsContext tls;
  http::Handler handler;
  tcp::acceptor acceptor;
  Handle pause;
  Handle cleaning;
  std::vector<std::unique_ptr<H2ServerConnection>> connections;
  std::vector<std::unique_ptr<H2ServerConnection>> ended;
};

Status H2Server::State::open() {
  error_code error;
  const auto address = asio::ip::make_address(config.address, error);
  if (error) return Error{Errc::kInvalidArgument, "listen address: " + error.message()};
  const tcp::endpoint endpoint(address, config.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return Error{Errc::kUnavailable, "listen on " + config.address + ":" +
                                         std::to_string(config.port) + ": " + error.message()};
  }
  accept();
  return ok();
}

void H2Server::State::accept() {
  acceptor.async_accept([this](const error_code& error, tcp::socket socket) {
    // The acceptor closes, and `this` goes, before an aborted wait reports itself.
    if (error == asio::error::operation_aborted) return;
    if (error) {
      pause = loop.after(kAcceptPause, [this] { accept(); });
      return;
    }
    if (connections.size() < config.connections_max) add(std::move(socket));
    accept();
  });
}

void H2Server::State::add(tcp::socket socket) {
  error_code error;
  std::string peer = socket.remote_endpoint(error).address().to_string();
  const int descriptor = socket.release(error);
  if (error) return;
  auto connection = std::make_unique<H2ServerConnection>(loop, config, handler, std::move(peer));
  connection->start(descriptor, tls, [this](const H2ServerConnection& one) { remove(one); });
  connections.push_back(std::move(connection));
}

// The connection is inside its own event and goes with the next turn.
void H2Server::State::remove(const H2ServerConnection& connection) {
  const auto found = std::find_if(connections.begin(), connections.end(),
                                  [&](const auto& one) { return one.get() == &connection; });
  ended.push_back(std::move(*found));
  connections.erase(found);
  cleaning = loop.after(Millis(0), [this] { ended.clear(); });
}

H2Server::H2Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
H2Server::~H2Server() = default;

Result<std::unique_ptr<H2Server>> H2Server::listen(Loop& loop, const H2ServerConfig& config,
                                                   http::Handler handler) {
  TOCSIN_TRY(auto tls, TlsContext::server(config.certificate_pem, config.key_pem, true));
  auto state = std::make_unique<State>(loop, config, std::move(tls), std::move(handler));
  TOCSIN_TRY(std::ignore, state->open());
  return std::unique_ptr<H2Server>(new H2Server(std::move(state)));
}

std::uint16_t H2Server::port() const {
  error_code error;
  return state_->acceptor.local_endpoint(error).port();
}

std::size_t H2Server::connections() const { return state_->connections.size(); }

}  // namespace tocsin::net
