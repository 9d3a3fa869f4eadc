// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/push_service.h"

#include <algorithm>
#include <filesystem>
#include <list>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tocsin/app/terminal.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/httpd/http_server.h"
#include "tocsin/net/h2_server.h"
#include "tocsin/net/loop.h"
#include "tocsin/observe/log.h"
#include "tocsin/pushservice/websocket_client.h"

namespace tocsin::app {
namespace {

// From so many readers on, two threads make their keys.
constexpr std::uint64_t kReadersForTwoThreads = 10'000;
constexpr std::uint64_t kReadersAtATime = 1'000;

// The ledger in a file. Entries reach the kernel before the answers leave, so they survive the end
// of this process; a power cut is not what is tried here.
class LedgerFile {
 public:
  LedgerFile(const std::string& path, std::uint64_t readers)
      : file_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)),
        writer_(readers) {
    if (!is_open()) return;
    cut();
    flush();
  }
  ~LedgerFile() {
    if (file_ >= 0) close(file_);
  }
  LedgerFile(const LedgerFile&) = delete;
  LedgerFile& operator=(const LedgerFile&) = delete;

  bool is_open() const { return file_ >= 0; }
  pushservice::Ledger& ledger() { return writer_; }
  void flush() {
    Bytes& pending = writer_.pending();
    if (pending.empty()) return;
    const ssize_t wrote = write(file_, pending.data(), pending.size());
    if (wrote != static_cast<ssize_t>(pending.size())) {
      log::error("ledger.not_written");
      cut();
    }
    pending.clear();
  }

 private:
  // Whatever part of a record is at the end of the file goes.
  void cut() const {
    constexpr auto kRecord = static_cast<off_t>(pushservice::LedgerWriter::kRecordBytes);
    struct stat status {};
    if (fstat(file_, &status) == 0 && status.st_size % kRecord != 0 &&
        ftruncate(file_, status.st_size / kRecord * kRecord) != 0) {
      log::error("ledger.not_cut");
    }
  }

  int file_;
  pushservice::LedgerWriter writer_;
};

// One browser's connection: its WebSocket and the protocol on it.
struct BrowserConnection {
  std::unique_ptr<httpd::WebSocket> socket;
  std::unique_ptr<pushservice::WebSocketClient> client;
};

}  // namespace

struct LocalPushService::Parts {
  explicit Parts(LocalPushServiceConfig the_config) : config(std::move(the_config)) {
    if (config.account == nullptr) {
      file.emplace(ledger_file(config.folder), config.service.virtual_readers);
    }
  }

  Status listen(net::Loop& loop);
  void make_service();
  void accept(std::unique_ptr<httpd::WebSocket> socket);
  std::string lines_of_readers(std::uint64_t from, std::uint64_t to) const;
  Status write_readers() const;

  LocalPushServiceConfig config;
  crypto::SecureRandom random;
  std::optional<LedgerFile> file;
  std::optional<pushservice::PushService> service;
  std::list<BrowserConnection> connections;
  std::unique_ptr<net::H2Server> senders;
  std::unique_ptr<httpd::HttpServer> browsers;
};

Status LocalPushService::Parts::listen(net::Loop& loop) {
  if (file && !file->is_open()) {
    return Error{Errc::kInvalidArgument, "cannot write in the folder " + config.folder};
  }
  const auto certificate =
      config.certificate ? *config.certificate : net::make_test_certificate("localhost");
  TOCSIN_TRY(std::ignore, write_private_file(config.folder + "/ca.pem", certificate.ca));
  net::H2ServerConfig for_senders;
  for_senders.address = config.address;
  for_senders.port = config.port;
  for_senders.certificate_pem = certificate.certificate;
  for_senders.key_pem = certificate.key;
  for_senders.streams_max = config.streams_max;
  TOCSIN_TRY(senders,
             net::H2Server::listen(
                 loop, for_senders,
                 {.answer = [this](const http2::Server::Request& request,
                                   Time now) { return service->handle(request, now); },
                  .before_answers =
                      [this] {
                        if (file) file->flush();
                      },
                  .on_refusal_left = [this](const pushservice::Answer& answer,
                                            Time now) { service->on_refusal_left(answer, now); }}));
  make_service();
  httpd::HttpServerConfig for_browsers;
  for_browsers.address = config.address;
  for_browsers.port = config.browser_port;
  for_browsers.websocket_path = "/";
  for_browsers.websocket_protocol = "push-notification";
  for_browsers.websocket = [this](const http::Request&, std::unique_ptr<httpd::WebSocket> socket) {
    accept(std::move(socket));
  };
  TOCSIN_TRY(browsers,
             httpd::HttpServer::listen(loop, std::move(for_browsers),
                                       [](const http::Request&, const http::Respond& respond) {
                                         respond({.status = 404});
                                       }));
  return write_readers();
}

void LocalPushService::Parts::make_service() {
  config.service.origin = "https://localhost:" + std::to_string(senders->port());
  if (config.account != nullptr) {
    service.emplace(config.service, random, *config.account);
  } else {
    service.emplace(config.service, random, file->ledger());
  }
}

void LocalPushService::Parts::accept(std::unique_ptr<httpd::WebSocket> socket) {
  const auto place = connections.emplace(connections.end());
  place->socket = std::move(socket);
  place->client = std::make_unique<pushservice::WebSocketClient>(
      service->browsers(), service->origin(),
      [raw = place->socket.get()](const std::string& text) { raw->send_text(text); });
  place->socket->listen(
      {.on_text =
           [place](std::string_view text) {
             const auto received = place->client->receive(text, system_clock().now());
             if (!received) {
               log::warn("push_service.browser", {{"why", received.error().message}});
               place->socket->close();
             }
           },
       .on_close = [this, place] { connections.erase(place); }});
}

std::string LocalPushService::Parts::lines_of_readers(std::uint64_t from, std::uint64_t to) const {
  std::string lines;
  for (std::uint64_t i = from; i < to; ++i) {
    lines += service->readers().subscription(i).dump();
    lines += '\n';
  }
  return lines;
}

// Each reader is made without the others, so a second thread takes the second half.
Status LocalPushService::Parts::write_readers() const {
  const std::uint64_t count = config.service.virtual_readers;
  if (count == 0 || config.account != nullptr) return ok();
  const std::uint64_t half = count < kReadersForTwoThreads ? count : count / 2;
  std::string rest;
  std::string lines;
  {
    net::LoopThread other;
    other.loop().post([&] { rest = lines_of_readers(half, count); });
    ProgressBar bar("making readers", half, system_clock());
    for (std::uint64_t i = 0; i < half; i += kReadersAtATime) {
      lines += lines_of_readers(i, std::min(half, i + kReadersAtATime));
      bar.show(i);
    }
    other.call([] {});  // so that the second half is there
  }
  return write_private_file(config.folder + "/readers.jsonl", lines + rest);
}

LocalPushService::LocalPushService(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
LocalPushService::~LocalPushService() = default;

Result<std::unique_ptr<LocalPushService>> LocalPushService::start(
    net::Loop& loop, const LocalPushServiceConfig& config) {
  std::error_code failure;
  std::filesystem::create_directories(config.folder, failure);
  auto parts = std::make_unique<Parts>(config);
  TOCSIN_TRY(std::ignore, parts->listen(loop));
  return std::unique_ptr<LocalPushService>(new LocalPushService(std::move(parts)));
}

std::string LocalPushService::origin() const { return parts_->service->origin(); }
std::uint16_t LocalPushService::browser_port() const { return parts_->browsers->port(); }
std::string LocalPushService::ca_file() const {
  return std::filesystem::absolute(parts_->config.folder + "/ca.pem").string();
}
std::uint16_t LocalPushService::port() const { return parts_->senders->port(); }
std::size_t LocalPushService::connections() const { return parts_->senders->connections(); }
const pushservice::PushService& LocalPushService::service() const { return *parts_->service; }
const pushservice::VirtualReaders& LocalPushService::readers() const {
  return parts_->service->readers();
}
Status LocalPushService::write_capture() const {
  if (parts_->config.service.capture == 0) return ok();
  return write_private_file(parts_->config.folder + "/capture.jsonl",
                            parts_->service->capture().lines(readers()));
}
std::string LocalPushService::ledger_file(const std::string& folder) {
  return folder + "/ledger.bin";
}

}  // namespace tocsin::app
