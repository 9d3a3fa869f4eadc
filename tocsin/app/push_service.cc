// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/push_service.h"

#include <filesystem>
#include <list>

#include <fcntl.h>
#include <unistd.h>

#include "tocsin/app/terminal.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/httpd/http_server.h"
#include "tocsin/net/h2_server.h"
#include "tocsin/net/test_certificate.h"
#include "tocsin/observe/log.h"
#include "tocsin/pushservice/push_service.h"
#include "tocsin/pushservice/websocket_client.h"

namespace tocsin::app {
namespace {

// One message in so many is opened with its reader's keys, and the ledger says if that failed.
constexpr std::uint64_t kDecryptEvery = 100;

// The ledger in a file, a line a message. Lines reach the kernel before the answer leaves, so they
// survive the end of this process; a power cut is not what is tried here.
class LedgerFile final : public pushservice::Ledger {
 public:
  explicit LedgerFile(const std::string& path)
      : file_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
  ~LedgerFile() override {
    if (file_ >= 0) close(file_);
  }
  LedgerFile(const LedgerFile&) = delete;
  LedgerFile& operator=(const LedgerFile&) = delete;

  bool is_open() const { return file_ >= 0; }
  void record(const pushservice::Entry& entry) override {
    const std::string line = pushservice::line(entry) + "\n";
    if (write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
      log::error("ledger.not_written");
    }
  }

 private:
  int file_;
};

// One browser's connection: its WebSocket and the protocol on it.
struct BrowserConnection {
  std::unique_ptr<httpd::WebSocket> socket;
  std::unique_ptr<pushservice::WebSocketClient> client;
};

}  // namespace

struct LocalPushService::Parts {
  explicit Parts(LocalPushServiceConfig the_config)
      : config(std::move(the_config)), ledger(ledger_file(config.folder)) {}

  Status listen(net::Loop& loop);
  void make_service();
  void accept(std::unique_ptr<httpd::WebSocket> socket);
  Status write_readers();

  LocalPushServiceConfig config;
  crypto::SecureRandom random;
  LedgerFile ledger;
  std::optional<pushservice::PushService> service;
  std::list<BrowserConnection> connections;
  std::unique_ptr<net::H2Server> senders;
  std::unique_ptr<httpd::HttpServer> browsers;
};

Status LocalPushService::Parts::listen(net::Loop& loop) {
  if (!ledger.is_open()) {
    return Error{Errc::kInvalidArgument, "cannot write in the folder " + config.folder};
  }
  const auto certificate = net::make_test_certificate("localhost");
  TOCSIN_TRY(std::ignore, write_private_file(config.folder + "/ca.pem", certificate.ca));
  net::H2ServerConfig for_senders;
  for_senders.address = config.address;
  for_senders.port = config.port;
  for_senders.certificate_pem = certificate.certificate;
  for_senders.key_pem = certificate.key;
  TOCSIN_TRY(senders, net::H2Server::listen(
                          loop, for_senders,
                          [this](const http::Request& request, const http::Respond& respond) {
                            respond(service->handle(request, system_clock().now()));
                          }));
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
  pushservice::PushServiceConfig of_service;
  of_service.origin = "https://localhost:" + std::to_string(senders->port());
  of_service.seed = config.seed;
  of_service.virtual_readers = config.readers;
  of_service.decrypt_every = kDecryptEvery;
  if (config.delay > Millis(0)) {
    of_service.faults.shares = {{pushservice::Fault::kDelay, 1.0}};
    of_service.faults.delay = config.delay;
  }
  service.emplace(std::move(of_service), random, ledger);
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

Status LocalPushService::Parts::write_readers() {
  if (config.readers == 0) return ok();
  std::string lines;
  ProgressBar bar("making readers", config.readers, system_clock());
  for (std::uint64_t i = 0; i < config.readers; ++i) {
    lines += service->readers().subscription(i).dump() + "\n";
    bar.show(i);
  }
  return write_private_file(config.folder + "/readers.jsonl", lines);
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
std::string LocalPushService::ledger_file(const std::string& folder) {
  return folder + "/ledger.jsonl";
}

}  // namespace tocsin::app
