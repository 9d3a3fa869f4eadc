// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <filesystem>
#include <list>

#include <fcntl.h>
#include <unistd.h>

#include "tocsin/app/commands.h"
#include "tocsin/app/terminal.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/net/h2_server.h"
#include "tocsin/net/http_server.h"
#include "tocsin/net/test_certificate.h"
#include "tocsin/observe/log.h"
#include "tocsin/pushservice/push_service.h"
#include "tocsin/pushservice/websocket_client.h"

namespace tocsin::app {
namespace {

using pushservice::Entry;
using pushservice::PushService;

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
  void record(const Entry& entry) override {
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
  std::unique_ptr<net::WebSocket> socket;
  std::unique_ptr<pushservice::WebSocketClient> client;
};

// The push service on two ports: HTTP/2 over TLS for senders, WebSocket for browsers.
class LocalPushService {
 public:
  explicit LocalPushService(const PushServiceOptions& options)
      : options_(options), ledger_(options.folder + "/ledger.jsonl") {}

  Status start() {
    if (!ledger_.is_open()) {
      return Error{Errc::kInvalidArgument, "cannot write in the folder " + options_.folder};
    }
    const auto certificate = net::make_test_certificate("localhost");
    TOCSIN_TRY(std::ignore, write_private_file(ca_file(), certificate.ca));
    TOCSIN_TRY(senders_,
               net::H2Server::listen(loop_,
                                     {.address = options_.address,
                                      .port = static_cast<std::uint16_t>(options_.port),
                                      .certificate_pem = certificate.certificate,
                                      .key_pem = certificate.key},
                                     [this](const http::Request& request, http::Respond respond) {
                                       answer(request, std::move(respond));
                                     }));
    make_service();
    net::HttpServerConfig browsers;
    browsers.address = options_.address;
    browsers.port = static_cast<std::uint16_t>(options_.browser_port);
    browsers.websocket_path = "/";
    browsers.websocket_protocol = "push-notification";
    browsers.websocket = [this](const http::Request&, std::unique_ptr<net::WebSocket> socket) {
      accept(std::move(socket));
    };
    TOCSIN_TRY(browsers_, net::HttpServer::listen(loop_, std::move(browsers),
                                                  [](const http::Request&, http::Respond respond) {
                                                    respond({.status = 404});
                                                  }));
    return write_readers();
  }

  void run() {
    const auto on_signal = loop_.on_signal({SIGINT, SIGTERM}, [this](int) { loop_.stop(); });
    log::info("push_service.ready", {{"origin", service_->origin()},
                                     {"browser_port", browsers_->port()},
                                     {"ca_file", ca_file()}});
    loop_.run();
  }

 private:
  std::string ca_file() const {
    return std::filesystem::absolute(options_.folder + "/ca.pem").string();
  }

  void make_service() {
    pushservice::PushServiceConfig config;
    config.origin = "https://localhost:" + std::to_string(senders_->port());
    config.seed = options_.seed;
    config.virtual_readers = static_cast<std::uint64_t>(options_.readers);
    config.decrypt_every = kDecryptEvery;
    if (options_.delay_ms > 0) {
      config.faults.shares = {{pushservice::Fault::kDelay, 1.0}};
      config.faults.delay = Millis(options_.delay_ms);
    }
    service_.emplace(std::move(config), random_, ledger_);
  }

  void answer(const http::Request& request, http::Respond respond) {
    respond(service_->handle(request, system_clock().now()));
  }

  void accept(std::unique_ptr<net::WebSocket> socket) {
    const auto place = connections_.emplace(connections_.end());
    place->socket = std::move(socket);
    place->client = std::make_unique<pushservice::WebSocketClient>(
        service_->browsers(), service_->origin(),
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
         .on_close = [this, place] { connections_.erase(place); }});
  }

  Status write_readers() {
    if (options_.readers == 0) return ok();
    std::string lines;
    ProgressBar bar("making readers", static_cast<std::uint64_t>(options_.readers), system_clock());
    for (std::int64_t i = 0; i < options_.readers; ++i) {
      lines += service_->readers().subscription(static_cast<std::uint64_t>(i)).dump() + "\n";
      bar.show(static_cast<std::uint64_t>(i));
    }
    return write_private_file(options_.folder + "/readers.jsonl", lines);
  }

  // One message in so many is opened with its reader's keys, and the ledger says if that failed.
  static constexpr std::uint64_t kDecryptEvery = 100;

  const PushServiceOptions& options_;
  net::Loop loop_;
  crypto::SecureRandom random_;
  LedgerFile ledger_;
  std::optional<PushService> service_;
  std::list<BrowserConnection> connections_;
  std::unique_ptr<net::H2Server> senders_;
  std::unique_ptr<net::HttpServer> browsers_;
};

Result<std::vector<Entry>> read_ledger(const std::string& folder) {
  constexpr std::size_t kLedgerBytesMax = std::size_t{8} << 30;
  TOCSIN_TRY(const auto text, read_input(folder + "/ledger.jsonl", kLedgerBytesMax));
  std::vector<Entry> entries;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = rest.find('\n');
    if (end == rest.npos) break;  // half a line: the service was killed while it wrote
    TOCSIN_TRY(auto entry, pushservice::parse_entry(rest.substr(0, end)));
    entries.push_back(std::move(entry));
    rest.remove_prefix(end + 1);
  }
  return entries;
}

}  // namespace

int push_service_command(const PushServiceOptions& options) {
  log::configure(log::Level::kInfo, options.log_json);
  std::error_code failure;
  std::filesystem::create_directories(options.folder, failure);
  LocalPushService service(options);
  const auto started = service.start();
  if (!started) return fail(started.error());
  service.run();
  return kExitOk;
}

int ledger_command(const LedgerOptions& options) {
  const auto entries = read_ledger(options.folder);
  if (!entries) return fail(entries.error());
  pushservice::Expectation expected;
  for (std::int64_t i = 0; i < options.readers; ++i) {
    expected.recipients.push_back(pushservice::VirtualReaders::name(static_cast<std::uint64_t>(i)));
  }
  if (!options.collapse_key.empty()) expected.collapse_key = options.collapse_key;
  const auto summary = pushservice::summarise(*entries, expected);
  print_line(Json({{"readers", expected.recipients.size()},
                   {"posts", summary.posts},
                   {"reached", summary.reached},
                   {"gone", summary.gone},
                   {"missed", summary.missed.size()},
                   {"duplicated", summary.duplicates},
                   {"outside", summary.outside.size()},
                   {"unreadable", summary.unreadable}})
                 .dump());
  const bool is_clean =
      summary.missed.empty() && summary.outside.empty() && summary.unreadable == 0;
  return is_clean ? kExitOk : kExitPartly;
}

}  // namespace tocsin::app
