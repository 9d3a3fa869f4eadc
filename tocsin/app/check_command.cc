// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <sys/statvfs.h>

#include "tocsin/app/commands.h"
#include "tocsin/app/open_files.h"
#include "tocsin/app/server_settings.h"
#include "tocsin/app/terminal.h"
#include "tocsin/server/feeds/hub_address.h"
#include "tocsin/store/reader.h"
#include "tocsin/url/url.h"
#include "tocsin/webpush/vapid.h"

namespace tocsin::app {
namespace {

constexpr std::uint64_t kDiskBytesMin = std::uint64_t{1} << 30;
// Push services refuse tokens dated far off: a machine that says it is before this is wrong.
constexpr Time kBuiltAfter = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);

// Prints a line a finding and remembers whether something is to be done.
class Report {
 public:
  void good(const std::string& what) { print_line("ok    " + what); }
  void bad(const std::string& what, const std::string& remedy) {
    print_line("FIX   " + what + "\n      " + remedy);
    is_clean_ = false;
  }
  void hint(const std::string& what, const std::string& remedy) {
    print_line("note  " + what + "\n      " + remedy);
  }
  int exit_code() const { return is_clean_ ? kExitOk : kExitPartly; }

 private:
  bool is_clean_ = true;
};

void check_site_url(const std::string& url, Report& report) {
  const auto parsed = Url::parse(url);
  if (!parsed || !parsed->is_http()) {
    report.bad("site_url is no web address", "set it to the address readers see: https://...");
  } else if (parsed->scheme != "https" && parsed->host != "localhost") {
    report.bad("site_url " + url + " is not https",
               "browsers give push subscriptions to https pages and to localhost only");
  } else {
    report.good("site_url " + url);
  }
}

void check_subject(const std::string& subject, bool has_keys, Report& report) {
  if (webpush::VapidKey::generate(subject)) {
    report.good("vapid_subject " + subject);
  } else if (!has_keys) {
    report.bad("vapid_subject is missing or not usable",
               "set it to mailto:you@your.domain, where push services write about trouble");
  } else {
    report.hint("vapid_subject is not set", "it is needed when a further site gets a key");
  }
}

// True if the folder has keys.
bool check_folder(const std::string& folder, Report& report) {
  if (!std::filesystem::exists(folder)) {
    report.hint("data folder " + folder + " does not exist", "tocsin serve makes it");
    return false;
  }
  const auto reader = store::Reader::open(folder);
  if (!reader) {
    report.bad("data folder " + folder, reader.error().message);
    return false;
  }
  report.good("data folder " + folder);
  const auto keys = (*reader)->load_site_keys();
  const auto tokens = (*reader)->load_api_tokens();
  if (keys) report.good(std::to_string(keys->size()) + " application server key(s)");
  if (tokens && tokens->empty()) {
    report.hint("no API token", "tocsin token create NAME --scope admin");
  }
  return keys && !keys->empty();
}

void check_disk(const std::string& folder, Report& report) {
  const std::string place = std::filesystem::exists(folder) ? folder : ".";
  struct statvfs disk {};
  if (statvfs(place.c_str(), &disk) != 0) return;
  const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  const std::string text = std::to_string(free >> 20) + " MB free on the disk of " + place;
  if (free < kDiskBytesMin) {
    report.bad(text, "make room: below 1 GB a busy night may fill it");
  } else {
    report.good(text);
  }
}

void check_mail(const fetch::MailConfig& mail, Report& report) {
  if (mail.url.empty()) return report.hint("mail_url is not set", "no sign-in link goes by e-mail");
  const auto checked = fetch::check_mail(mail);
  if (checked) return report.good("mail_url " + mail.url);
  report.bad("e-mail cannot be sent", checked.error().message);
}

void check_hubs(const server::ServerConfig& config, Report& report) {
  const auto hubs = server::parse_hubs(config.hubs, config.fetcher.proxy.empty());
  if (!hubs) return report.bad("our feeds' hubs cannot be told", hubs.error().message);
  for (const auto& hub : *hubs) {
    report.good("hub " + hub.url + (hub.authorization.empty() ? "" : ", with a password"));
  }
}

void check_open_files(std::uint64_t streams_max, Report& report) {
  const auto allowed = allow_open_files();
  const auto text = std::to_string(allowed) + " open files allowed";
  if (allowed >= open_files_for(streams_max)) return report.good(text);
  report.hint(text + ", " + std::to_string(open_files_for(streams_max)) + " wanted for " +
                  std::to_string(streams_max) + " open pages",
              "raise the limit (systemd: LimitNOFILE=) or lower live_streams_max");
}

}  // namespace

int check_command(const Settings& settings) {
  Report report;
  const auto config = server_config(settings);
  check_site_url(config.first_site.url, report);
  const bool has_keys = check_folder(config.folder, report);
  check_subject(config.first_site.vapid_subject, has_keys, report);
  check_disk(config.folder, report);
  check_mail(config.mail, report);
  check_hubs(config, report);
  check_open_files(config.http.streams_max, report);

  const Time now = system_clock().now();
  if (now < kBuiltAfter) {
    report.bad("the clock says " + rfc3339(now), "set it: push services refuse our signatures");
  } else {
    report.good("the clock says " + rfc3339(now));
  }
  if (!config.fetcher.ca_file.empty() && !std::filesystem::exists(config.fetcher.ca_file)) {
    report.bad("ca_file " + config.fetcher.ca_file + " does not exist", "correct the path");
  }
  if (settings.flag("allow_private_addresses")) {
    report.hint("allow_private_addresses is on",
                "feeds and push endpoints can make this server call machines on your network");
  }
  return report.exit_code();
}

}  // namespace tocsin::app
