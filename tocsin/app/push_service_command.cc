// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include "tocsin/app/commands.h"
#include "tocsin/app/push_service.h"
#include "tocsin/app/terminal.h"
#include "tocsin/observe/log.h"
#include "tocsin/pushservice/ledger.h"
#include "tocsin/pushservice/virtual_readers.h"

namespace tocsin::app {
namespace {

using pushservice::Entry;

Result<std::vector<Entry>> read_ledger(const std::string& folder) {
  constexpr std::size_t kLedgerBytesMax = std::size_t{8} << 30;
  TOCSIN_TRY(const auto text, read_input(LocalPushService::ledger_file(folder), kLedgerBytesMax));
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
  net::Loop loop;
  const auto service = LocalPushService::start(
      loop, {.address = options.address,
             .port = static_cast<std::uint16_t>(options.port),
             .browser_port = static_cast<std::uint16_t>(options.browser_port),
             .folder = options.folder,
             .readers = static_cast<std::uint64_t>(options.readers),
             .seed = options.seed,
             .delay = Millis(options.delay_ms)});
  if (!service) return fail(service.error());
  const auto on_signal = loop.on_signal({SIGINT, SIGTERM}, [&](int) { loop.stop(); });
  log::info("push_service.ready", {{"origin", (*service)->origin()},
                                   {"browser_port", (*service)->browser_port()},
                                   {"ca_file", (*service)->ca_file()}});
  loop.run();
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
