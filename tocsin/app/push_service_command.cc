// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include "tocsin/app/commands.h"
#include "tocsin/app/push_service.h"
#include "tocsin/app/terminal.h"
#include "tocsin/json/json.h"
#include "tocsin/observe/log.h"
#include "tocsin/pushservice/ledger.h"

namespace tocsin::app {
namespace {

Result<LocalPushServiceConfig> config_of(const PushServiceOptions& options) {
  LocalPushServiceConfig config;
  config.address = options.address;
  config.port = static_cast<std::uint16_t>(options.port);
  config.browser_port = static_cast<std::uint16_t>(options.browser_port);
  config.streams_max = static_cast<std::uint32_t>(options.streams);
  config.folder = options.folder;
  config.service.seed = options.seed;
  config.service.virtual_readers = static_cast<std::uint64_t>(options.readers);
  config.service.requests_per_second_max = static_cast<std::uint64_t>(options.rate);
  config.service.decrypt_every = static_cast<std::uint64_t>(options.decrypt_every);
  config.service.capture = static_cast<std::size_t>(options.capture);
  config.service.faults.seed = options.seed;
  TOCSIN_TRY(config.service.latency, pushservice::parse_latency(options.latency));
  TOCSIN_TRY(config.service.faults.shares, pushservice::parse_fault_shares(options.faults));
  return config;
}

Status read_ledger(const std::string& folder, pushservice::Account& account) {
  constexpr std::size_t kLedgerBytesMax = std::size_t{8} << 30;
  TOCSIN_TRY(const auto bytes, read_input(LocalPushService::ledger_file(folder), kLedgerBytesMax));
  return pushservice::read_ledger(as_bytes(bytes), account);
}

Json by_status(const pushservice::Summary& summary) {
  Json json{Json::Object{}};
  for (const auto& [status, count] : summary.posts_by_status) {
    json.set(std::to_string(status), count);
  }
  return json;
}

}  // namespace

int push_service_command(const PushServiceOptions& options) {
  log::configure(log::Level::kInfo, options.log_json);
  const auto config = config_of(options);
  if (!config) return fail(config.error());
  net::Loop loop;
  const auto service = LocalPushService::start(loop, *config);
  if (!service) return fail(service.error());
  const auto on_signal = loop.on_signal({SIGINT, SIGTERM}, [&](int) { loop.stop(); });
  log::info("push_service.ready", {{"origin", (*service)->origin()},
                                   {"browser_port", (*service)->browser_port()},
                                   {"ca_file", (*service)->ca_file()}});
  loop.run();
  const Status captured = (*service)->write_capture();
  return captured ? kExitOk : fail(captured.error());
}

int ledger_command(const LedgerOptions& options) {
  pushservice::Account account;
  const Status read = read_ledger(options.folder, account);
  if (!read) return fail(read.error());
  pushservice::Expectation expected{.readers = static_cast<std::uint64_t>(options.readers)};
  if (!options.collapse_key.empty()) expected.collapse_key = options.collapse_key;
  const auto summary = account.summarise(expected);
  const auto time = [](const std::optional<Time>& at) { return at ? Json(rfc3339(*at)) : Json(); };
  print_line(Json({{"readers", summary.recipients},
                   {"posts", summary.posts},
                   {"reached", summary.reached},
                   {"gone", summary.gone},
                   {"rejected", summary.rejected},
                   {"missed", summary.missed.size()},
                   {"duplicated", summary.duplicates},
                   {"outside", summary.outside.size()},
                   {"decrypted", summary.decrypted},
                   {"unreadable", summary.unreadable},
                   {"retry_after_ignored", summary.retry_after_ignored},
                   {"first_accepted", time(summary.first_accepted)},
                   {"last_accepted", time(summary.last_accepted)},
                   {"posts_by_status", by_status(summary)}})
                 .dump());
  const bool is_clean = summary.missed.empty() && summary.outside.empty() &&
                        summary.unreadable == 0 && summary.retry_after_ignored == 0;
  return is_clean ? kExitOk : kExitPartly;
}

}  // namespace tocsin::app
