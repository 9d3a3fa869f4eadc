// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/core/subscription.h"
#include "tocsin/fanout/progress.h"
#include "tocsin/fetch/courier.h"
#include "tocsin/fetch/fetcher.h"
#include "tocsin/http/message.h"
#include "tocsin/httpd/http_server.h"
#include "tocsin/net/loop.h"
#include "tocsin/pages/assets.h"
#include "tocsin/server/folder.h"
#include "tocsin/server/sender_pool.h"

namespace tocsin::server {

struct ServerConfig {
  std::string folder;
  FirstSite first_site;
  httpd::HttpServerConfig http;
  fetch::FetcherConfig fetcher;
  std::size_t fetches_max = 32;   // at a time
  std::vector<std::string> hubs;  // that our feeds name (WebSub), perhaps with passwords
  fetch::MailConfig mail;         // without a URL no e-mail is sent
  SenderPool::Config senders;
  core::EndpointPolicy endpoints;
  std::uint32_t registrations_per_minute = 120;  // from one network
  std::uint32_t comments_per_minute = 6;         // of one reader
  std::uint32_t conversation_comments_per_minute = 240;
  std::size_t live_streams_per_network = 6'000;
  std::string version;
  const Clock* clock = &system_clock();  // outlives the server
  // Answers some requests before pages and API do: the demo's feeds.
  std::function<std::optional<http::Response>(const http::Request&)> extra;
};

// How far the next broadcast's key material is.
struct KeyMaterialState {
  std::size_t ready = 0;    // subscriptions that have some
  bool is_filling = false;  // more is being derived, or what there is replaced
};

// The running system: everything between a feed and a device, put together. One loop, which is the
// main one; it has threads of its own for fetching, sending and writing.
class Server {
 public:
  // Opens the folder, makes what it lacks, takes up what was not finished and serves. `assets`
  // outlives it.
  //
  // Errors: those of store::Store::open() and httpd::HttpServer::listen(); kInvalidArgument: a
  // setting that cannot be; the message names it.
  static Result<std::unique_ptr<Server>> start(net::Loop& loop, ServerConfig config,
                                               const pages::Assets& assets);
  // What is in flight is cut off; a restart goes on with it.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  // The administrator's token, if this start made it: it is told once.
  const std::string& first_token() const;
  // Where the first administrator makes an account; empty once there is one.
  std::string set_up_link() const;
  // For the demo and for rehearsals.
  const newsroom::Content& content() const;
  void execute(newsroom::Command command, std::function<void(Result<newsroom::Effects>)> done);
  std::optional<fanout::Progress> progress(core::AlertId alert) const;
  KeyMaterialState key_material() const;
  // Opens connections to the push services for the alert that comes next.
  void warm();

  // Takes no more requests, and calls `done` when those at hand are answered and what the senders
  // had in flight is decided and on disk, or after `patience`.
  void drain(Millis patience, std::function<void()> done);

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace tocsin::server
