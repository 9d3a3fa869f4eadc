// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/settings.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>

#include "tocsin/url/url.h"

namespace tocsin::app {
namespace {

using Kind = Setting::Kind;

constexpr std::string_view kFromDefault = "default";

constexpr Setting kTable[] = {
    {"data_folder", Kind::kText, "tocsin-data", 0, 0, "",
     "The folder that holds everything: database, keys, cache."},
    {"listen_address", Kind::kText, "127.0.0.1", 0, 0, "",
     "The address to serve pages and API on; a reverse proxy with TLS stands before it."},
    {"listen_port", Kind::kNumber, "8080", 0, 65'535, "", "The port to serve on; 0 takes any."},
    {"trusted_proxies", Kind::kList, "127.0.0.1,::1", 0, 0, "",
     "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."},
    {"http_connections_max", Kind::kNumber, "4096", 8, 100'000, "connections",
     "More than so many open HTTP connections are answered 503."},
    {"site_name", Kind::kText, "My news", 0, 0, "",
     "The name of the site that is made when the data folder has none."},
    {"site_url", Kind::kText, "", 0, 0, "",
     "The address readers see that site at; empty: http://<listen_address>:<listen_port>."},
    {"vapid_subject", Kind::kText, "", 0, 0, "",
     "Where push services write when something is wrong: mailto:you@your.domain or an https "
     "address. Needed before the first key is made."},
    {"push_hosts", Kind::kList, "", 0, 0, "",
     "Push-service hosts to accept besides the browsers' own; \".example\" means all below it."},
    {"push_any_public_host", Kind::kFlag, "false", 0, 0, "",
     "Accept push services at any public host (UnifiedPush readers)."},
    {"allow_private_addresses", Kind::kFlag, "false", 0, 0, "",
     "Let feeds and push services stand on private addresses: for tests and demos only."},
    {"ca_file", Kind::kText, "", 0, 0, "",
     "A PEM file of certificate authorities to trust besides the system's."},
    {"sender_threads", Kind::kNumber, "0", 0, 64, "threads",
     "Threads that encrypt and send; 0: one a core."},
    {"push_connections_max", Kind::kNumber, "64", 1, 1'024, "connections",
     "Connections to one push service from one sender thread; no more are opened than are full."},
    {"fetch_concurrency", Kind::kNumber, "32", 1, 1'000, "fetches",
     "Feeds fetched at the same time."},
    {"websub_hubs", Kind::kList, "", 0, 0, "",
     "WebSub hubs that our own feeds name and that are told of news, as URLs; with "
     "https://user:password@ where a hub asks for them (HTTP Basic, not shown to anybody). A flag "
     "is "
     "seen by everybody on the machine: set passwords in the file or the environment."},
    {"fetch_contact", Kind::kText, "", 0, 0, "",
     "An address that feed owners find in our User-Agent; empty: the first site's."},
    {"registrations_per_minute", Kind::kNumber, "120", 1, 1'000'000, "",
     "New subscriptions accepted a minute from one network (/24 or /64)."},
    {"comments_per_minute", Kind::kNumber, "6", 1, 1'000'000, "",
     "Comments, edits and exports accepted a minute from one reader; five times as many from one "
     "network."},
    {"conversation_comments_per_minute", Kind::kNumber, "240", 1, 1'000'000, "",
     "Comments accepted a minute in one conversation."},
    {"live_streams_max", Kind::kNumber, "60000", 0, 1'000'000, "",
     "Open pages that are told live; each needs a file descriptor. Above: 503."},
    {"live_streams_per_network", Kind::kNumber, "0", 0, 1'000'000, "",
     "So many of them from one network (/24 or /64), above: 429; 0: a tenth of live_streams_max."},
    {"mail_url", Kind::kText, "", 0, 0, "",
     "The mail server for sign-in links: smtps://host:465, or smtp://host:587 (STARTTLS; without "
     "TLS for localhost alone); empty: no e-mail is sent."},
    {"mail_user", Kind::kText, "", 0, 0, "", "The user at the mail server; empty: none is needed."},
    {"mail_password", Kind::kSecret, "", 0, 0, "",
     "The user's password. A flag is seen by everybody on the machine: set it in the environment."},
    {"mail_from", Kind::kText, "", 0, 0, "", "The address that mail comes from."},
    {"log_level", Kind::kText, "info", 0, 0, "", "debug, info, warn or error."},
    {"log_json", Kind::kFlag, "false", 0, 0, "", "Log one JSON object a line."},
};

const Setting* find_setting(std::string_view name) {
  const auto* found = std::find_if(std::begin(kTable), std::end(kTable),
                                   [&](const Setting& setting) { return setting.name == name; });
  return found == std::end(kTable) ? nullptr : found;
}

// The number of single-letter edits between two words (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t edit = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({edit, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

Error unknown(std::string_view name, std::string_view from) {
  const auto* nearest = std::min_element(std::begin(kTable), std::end(kTable),
                                         [&](const Setting& a, const Setting& b) {
                                           return distance(a.name, name) < distance(b.name, name);
                                         });
  return {Errc::kInvalidArgument, "unknown setting \"" + std::string(name) + "\" in the " +
                                      std::string(from) + "; did you mean \"" +
                                      std::string(nearest->name) + "\"?"};
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Status check_value(const Setting& setting, const std::string& text, std::string_view from) {
  const auto wrong = [&](const std::string& what) {
    return Error{Errc::kInvalidArgument, std::string(setting.name) + " (from the " +
                                             std::string(from) + "): must be " + what + ", not \"" +
                                             text + "\""};
  };
  if (setting.kind == Kind::kNumber) {
    const auto number = parse_number(text);
    if (!number || *number < setting.min || *number > setting.max) {
      return wrong("a whole number from " + std::to_string(setting.min) + " to " +
                   std::to_string(setting.max));
    }
  }
  if (setting.kind == Kind::kFlag && text != "true" && text != "false") {
    return wrong("true or false");
  }
  constexpr std::string_view kLevels[] = {"debug", "info", "warn", "error"};
  if (setting.name == "log_level" &&
      std::count(std::begin(kLevels), std::end(kLevels), text) == 0) {
    return wrong("debug, info, warn or error");
  }
  return ok();
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    auto part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

// The value as TOML writes it.
std::string as_toml(const Setting& setting, const std::string& text) {
  switch (setting.kind) {
    case Kind::kNumber:
    case Kind::kFlag:
      return text;
    case Kind::kText:
    case Kind::kSecret:
      return quoted(text);
    case Kind::kList:
      break;
  }
  std::string out = "[";
  for (const auto& part : split(text)) out += (out.size() > 1 ? ", " : "") + quoted(part);
  return out + "]";
}

}  // namespace

std::span<const Setting> settings_table() { return kTable; }

Result<Settings> Settings::load(const GivenSettings& file, const GivenSettings& environment,
                                const GivenSettings& flags) {
  Settings settings;
  for (const auto& setting : kTable) {
    settings.values_[std::string(setting.name)] = {std::string(setting.preset), kFromDefault};
  }
  const std::pair<const GivenSettings*, std::string_view> layers[] = {
      {&file, "settings file"}, {&environment, "environment"}, {&flags, "command line"}};
  for (const auto& [given, from] : layers) {
    for (const auto& [name, text] : *given) {
      const Setting* setting = find_setting(name);
      if (setting == nullptr) return unknown(name, from);
      TOCSIN_TRY(std::ignore, check_value(*setting, text, from));
      settings.values_[name] = {text, from};
    }
  }
  return settings;
}

const Settings::Value& Settings::value(std::string_view name, Kind kind) const {
  const Setting* setting = find_setting(name);
  TOCSIN_CHECK(setting != nullptr && setting->kind == kind);
  return values_.find(name)->second;
}

const std::string& Settings::text(std::string_view name) const {
  return value(name, Kind::kText).text;
}

const std::string& Settings::secret(std::string_view name) const {
  return value(name, Kind::kSecret).text;
}

std::int64_t Settings::number(std::string_view name) const {
  return *parse_number(value(name, Kind::kNumber).text);
}

bool Settings::flag(std::string_view name) const { return value(name, Kind::kFlag).text == "true"; }

std::vector<std::string> Settings::list(std::string_view name) const {
  return split(value(name, Kind::kList).text);
}

bool Settings::is_given(std::string_view name) const {
  const auto found = values_.find(name);
  TOCSIN_CHECK(found != values_.end());
  return found->second.from != kFromDefault;
}

namespace {

// The list without the passwords in its URLs. Nothing: it has none.
std::optional<std::string> without_passwords(const Setting& setting, const std::string& text) {
  if (setting.kind != Kind::kList || text.find('@') == std::string::npos) return std::nullopt;
  std::string shown;
  for (const auto& part : split(text)) {
    auto url = Url::parse(part);
    if (url) url->user_info.clear();
    if (!shown.empty()) shown += ',';
    shown += part.find('@') == std::string::npos ? part : url ? url->text() : "?";
  }
  return as_toml(setting, shown);
}

}  // namespace

std::string Settings::print() const {
  std::string out;
  for (const auto& setting : kTable) {
    const Value& value = values_.find(setting.name)->second;
    if (setting.kind == Kind::kSecret && !value.text.empty()) {
      out += "# " + std::string(setting.name) + " is set, and not shown  # " +
             std::string(value.from) + "\n";
      continue;
    }
    if (const auto shown = without_passwords(setting, value.text)) {
      out += "# " + std::string(setting.name) + " = " + *shown + ", and passwords not shown  # " +
             std::string(value.from) + "\n";
      continue;
    }
    out += std::string(setting.name) + " = " + as_toml(setting, value.text) + "  # " +
           std::string(value.from) + "\n";
  }
  return out;
}

std::string settings_markdown() {
  std::string out =
      "# Settings\n\n"
      "Made from the table in `tocsin/app/settings.cc` by `./dev docs`.\n\n"
      "A setting comes from its default, a TOML file (`--config FILE`, else `tocsin.toml` in the\n"
      "working folder if there is one), the environment (`TOCSIN_LISTEN_PORT`), or a flag\n"
      "(`--listen-port`); the later wins. `tocsin config print` shows what holds and why;\n"
      "`tocsin check` tries it out.\n\n"
      "| setting | default | range | what it does |\n|---|---|---|---|\n";
  for (const auto& setting : kTable) {
    std::string range;
    if (setting.kind == Kind::kNumber) {
      range = std::to_string(setting.min) + " to " + std::to_string(setting.max);
      if (!setting.unit.empty()) range += " " + std::string(setting.unit);
    }
    out += "| `" + std::string(setting.name) + "` | `" +
           as_toml(setting, std::string(setting.preset)) + "` | " + range + " | " +
           std::string(setting.sentence) + " |\n";
  }
  return out;
}

}  // namespace tocsin::app
