// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include "tocsin_web_files.h"

#include "tocsin/app/commands.h"
#include "tocsin/app/open_files.h"
#include "tocsin/app/server_settings.h"
#include "tocsin/app/terminal.h"
#include "tocsin/observe/log.h"
#include "tocsin/server/server.h"

namespace tocsin::app {
namespace {

constexpr Millis kDrainPatience{10'000};

void open_enough_files(std::size_t streams_max) {
  const auto allowed = allow_open_files();
  if (allowed >= open_files_for(streams_max)) return;
  log::warn("server.open_files_few",
            {{"allowed", allowed},
             {"wanted", open_files_for(streams_max)},
             {"remedy", "raise the limit of open files (LimitNOFILE) or lower live_streams_max"}});
}

}  // namespace

// Builds the server and runs it until SIGINT or SIGTERM.
int serve_command(const Settings& settings, const Clock& clock) {
  configure_log(settings);
  auto config = server_config(settings);
  config.clock = &clock;
  open_enough_files(config.http.streams_max);
  const pages::Assets assets(tocsin_web_files());
  net::Loop loop;
  const auto server = server::Server::start(loop, std::move(config), assets);
  if (!server) return fail(server.error());

  const auto on_signal = loop.on_signal({SIGINT, SIGTERM}, [&](int) {
    log::info("server.stopping");
    (*server)->drain(kDrainPatience, [&] { loop.stop(); });
  });
  const std::string url = (*server)->content().sites().front().base_url;
  if (!(*server)->first_token().empty()) {
    print_line("API token of the administrator, shown this once: " + (*server)->first_token());
  }
  if (const auto link = (*server)->set_up_link(); !link.empty()) {
    print_line("Make the administrator's account here, once: " + link);
  }
  log::info("server.ready", {{"url", url}, {"port", (*server)->port()}});
  loop.run();
  log::info("server.stopped");
  return kExitOk;
}

}  // namespace tocsin::app
