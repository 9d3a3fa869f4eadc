// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tocsin_demo_files.h"
#include "tocsin_web_files.h"

#include "tocsin/app/commands.h"
#include "tocsin/app/demo/feeds.h"
#include "tocsin/app/push_service.h"
#include "tocsin/app/server_settings.h"
#include "tocsin/app/terminal.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/observe/log.h"

namespace tocsin::app {
namespace {

constexpr const char* kFolder = "tocsin-demo";
constexpr const char* kMarker = "this-is-a-demo";
constexpr Seconds kInterval{2};
constexpr Millis kDrainPatience{2'000};

// Empties the folder of an earlier demo; leaves any other folder alone.
Status make_fresh(const std::filesystem::path& folder) {
  std::error_code failure;
  if (std::filesystem::exists(folder, failure) && !std::filesystem::is_empty(folder, failure) &&
      !std::filesystem::exists(folder / kMarker, failure)) {
    return Error{Errc::kConflict, folder.string() +
                                      " holds something that no demo made; choose another folder "
                                      "with --data-folder"};
  }
  std::filesystem::remove_all(folder, failure);
  std::filesystem::create_directories(folder, failure);
  std::ofstream(folder / kMarker) << "tocsin demo empties this folder when it starts\n";
  if (failure) return Error{Errc::kUnavailable, "cannot make the folder " + folder.string()};
  return ok();
}

// A Firefox profile that takes pushes from the built-in push service instead of Mozilla's.
Status write_firefox_profile(const std::string& folder, std::uint16_t browser_port) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  return write_private_file(
      folder + "/user.js",
      "user_pref(\"dom.push.serverURL\", \"ws://localhost:" + std::to_string(browser_port) +
          "/\");\n"
          "user_pref(\"dom.push.testing.allowInsecureServerURL\", true);\n"
          "user_pref(\"datareporting.policy.dataSubmissionEnabled\", false);\n"
          "user_pref(\"browser.aboutwelcome.enabled\", false);\n"
          "user_pref(\"browser.shell.checkDefaultBrowser\", false);\n");
}

// Registers the demo's outlets, one after another.
class Newsroom {
 public:
  Newsroom(server::Server& server, const DemoFeeds& feeds, std::string base_url)
      : server_(server), feeds_(feeds), base_url_(std::move(base_url)) {
    core::Site site = server.content().sites().front();
    site.tagline = "A made-up newsroom on this machine";
    site.topics = {"Strait ferry", "Local",   "Politics", "Economy",
                   "Science",      "Culture", "Sport",    "Weather"};
    site.comments.is_offered = true;
    site.comments.newcomer_comments = 0;
    steps_.emplace_back(newsroom::PutSite{site});
    for (const auto& outlet : feeds.outlets()) {
      const core::SourceId source = ids_.next<struct core::SourceKind>();
      const Time now = system_clock().now();
      steps_.emplace_back(newsroom::PutSource{{.id = source,
                                               .site = site.id,
                                               .name = outlet.name,
                                               .home_url = outlet.home_url,
                                               .created = now}});
      steps_.emplace_back(newsroom::PutFeed{{.id = ids_.next<struct core::FeedKind>(),
                                             .site = site.id,
                                             .source = source,
                                             .url = base_url_ + "/demo/" + outlet.key,
                                             .interval = kInterval,
                                             .alert = core::Importance::kMajor,
                                             .created = now}});
    }
  }

  void open() {
    if (next_ == steps_.size()) return;
    newsroom::Command command{.at = system_clock().now(), .actor = "demo", .body = steps_[next_++]};
    random_.fill(command.id);
    server_.execute(std::move(command), [this](const Result<newsroom::Effects>& done) {
      if (!done) log::error("demo.not_opened", {{"why", done.error().message}});
      open();
    });
  }

 private:
  server::Server& server_;
  const DemoFeeds& feeds_;
  std::string base_url_;
  crypto::SecureRandom random_;
  IdSource ids_{system_clock(), random_};
  std::vector<newsroom::Body> steps_;
  std::size_t next_ = 0;
};

void print_guide(const std::string& url, const DemoOptions& options, const std::string& token,
                 const std::string& folder) {
  const std::string every = std::to_string(options.every_seconds);
  print_line("");
  print_line("  The demo newsroom is open:  " + url + "/");
  print_line("");
  print_line("  1. Open it in your browser and press \"Get real-time updates on this device\".");
  print_line("  2. Every " + every +
             " seconds one of three made-up outlets files a story; it comes as a");
  print_line("     notification. Watch the ferry.");
  print_line("  3. " + url + "/following has a test, your choice of topics, and the way out.");
  print_line("");
  if (options.push_service == "builtin") {
    print_line("  Push service: the built-in one. Start a Firefox that uses it:");
    print_line("");
    print_line("     firefox --no-remote --profile " + folder + "/firefox " + url + "/");
  } else {
    print_line("  Push service: your browser's own, which needs the Internet. Without it:");
    print_line("  tocsin demo --push-service builtin");
  }
  print_line("");
  print_line("  API token (full rights): " + token);
  print_line("  curl -H \"Authorization: Bearer " + token + "\" " + url + "/api/v1/stories");
  print_line("");
  print_line("  Stop with Ctrl-C. Everything is in the folder " + folder +
             ", which the next demo empties.");
  print_line("");
}

}  // namespace

int demo_command(const Settings& settings, const DemoOptions& options) {
  configure_log(settings);
  auto config = server_config(settings);
  if (!settings.is_given("data_folder")) config.folder = kFolder;
  if (!settings.is_given("site_name")) config.first_site.name = "The Ellery Bell";
  if (!settings.is_given("vapid_subject")) {
    config.first_site.vapid_subject = "mailto:demo@tocsin.example";
  }
  config.fetcher.allow_private_addresses = true;  // its feeds are on this machine
  const auto fresh = make_fresh(config.folder);
  if (!fresh) return fail(fresh.error());

  net::Loop loop;
  std::unique_ptr<LocalPushService> push_service;
  if (options.push_service == "builtin") {
    auto started = LocalPushService::start(loop, {.folder = config.folder + "/push-service"});
    if (!started) return fail(started.error());
    push_service = *std::move(started);
    config.endpoints.allow_private = true;
    config.senders.transport.allow_private_addresses = true;
    config.senders.transport.ca_file = push_service->ca_file();
    const auto profile =
        write_firefox_profile(config.folder + "/firefox", push_service->browser_port());
    if (!profile) return fail(profile.error());
  }

  const std::string url = config.first_site.url;
  const auto feeds = DemoFeeds::load(tocsin_demo_files().front().bytes, url, system_clock().now(),
                                     Seconds(options.every_seconds));
  if (!feeds) return fail(feeds.error());
  config.extra = [&feeds](const http::Request& request) -> std::optional<http::Response> {
    if (!request.path.starts_with("/demo/")) return std::nullopt;
    return feeds->respond(request, system_clock().now());
  };
  const std::string folder = config.folder;
  const pages::Assets assets(tocsin_web_files());
  const auto server = server::Server::start(loop, std::move(config), assets);
  if (!server) return fail(server.error());

  Newsroom newsroom(**server, *feeds, url);
  newsroom.open();
  const auto on_signal = loop.on_signal(
      {SIGINT, SIGTERM}, [&](int) { (*server)->drain(kDrainPatience, [&] { loop.stop(); }); });
  print_guide(url, options, (*server)->first_token(), folder);
  if (const auto link = (*server)->set_up_link(); !link.empty()) {
    print_line("The newsroom, for its first administrator: " + link);
  }
  log::info("server.ready", {{"url", url}});
  loop.run();
  return kExitOk;
}

}  // namespace tocsin::app
