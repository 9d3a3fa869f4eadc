// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fetch/smtp_sink.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include "tocsin/base/check.h"
#include "tocsin/net/tls.h"

namespace tocsin::fetch {

// Lines, in the clear and then over TLS.
class SmtpSink::Channel {
 public:
  explicit Channel(int fd) : fd_(fd) {}

  // False: no TLS came about.
  bool start_tls(const net::TestCertificate& certificate) {
    auto context = net::TlsContext::server(certificate.certificate, certificate.key, false);
    TOCSIN_CHECK(context.has_value());
    context_ = *std::move(context);
    fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
    tls_ = net::TlsStream::server(*context_, fd_);
    return go_on([this] { return tls_->handshake(); }).want == net::TlsWant::kNothing;
  }
  bool is_over_tls() const { return tls_.has_value(); }

  // Nothing when the other side has closed.
  std::optional<std::string> read_line() {
    while (buffer_.find('\n') == std::string::npos) {
      if (!fill()) return std::nullopt;
    }
    const auto end = buffer_.find('\n');
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }

  void write(std::string_view text) {
    while (!text.empty()) {
      const auto sent = tls_ ? go_on([&] { return tls_->write(as_bytes(text)); }).bytes
                             : static_cast<std::size_t>(std::max<ssize_t>(
                                   0, send(fd_, text.data(), text.size(), MSG_NOSIGNAL)));
      if (sent == 0) return;
      text.remove_prefix(sent);
    }
  }

 private:
  bool fill() {
    std::array<std::uint8_t, 4096> part{};
    const auto got = tls_ ? static_cast<ssize_t>(go_on([&] { return tls_->read(part); }).bytes)
                          : recv(fd_, part.data(), part.size(), 0);
    if (got <= 0) return false;
    buffer_ += as_text(ByteView(part).first(static_cast<std::size_t>(got)));
    return true;
  }

  // Waits for the socket for as long as the step wants to.
  template <class Step>
  net::TlsProgress go_on(Step step) {
    while (true) {
      const net::TlsProgress progress = step();
      const bool wants_read = progress.want == net::TlsWant::kRead;
      if (progress.bytes > 0 || (!wants_read && progress.want != net::TlsWant::kWrite)) {
        return progress;
      }
      pollfd waited{.fd = fd_, .events = static_cast<short>(wants_read ? POLLIN : POLLOUT)};
      if (poll(&waited, 1, -1) < 0) return {.want = net::TlsWant::kFailed};
      if (wants_read) tls_->on_readable();
    }
  }

  int fd_;
  std::string buffer_;
  std::optional<net::TlsContext> context_;
  std::optional<net::TlsStream> tls_;
};

SmtpSink::SmtpSink(Options options)
    : options_(std::move(options)),
      server_(
          [this](const ScriptedServer::Peer& peer, const std::string&) {
            Channel channel(peer.fd());
            if (options_.is_tls_at_once && !channel.start_tls(*options_.certificate)) return;
            talk(channel);
          },
          ScriptedServer::First::kServer) {}

void SmtpSink::talk(Channel& channel) {
  enum class Expected { kCommand, kCredentials, kMessage } expected = Expected::kCommand;
  channel.write("220 sink\r\n");
  while (const auto line = channel.read_line()) {
    {
      const std::lock_guard lock(mutex_);
      said_.push_back({*line, channel.is_over_tls()});
    }
    if (expected == Expected::kMessage && *line != ".") continue;
    const std::string verb = expected == Expected::kCredentials ? "PASS" : line->substr(0, 4);
    expected = Expected::kCommand;
    std::string answer = verb == "PASS" ? "235 good" : "250 good";
    if (verb == "EHLO") {
      const bool offers_tls = options_.certificate && !channel.is_over_tls();
      answer =
          std::string("250-sink\r\n") + (offers_tls ? "250-STARTTLS\r\n" : "") + "250 AUTH PLAIN";
    } else if (verb == "AUTH") {
      answer = "334 ";
      expected = Expected::kCredentials;
    } else if (verb == "DATA") {
      answer = "354 go on";
      expected = Expected::kMessage;
    } else if (verb == "STAR") {
      answer = "220 go on";
    }
    const auto given = options_.answers.find(verb);
    if (given != options_.answers.end()) {
      answer = given->second;
      expected = Expected::kCommand;
    }
    if (!answer.empty()) channel.write(answer + "\r\n");
    if (verb == "STAR" && !channel.start_tls(*options_.certificate)) return;
    if (verb == "QUIT") return;
  }
}

std::string SmtpSink::url(std::string_view scheme, std::string_view host) const {
  return std::string(scheme) + "://" + std::string(host) + ":" + std::to_string(server_.port());
}

std::vector<SmtpSink::Said> SmtpSink::said() {
  const std::lock_guard lock(mutex_);
  return said_;
}

std::string SmtpSink::text() {
  std::string out;
  for (const auto& said : said()) out += said.line + "\r\n";
  return out;
}

}  // namespace tocsin::fetch
