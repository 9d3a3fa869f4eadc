// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/call.h"

#include <algorithm>

#include "tocsin/guard/network.h"
#include "tocsin/url/url.h"

namespace tocsin::api {
namespace {

constexpr std::string_view kRetryAfterSeconds = "5";

http::Response json_response(int status, std::string json) {
  http::Response out{status, {}, std::move(json)};
  out.headers.add("content-type", "application/json");
  out.headers.add("cache-control", "no-store");
  out.headers.add("x-content-type-options", "nosniff");
  return out;
}

// As a Host field has it.
std::string host_of(const std::string& base_url) {
  const auto url = Url::parse(base_url);
  if (!url) return {};
  const bool is_default = url->port == 80 || url->port == 443;
  return is_default ? url->host : url->host + ':' + std::to_string(url->port);
}

}  // namespace

bool UsedKeys::use(const core::CommandId& command, const crypto::Digest& body) {
  const auto [known, is_new] = bodies_.try_emplace(command, body);
  if (!is_new) return known->second == body;
  order_.push_back(command);
  if (order_.size() > kKeysMax) {
    bodies_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

Desk::Desk(Config the_config, const Ports& the_ports)
    : config(std::move(the_config)),
      ports(the_ports),
      strangers(config.strangers),
      readers(config.readers),
      writers(config.writers),
      writer_networks(config.writer_networks),
      conversations(config.conversations),
      puzzle(ports.random) {}

std::optional<core::Site> Desk::site(const std::optional<std::string>& id,
                                     std::string_view host) const {
  if (id) return ports.content.site(core::SiteId::parse(*id).value_or(core::SiteId{}));
  auto sites = ports.content.sites();
  const auto named = std::find_if(sites.begin(), sites.end(), [&](const core::Site& site) {
    return host_of(site.base_url) == host;
  });
  if (named != sites.end()) return std::move(*named);
  if (sites.size() == 1) return std::move(sites.front());
  return std::nullopt;
}

void Call::answer(int status, const Json& json) const { answer_text(status, json.dump()); }

void Call::answer_text(int status, std::string json) const {
  respond(json_response(status, std::move(json)));
}

void Call::answer_list(Json::Array items, std::optional<std::string> next_cursor) const {
  answer(200, Json{{"items", std::move(items)}, {"next_cursor", next_cursor}});
}

void Call::answer_created(std::string_view path, std::string_view new_id, const Json& json) const {
  auto response = json_response(201, json.dump());
  response.headers.add("location", std::string(path) + '/' + std::string(new_id));
  respond(std::move(response));
}

bool Call::admit_act() const {
  const auto wait = desk->readers.refuse(reader->id.text(), ports().clock.instant());
  if (wait) refuse_for(*wait);
  return !wait;
}

bool Call::admit_work() const {
  const auto now = ports().clock.instant();
  auto wait = desk->writers.refuse(reader->id.text(), now);
  if (!wait) wait = desk->writer_networks.refuse(guard::network_of(request.remote_address), now);
  if (wait) refuse_for(*wait);
  return !wait;
}

void Call::refuse_for(Seconds wait) const {
  auto response = problem(Refusal::kTooManyRequests).response();
  response.headers.add("retry-after", std::to_string(wait.count()));
  respond(std::move(response));
}

void Call::refuse(Refusal refusal, std::string detail) const {
  refuse(problem(refusal, std::move(detail)));
}

void Call::refuse(const http::Problem& problem) const {
  auto response = problem.response();
  if (problem.status == 503) response.headers.add("retry-after", kRetryAfterSeconds);
  respond(std::move(response));
}

std::optional<core::Site> Call::site() const {
  const auto named = body.text("site");
  return desk->site(named ? named : request.parameter("site"), request.host);
}

void Call::execute(newsroom::Body command_body,
                   std::function<void(const Call&, const newsroom::Effects&)> then,
                   void (*otherwise)(const Call&, const Error&)) const {
  if (keyed_body && !desk->used_keys.use(command, *keyed_body)) return refuse(Refusal::kKeyReused);
  newsroom::Command made{.id = command,
                         .at = ports().clock.now(),
                         .actor = token.name,
                         .body = std::move(command_body)};
  ports().newsroom.execute(std::move(made), [call = *this, then = std::move(then),
                                             otherwise](const Result<newsroom::Effects>& effects) {
    if (effects) return then(call, *effects);
    call.desk->used_keys.release(call.command);
    if (otherwise != nullptr) return otherwise(call, effects.error());
    call.refuse(problem_of(effects.error()));
  });
}

core::CommandId command_id(std::string_view token_id, const http::Request& request,
                           std::string_view key) {
  std::string name;
  for (const std::string_view part :
       {token_id, std::string_view(request.method), std::string_view(request.path), key}) {
    name += std::to_string(part.size()) + ':';
    name += part;
  }
  const auto digest = crypto::sha256(as_bytes(name));
  core::CommandId out;
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

void take(const Json& body, std::string_view name, std::string& target) {
  if (auto text = body.text(name)) target = *std::move(text);
}

void take(const Json& body, std::string_view name, bool& target) {
  const Json* member = body.find(name);
  if (member != nullptr) target = member->if_bool().value_or(target);
}

void take(const Json& body, std::string_view name, std::vector<std::string>& target) {
  const Json* member = body.find(name);
  if (member == nullptr || member->if_array() == nullptr) return;
  target.clear();
  for (const Json& item : *member->if_array()) {
    if (const auto* text = item.if_string()) target.push_back(*text);
  }
}

std::optional<core::SubscriptionId> parse_subscription_id(std::string_view text) {
  const auto bytes = unhex(text);
  if (!bytes || hex(*bytes) != text) return std::nullopt;
  return core::SubscriptionId::from(*bytes);
}

Json texts(const std::vector<std::string>& list) { return Json::Array(list.begin(), list.end()); }

Json time_json(const std::optional<Time>& time) { return time ? Json(rfc3339(*time)) : Json(); }

}  // namespace tocsin::api
