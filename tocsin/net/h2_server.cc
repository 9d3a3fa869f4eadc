// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/h2_server.h"

#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "tocsin/net/h2_server_connection.h"
#include "tocsin/pushservice/late_answers.h"

namespace tocsin::net {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr Millis kAcceptPause{100};  // when there are no file descriptors left
constexpr Millis kTick{1};           // of late answers

std::int64_t ms_now() {
  return std::chrono::duration_cast<Millis>(system_clock().instant().time_since_epoch()).count();
}

}  // namespace

struct H2Server::State {
  State(Loop& its_loop, H2ServerConfig its_config, TlsContext its_tls, H2Service its_service)
      : loop(its_loop),
        config(std::move(its_config)),
        tls(std::move(its_tls)),
        service(std::move(its_service)),
        acceptor(its_loop.context()) {}

  Status open();
  void accept();
  void add(tcp::socket socket);
  void remove(const H2ServerConnection& connection);
  void keep(std::uint64_t connection, std::uint32_t stream, const pushservice::Answer& answer);
  void wait();
  void give_late();

  Loop& loop;
  H2ServerConfig config;
  TlsContext tls;
  H2Service service;
  tcp::acceptor acceptor;
  Handle pause;
  Handle cleaning;
  Handle tick;
  bool is_ticking = false;
  pushservice::LateAnswers late;
  H2ServerConnection::Shared shared{
      loop, config, service,
      [this](std::uint64_t connection, std::uint32_t stream, const pushservice::Answer& answer) {
        keep(connection, stream, answer);
      },
      [this](const H2ServerConnection& connection) { remove(connection); }};
  std::uint64_t connections_ever = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<H2ServerConnection>> connections;
  std::vector<std::unique_ptr<H2ServerConnection>> ended;
  std::vector<H2ServerConnection*> dirty;
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
  const int descriptor = socket.release(error);
  if (error) return;
  const std::uint64_t number = ++connections_ever;
  auto connection = std::make_unique<H2ServerConnection>(shared, number);
  connection->start(descriptor, tls);
  connections.emplace(number, std::move(connection));
}

// The connection is inside its own event and goes with the next turn.
void H2Server::State::remove(const H2ServerConnection& connection) {
  const auto found = connections.find(connection.number());
  ended.push_back(std::move(found->second));
  connections.erase(found);
  cleaning = loop.after(Millis(0), [this] { ended.clear(); });
}

void H2Server::State::keep(std::uint64_t connection, std::uint32_t stream,
                           const pushservice::Answer& answer) {
  late.add(connection, stream, answer, ms_now());
  if (!is_ticking) wait();
}

void H2Server::State::wait() {
  is_ticking = !late.is_empty();
  if (is_ticking) tick = loop.after(kTick, [this] { give_late(); });
}

void H2Server::State::give_late() {
  late.take(ms_now(), [this](const pushservice::LateAnswers::Late& one) {
    const auto found = connections.find(one.connection);
    if (found == connections.end()) return;
    if (found->second->answer(one.stream, one.answer)) dirty.push_back(found->second.get());
  });
  for (H2ServerConnection* connection : dirty) connection->pump();
  dirty.clear();
  wait();
}

H2Server::H2Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
H2Server::~H2Server() = default;

Result<std::unique_ptr<H2Server>> H2Server::listen(Loop& loop, const H2ServerConfig& config,
                                                   H2Service service) {
  TOCSIN_TRY(auto tls, TlsContext::server(config.certificate_pem, config.key_pem, true));
  auto state = std::make_unique<State>(loop, config, std::move(tls), std::move(service));
  TOCSIN_TRY(std::ignore, state->open());
  return std::unique_ptr<H2Server>(new H2Server(std::move(state)));
}

std::uint16_t H2Server::port() const {
  error_code error;
  return state_->acceptor.local_endpoint(error).port();
}

std::size_t H2Server::connections() const { return state_->connections.size(); }

}  // namespace tocsin::net
