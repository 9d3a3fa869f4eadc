// SPDX-License-Identifier: Apache-2.0
#include "tocsin/httpd/http_connection.h"

#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "tocsin/httpd/http_reader.h"
#include "tocsin/httpd/http_response.h"

namespace tocsin::httpd {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// After the last response the client is given this long to read it: closing a socket with unread
// input makes the kernel throw the response away (RFC 9112, section 9.6).
constexpr Millis kLingerTimeout{2'000};
constexpr std::size_t kLingerBytesMax = 4 << 20;

// When streams_max are open, or the server is about to end.
constexpr std::string_view kStreamRetryAfterSeconds = "30";

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// Read, parse, answer, write, from the start again. Every callback checks the state it finds, so
// that one that comes late does nothing.
//
// Owned by the operations that are under way: with the last one it goes.
class Connection final : public HttpPeer {
 public:
  static std::shared_ptr<Connection> make(asio::ip::tcp::socket socket,
                                          std::shared_ptr<HttpHost> host) {
    auto made = std::make_shared<Connection>(std::move(socket), std::move(host));
    made->self_ = made;
    return made;
  }

  Connection(asio::ip::tcp::socket socket, std::shared_ptr<HttpHost> host)
      : socket_(std::move(socket)),
        host_(std::move(host)),
        timer_(socket_.get_executor()),
        reader_(host_->config.limits) {
    host_->add(this);
  }
  ~Connection() override { host_->remove(this); }

  void serve() {
    error_code ignored;
    socket_.non_blocking(true, ignored);
    const auto peer = socket_.remote_endpoint(ignored);
    peer_address_ = peer.address().to_string();
    arm(host_->config.read_timeout);
    read();
  }

  void refuse(int status, std::string_view detail) {
    keep_alive_ = false;
    write(plain_response(status, detail));
  }

  void drain() override {
    if (state_ == State::kReading && !reader_.is_amid_request()) end();
  }

  void abort() override { end(); }

 private:
  enum class State { kReading, kAnswering, kWriting, kLingering, kEnded };

  void arm(Millis timeout) {
    timer_.expires_after(timeout);
    timer_.async_wait([self = self_.lock()](const error_code& failure) {
      if (failure || self->timer_.expiry() > asio::steady_timer::clock_type::now()) return;
      self->on_timeout();
    });
  }

  void on_timeout() {
    switch (state_) {
      case State::kReading:
        if (!reader_.is_amid_request()) return end();
        return refuse(408, "the request did not arrive in time");
      case State::kAnswering:
        return refuse(503, "no answer in time");
      case State::kWriting:
      case State::kLingering:
      case State::kEnded:
        return end();
    }
  }

  void read() {
    state_ = State::kReading;
    socket_.async_wait(asio::socket_base::wait_read,
                       [self = self_.lock()](const error_code& failure) {
                         if (self->state_ != State::kReading) return;
                         failure ? self->end() : self->on_readable();
                       });
  }

  void on_readable() {
    error_code failure;
    const auto bytes = socket_.read_some(asio::buffer(host_->scratch), failure);
    if (failure == asio::error::would_block) return read();
    if (failure) return end();
    if (!reader_.is_amid_request()) arm(host_->config.read_timeout);
    reader_.feed({host_->scratch.data(), bytes});
    advance();
  }

  void advance() {
    const bool was_amid_body = reader_.is_amid_body();
    switch (reader_.advance()) {
      case HttpReader::Progress::kNeedsMore:
        if (!was_amid_body && reader_.is_amid_body()) arm(host_->config.read_timeout);
        return read();
      case HttpReader::Progress::kNeedsContinue:
        return write_continue();
      case HttpReader::Progress::kRefused:
        return refuse(reader_.refusal_status(), reader_.refusal_detail());
      case HttpReader::Progress::kComplete:
        return answer();
    }
  }

  void write_continue() {
    arm(host_->config.read_timeout);
    asio::async_write(socket_, asio::buffer(kContinue),
                      [self = self_.lock()](const error_code& failure, std::size_t) {
                        if (self->state_ != State::kReading) return;
                        failure ? self->end() : self->read();
                      });
  }

  void answer() {
    auto& request = reader_.request();
    std::string forwarded_for;
    for (const auto& [name, value] : request.headers.fields) {
      if (name == "x-forwarded-for") forwarded_for += (forwarded_for.empty() ? "" : ",") + value;
    }
    request.remote_address = host_->proxies.client(peer_address_, forwarded_for);

    const auto& config = host_->config;
    if (reader_.wants_websocket() && config.websocket && request.path == config.websocket_path) {
      return upgrade();
    }
    is_head_request_ = request.method == "HEAD";
    if (is_head_request_) request.method = "GET";
    keep_alive_ = reader_.keep_alive();
    state_ = State::kAnswering;
    arm(config.answer_timeout);
    request.is_awaited = [weak = self_, turn = turn_] {
      const auto self = weak.lock();
      return self && self->is_awaited(turn);
    };
    host_->handler(request, [weak = self_, turn = turn_](http::Response response) {
      const auto self = weak.lock();
      if (!self || self->state_ != State::kAnswering || self->turn_ != turn) return;
      self->write(std::move(response));
    });
  }

  // The end of the client's input counts as its leaving: most that end it have closed.
  bool is_awaited(std::uint64_t turn) {
    if (state_ != State::kAnswering || turn_ != turn) return false;
    char next = 0;
    error_code failure;
    socket_.receive(asio::buffer(&next, 1), asio::socket_base::message_peek, failure);
    return !failure || failure == asio::error::would_block;
  }

  void upgrade() {
    if (reader_.has_bytes_behind()) return refuse(400, "frames before the handshake is answered");
    state_ = State::kEnded;
    timer_.cancel();
    serve_websocket(std::move(socket_), host_, reader_.request());
  }

  void write(http::Response response) {
    if (response.stream && !is_head_request_) return start_stream(response);
    ++turn_;
    state_ = State::kWriting;
    arm(host_->config.write_timeout);
    keep_alive_ = keep_alive_ && !host_->is_draining;
    head_ = http_response_head(
        response,
        {.keep_alive = keep_alive_, .version = reader_.version(), .now = system_clock().now()});
    body_ = has_body(response.status) && !is_head_request_ ? std::move(response.body) : "";
    const std::array<asio::const_buffer, 2> parts = {asio::buffer(head_), asio::buffer(body_)};
    asio::async_write(socket_, parts,
                      [self = self_.lock()](const error_code& failure, std::size_t) {
                        if (self->state_ != State::kWriting) return;
                        failure ? self->end() : self->on_written();
                      });
  }

  void start_stream(const http::Response& response) {
    if (host_->is_draining || host_->streams.size() >= host_->config.streams_max) {
      auto refusal = plain_response(503, "no further stream can be opened");
      refusal.headers.add("retry-after", kStreamRetryAfterSeconds);
      return write(std::move(refusal));
    }
    state_ = State::kEnded;
    timer_.cancel();
    serve_stream(std::move(socket_), host_,
                 http_response_head(response, {.keep_alive = false,
                                               .version = reader_.version(),
                                               .now = system_clock().now()}),
                 response.stream);
  }

  void on_written() {
    head_.clear();
    body_ = {};
    if (!keep_alive_) return linger();
    reader_.restart();
    if (host_->is_draining) return end();
    state_ = State::kReading;
    arm(host_->config.read_timeout);
    advance();
  }

  void linger() {
    error_code failure;
    socket_.shutdown(asio::socket_base::shutdown_send, failure);
    if (failure) return end();
    state_ = State::kLingering;
    arm(kLingerTimeout);
    discard();
  }

  void discard() {
    socket_.async_wait(asio::socket_base::wait_read,
                       [self = self_.lock()](const error_code& failure) {
                         if (self->state_ != State::kLingering) return;
                         failure ? self->end() : self->on_discardable();
                       });
  }

  void on_discardable() {
    error_code failure;
    const auto bytes = socket_.read_some(asio::buffer(host_->scratch), failure);
    discarded_bytes_ += bytes;
    const bool goes_on = !failure || failure == asio::error::would_block;
    goes_on&& discarded_bytes_ < kLingerBytesMax ? discard() : end();
  }

  void end() {
    state_ = State::kEnded;
    error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
  }

  std::weak_ptr<Connection> self_;
  asio::ip::tcp::socket socket_;
  std::shared_ptr<HttpHost> host_;
  asio::steady_timer timer_;
  HttpReader reader_;
  State state_ = State::kReading;
  std::string peer_address_;
  bool is_head_request_ = false;
  bool keep_alive_ = false;
  std::uint64_t turn_ = 0;  // responses written: an answer belongs to one of them
  std::string head_;
  std::string body_;
  std::size_t discarded_bytes_ = 0;
};

}  // namespace

void serve_http(asio::ip::tcp::socket socket, std::shared_ptr<HttpHost> host) {
  Connection::make(std::move(socket), std::move(host))->serve();
}

void refuse_http(asio::ip::tcp::socket socket, std::shared_ptr<HttpHost> host) {
  error_code ignored;
  socket.non_blocking(true, ignored);
  Connection::make(std::move(socket), std::move(host))->refuse(503, "too many connections");
}

}  // namespace tocsin::httpd
