// SPDX-License-Identifier: Apache-2.0
#include <deque>
#include <utility>

#include <boost/asio/post.hpp>

#include "tocsin/httpd/http_connection.h"

namespace tocsin::httpd {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// What the kernel keeps for a client that does not read; it takes twice this for its own books. An
// event is far smaller.
constexpr int kKernelBytesMax = 16 << 10;
// What keeping one piece costs beside its bytes.
constexpr std::size_t kPieceBytes = 32;
// A client has nothing to say on a stream.
constexpr std::size_t kIgnoredBytesMax = 64 << 10;

// One client of a stream. Tens of thousands are open at once and idle, so there is no timer and no
// buffer until the kernel's is full. Owned by the http::Stream that was handed out; what Asio has
// under way only points here.
class StreamSocket final : public HttpPeer {
 public:
  static std::shared_ptr<StreamSocket> make(asio::ip::tcp::socket socket,
                                            std::shared_ptr<HttpHost> host) {
    auto made = std::make_shared<StreamSocket>(std::move(socket), std::move(host));
    made->self_ = made;
    made->watch();
    return made;
  }

  StreamSocket(asio::ip::tcp::socket socket, std::shared_ptr<HttpHost> host)
      : socket_(std::move(socket)), host_(std::move(host)) {
    error_code ignored;
    socket_.set_option(asio::socket_base::send_buffer_size(kKernelBytesMax), ignored);
    host_->streams.insert(this);
  }
  ~StreamSocket() override { end(); }

  void on_close(std::function<void()> told) { told_ = std::move(told); }

  bool send(std::shared_ptr<const std::string> bytes) {
    if (has_ended_) return false;
    const std::size_t taken = backlog_ ? 0 : write(*bytes);
    if (has_ended_) return tell_later();
    if (taken == bytes->size()) return true;
    if (!backlog_) {
      backlog_ = std::make_unique<Backlog>();
      backlog_->front_taken = taken;
      wait_for_room();
    }
    backlog_->bytes += bytes->size() - taken + kPieceBytes;
    if (backlog_->bytes > host_->config.stream_backlog_bytes_max) {
      drop();
      return tell_later();
    }
    backlog_->pieces.push_back(std::move(bytes));
    return true;
  }

  void close() {
    told_ = nullptr;
    end();
  }

  void drain() override {
    const auto self = self_.lock();  // its owner may let go when told
    const auto& farewell = host_->config.stream_farewell;
    if (farewell && !backlog_) write(farewell());
    end();
    tell();
  }

  void abort() override { close(); }

 private:
  struct Backlog {
    std::deque<std::shared_ptr<const std::string>> pieces;
    std::size_t front_taken = 0;  // bytes of the first piece that the kernel has
    std::size_t bytes = 0;        // all that waits, with kPieceBytes a piece
  };

  // How many of the bytes the kernel took. Ends the stream where it fails.
  std::size_t write(std::string_view bytes) {
    error_code failure;
    const auto taken = socket_.write_some(asio::buffer(bytes), failure);
    if (!failure) return taken;
    if (failure != asio::error::would_block) end();
    return 0;
  }

  void wait_for_room() {
    socket_.async_wait(asio::socket_base::wait_write, [weak = self_](const error_code& failure) {
      const auto self = weak.lock();
      if (!self || self->has_ended_) return;
      failure ? self->end() : self->write_backlog();
      if (self->has_ended_) self->tell();
    });
  }

  void write_backlog() {
    while (!backlog_->pieces.empty()) {
      const std::string_view rest =
          std::string_view(*backlog_->pieces.front()).substr(backlog_->front_taken);
      const auto taken = write(rest);
      if (has_ended_) return;
      backlog_->front_taken += taken;
      backlog_->bytes -= taken;
      if (taken < rest.size()) return wait_for_room();
      backlog_->pieces.pop_front();
      backlog_->front_taken = 0;
      backlog_->bytes -= kPieceBytes;
    }
    backlog_.reset();
  }

  // The only way to learn that the client has left.
  void watch() {
    socket_.async_wait(asio::socket_base::wait_read, [weak = self_](const error_code& failure) {
      const auto self = weak.lock();
      if (!self || self->has_ended_) return;
      failure ? self->end() : self->ignore_input();
      if (self->has_ended_) return self->tell();
      self->watch();
    });
  }

  void ignore_input() {
    error_code failure;
    ignored_bytes_ += socket_.read_some(asio::buffer(host_->scratch), failure);
    if (failure == asio::error::would_block) return;
    if (failure || ignored_bytes_ > kIgnoredBytesMax) end();
  }

  // Ends it so that the kernel lets go of what it holds for the client.
  void drop() {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    end();
  }

  void end() {
    if (std::exchange(has_ended_, true)) return;
    error_code ignored;
    socket_.close(ignored);
    backlog_.reset();
    host_->remove_stream(this);
  }

  void tell() {
    if (const auto told = std::exchange(told_, nullptr)) told();
  }

  bool tell_later() {
    asio::post(socket_.get_executor(), [weak = self_] {
      if (const auto self = weak.lock()) self->tell();
    });
    return false;
  }

  std::weak_ptr<StreamSocket> self_;
  asio::ip::tcp::socket socket_;
  std::shared_ptr<HttpHost> host_;
  std::function<void()> told_;
  std::unique_ptr<Backlog> backlog_;
  std::size_t ignored_bytes_ = 0;
  bool has_ended_ = false;
};

class OwnedStream final : public http::Stream {
 public:
  explicit OwnedStream(std::shared_ptr<StreamSocket> socket) : socket_(std::move(socket)) {}
  // NOLINTNEXTLINE(bugprone-exception-escape): want of memory, which ends the process by intent.
  ~OwnedStream() override { socket_->close(); }

  void on_close(std::function<void()> told) override { socket_->on_close(std::move(told)); }
  bool send(std::shared_ptr<const std::string> bytes) override {
    return socket_->send(std::move(bytes));
  }
  void close() override { socket_->close(); }

 private:
  std::shared_ptr<StreamSocket> socket_;
};

}  // namespace

void serve_stream(asio::ip::tcp::socket socket, std::shared_ptr<HttpHost> host, std::string head,
                  const std::function<void(std::unique_ptr<http::Stream>)>& take) {
  auto stream =
      std::make_unique<OwnedStream>(StreamSocket::make(std::move(socket), std::move(host)));
  stream->send(std::make_shared<const std::string>(std::move(head)));
  take(std::move(stream));
}

}  // namespace tocsin::httpd
