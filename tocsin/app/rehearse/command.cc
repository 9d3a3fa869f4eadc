// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <tuple>

#include "tocsin_web_files.h"
#include <unistd.h>

#include "tocsin/app/commands.h"
#include "tocsin/app/open_files.h"
#include "tocsin/app/rehearse/folder.h"
#include "tocsin/app/rehearse/plan.h"
#include "tocsin/app/rehearse/readers.h"
#include "tocsin/app/rehearse/report.h"
#include "tocsin/app/rehearse/run.h"
#include "tocsin/app/rehearse/services.h"
#include "tocsin/app/terminal.h"
#include "tocsin/app/version.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/observe/log.h"
#include "tocsin/server/server.h"

namespace tocsin::app {
namespace {

constexpr Millis kLook{100};
constexpr Millis kWarmPatience{5'000};
constexpr Millis kDrainPatience{10'000};
constexpr std::uint64_t kSeedsBelow = 1'000'000'000;
constexpr std::size_t kConnectionsTotalMax = 8'192;

constexpr const char* kMaking = "making readers";
constexpr const char* kDeriving = "deriving key material";
constexpr const char* kWarming = "opening connections";

server::ServerConfig config_of(const RehearsalPlan& plan, const RehearsalFolder& folder,
                               const PushServices& services) {
  server::ServerConfig config;
  config.folder = folder.data();
  config.version = kVersion;
  config.first_site = rehearsal_site();
  config.http.address = "127.0.0.1";
  config.http.port = 0;
  config.fetcher.version = kVersion;
  config.fetcher.contact_url = rehearsal_site().url;
  config.senders.threads = plan.threads;
  auto& transport = config.senders.transport;
  transport.connections_max = plan.connections_max;
  transport.connections_total_max = kConnectionsTotalMax;
  transport.allow_private_addresses = true;
  transport.ca_file = services.ca_file();
  config.endpoints.allow_private = true;
  return config;
}

// Goes through a rehearsal on the main loop, one step after the other.
class Stage {
 public:
  Stage(const RehearsalPlan& plan, const RehearsalFolder& folder, PushServices& services,
        net::Loop& loop, RehearsalReport& report)
      : plan_(plan), folder_(folder), services_(services), loop_(loop), report_(report) {}

  // Runs the loop until everything is over.
  Status play() {
    const auto signals = loop_.on_signal({SIGINT, SIGTERM}, [this](int) { interrupt(); });
    loop_.post([this] { folder_.is_prepared() ? start_server() : make_readers(); });
    loop_.run();
    result_.was_interrupted = is_interrupted_;
    if (run_) {
      run_->close();
      result_.alerts = run_->alerts();
      result_.cpu_us_per_push = run_->cpu_us_per_push();
      result_.rate_per_second = run_->rate_per_second();
    }
    timer_.reset();
    run_.reset();
    server_.reset();
    maker_.reset();
    return status_;
  }

  // After play().
  RehearsalResult& result() { return result_; }

 private:
  void begin_step() { step_began_ = system_clock().instant(); }
  void end_step(const char* name, std::uint64_t count) {
    report_.prepared(name, count,
                     std::chrono::duration_cast<Millis>(system_clock().instant() - step_began_));
  }
  void end(const Status& status) {
    status_ = status;
    loop_.stop();
  }

  void make_readers() {
    begin_step();
    auto maker = ReaderMaker::open(services_, folder_.data());
    if (!maker) return end(maker.error());
    maker_ = *std::move(maker);
    make_some();
  }

  void make_some() {
    const Status made = maker_->is_done() ? maker_->finish() : maker_->step();
    if (!made) return end(made);
    report_.preparing(kMaking, maker_->made(), plan_.readers);
    if (!maker_->is_done()) return loop_.post([this] { make_some(); });
    const Status finished = maker_->finish();
    if (!finished) return end(finished);
    maker_.reset();
    end_step(kMaking, plan_.readers);
    std::vector<std::uint16_t> ports;
    for (std::size_t i = 0; i < services_.size(); ++i) ports.push_back(services_.port(i));
    const Status kept = folder_.keep(plan_, ports);
    kept ? start_server() : end(kept);
  }

  void start_server() {
    begin_step();
    auto server = server::Server::start(loop_, config_of(plan_, folder_, services_), assets_);
    if (!server) return end(server.error());
    server_ = *std::move(server);
    end_step("starting the server", plan_.readers);
    begin_step();
    timer_ = loop_.every(kLook, [this] { await_keys(); });
  }

  void await_keys() {
    const auto state = server_->key_material();
    report_.preparing(kDeriving, state.ready, plan_.readers);
    if (state.is_filling || state.ready < plan_.readers) return;
    end_step(kDeriving, state.ready);
    begin_step();
    server_->warm();
    timer_ = loop_.every(kLook, [this] { await_connections(); });
  }

  // Until there are some to each service, and no more come.
  void await_connections() {
    const std::size_t open = services_.connections();
    const bool is_still = open == std::exchange(connections_, open);
    const bool is_late = system_clock().instant() - step_began_ > kWarmPatience;
    if (!is_late && (open < services_.size() || !is_still)) return;
    end_step(kWarming, open);
    timer_.reset();
    run_.emplace(RehearsalRun::Ports{loop_, *server_, services_, report_}, plan_,
                 [this](const Status& done) {
                   status_ = done;
                   drain();
                 });
    run_->start();
  }

  void drain() {
    server_->drain(kDrainPatience, [this] { loop_.stop(); });
  }

  // The second time at once.
  void interrupt() {
    if (std::exchange(is_interrupted_, true) || !run_) return loop_.stop();
    run_->interrupt();
    drain();
  }

  const RehearsalPlan& plan_;
  const RehearsalFolder& folder_;
  PushServices& services_;
  net::Loop& loop_;
  RehearsalReport& report_;
  const pages::Assets assets_{tocsin_web_files()};
  std::unique_ptr<ReaderMaker> maker_;
  std::unique_ptr<server::Server> server_;
  std::optional<RehearsalRun> run_;
  Handle timer_;
  Instant step_began_;
  std::size_t connections_ = 0;
  bool is_interrupted_ = false;
  Status status_ = ok();
  RehearsalResult result_;
};

Audit audit_of(const RehearsalPlan& plan, const std::vector<AlertRun>& alerts,
               const PushServices& services) {
  std::vector<AlertClaim> claims;
  claims.reserve(alerts.size());
  for (const auto& alert : alerts) {
    claims.push_back({.key = alert.key, .title = alert.plan.headline, .totals = alert.totals});
  }
  std::vector<ServiceBooks> books;
  books.reserve(services.size());
  for (std::size_t i = 0; i < services.size(); ++i) {
    books.push_back({.account = &services.account(i),
                     .readers = plan.services[i].readers,
                     .duplicates_max = services.duplicates_max(i)});
  }
  return audit(claims, books);
}

Result<bool> rehearse(const RehearseOptions& options) {
  const std::uint64_t seed = crypto::SecureRandom().below(kSeedsBelow);
  TOCSIN_TRY(
      const auto plan,
      plan_rehearsal(options, seed, static_cast<std::size_t>(sysconf(_SC_NPROCESSORS_ONLN))));
  TOCSIN_TRY(const auto folder, RehearsalFolder::open(options.folder, plan));
  const std::size_t capture =
      options.capture.empty() ? 0 : static_cast<std::size_t>(options.capture_messages);
  TOCSIN_TRY(const auto services,
             PushServices::start(plan, folder.services(), folder.ports(), capture));
  const auto report = options.json ? make_json_report(plan) : make_text_report(plan);
  report->begin(plan, folder.path());

  net::Loop loop;
  Stage stage(plan, folder, *services, loop, *report);
  const Status played = stage.play();
  services->stop();
  TOCSIN_TRY(std::ignore, played);
  RehearsalResult& result = stage.result();
  result.audit = audit_of(plan, result.alerts, *services);
  report->end(result);
  if (!options.capture.empty()) {
    TOCSIN_TRY(std::ignore, services->write_capture(options.capture));
  }
  const auto complaints = result.audit.complaints();
  for (const auto& complaint : complaints) {
    if (options.json) std::fprintf(stderr, "tocsin: %s\n", complaint.c_str());
  }
  return complaints.empty() && !result.was_interrupted;
}

}  // namespace

int rehearse_command(const RehearseOptions& options) {
  log::configure(log::Level::kError, options.json);
  allow_open_files();
  const auto is_clean = rehearse(options);
  if (!is_clean) return fail(is_clean.error());
  return *is_clean ? kExitOk : kExitPartly;
}

}  // namespace tocsin::app
