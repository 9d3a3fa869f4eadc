// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/server_settings.h"

#include <algorithm>
#include <cstdio>

#include "tocsin/app/version.h"
#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"
#include "tocsin/server/folder.h"

namespace tocsin::app {
namespace {

std::string site_url(const Settings& settings) {
  const auto& given = settings.text("site_url");
  if (!given.empty()) return given;
  const auto& address = settings.text("listen_address");
  // Browsers give push subscriptions to localhost, by name, without TLS.
  const std::string host = address == "127.0.0.1" || address == "0.0.0.0" ? "localhost" : address;
  return "http://" + host + ":" + std::to_string(settings.number("listen_port"));
}

}  // namespace

Result<std::unique_ptr<store::Store>> open_data_folder(const server::ServerConfig& config) {
  TOCSIN_TRY(auto store, server::open_folder(config.folder));
  TOCSIN_TRY(const auto first_token, server::prepare_folder(*store, config.first_site));
  if (!first_token.empty()) {
    std::fprintf(stderr, "API token of the administrator, shown this once: %s\n",
                 first_token.c_str());
  }
  return store;
}

core::EndpointPolicy endpoint_policy(const Settings& settings) {
  core::EndpointPolicy policy;
  for (auto& host : settings.list("push_hosts")) policy.hosts.push_back(std::move(host));
  policy.any_public_host = settings.flag("push_any_public_host");
  policy.allow_private = settings.flag("allow_private_addresses");
  return policy;
}

server::ServerConfig server_config(const Settings& settings) {
  const bool allow_private = settings.flag("allow_private_addresses");
  server::ServerConfig config;
  config.folder = settings.text("data_folder");
  config.version = kVersion;
  config.first_site = {.name = settings.text("site_name"),
                       .url = site_url(settings),
                       .vapid_subject = settings.text("vapid_subject")};
  config.http.address = settings.text("listen_address");
  config.http.port = static_cast<std::uint16_t>(settings.number("listen_port"));
  config.http.connections_max = static_cast<std::size_t>(settings.number("http_connections_max"));
  config.http.trusted_proxies = settings.list("trusted_proxies");
  config.fetcher.version = kVersion;
  config.fetcher.contact_url =
      settings.text("fetch_contact").empty() ? site_url(settings) : settings.text("fetch_contact");
  config.fetcher.allow_private_addresses = allow_private;
  config.fetcher.ca_file = settings.text("ca_file");
  config.mail = {.url = settings.text("mail_url"),
                 .user = settings.text("mail_user"),
                 .password = settings.secret("mail_password"),
                 .from = settings.text("mail_from"),
                 .ca_file = settings.text("ca_file")};
  config.hubs = settings.list("websub_hubs");
  config.fetches_max = static_cast<std::size_t>(settings.number("fetch_concurrency"));
  config.senders.threads = static_cast<std::size_t>(settings.number("sender_threads"));
  config.senders.transport.connections_max =
      static_cast<std::size_t>(settings.number("push_connections_max"));
  config.senders.transport.allow_private_addresses = allow_private;
  config.senders.transport.ca_file = settings.text("ca_file");
  config.endpoints = endpoint_policy(settings);
  config.registrations_per_minute =
      static_cast<std::uint32_t>(settings.number("registrations_per_minute"));
  config.comments_per_minute = static_cast<std::uint32_t>(settings.number("comments_per_minute"));
  config.conversation_comments_per_minute =
      static_cast<std::uint32_t>(settings.number("conversation_comments_per_minute"));
  config.http.streams_max = static_cast<std::size_t>(settings.number("live_streams_max"));
  const auto per_network = static_cast<std::size_t>(settings.number("live_streams_per_network"));
  config.live_streams_per_network =
      per_network > 0 ? per_network : std::max<std::size_t>(1, config.http.streams_max / 10);
  return config;
}

void configure_log(const Settings& settings) {
  const auto& level = settings.text("log_level");
  const auto least = level == "debug"  ? log::Level::kDebug
                     : level == "info" ? log::Level::kInfo
                     : level == "warn" ? log::Level::kWarn
                                       : log::Level::kError;
  log::configure(least, settings.flag("log_json"));
  metrics::set("tocsin_build_info", 1, kVersion);
}

}  // namespace tocsin::app
