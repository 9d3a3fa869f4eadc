// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tocsin/api/api.h"
#include "tocsin/api/errors.h"
#include "tocsin/api/ports.h"
#include "tocsin/guard/login_throttle.h"
#include "tocsin/guard/puzzle.h"
#include "tocsin/guard/rate_limit.h"
#include "tocsin/http/message.h"
#include "tocsin/json/json.h"

// For the files of the API only.
namespace tocsin::api {

// Which body came with an idempotency key, so that another body is told from a repetition. The
// last 10,000 are remembered while the process lives; the store remembers the command for good,
// and then gives another body the first one's answer.
class UsedKeys {
 public:
  static constexpr std::size_t kKeysMax = 10'000;

  // False if the command came with another body.
  bool use(const core::CommandId& command, const crypto::Digest& body);
  // The command was refused: its key is free again.
  void release(const core::CommandId& command) { bodies_.erase(command); }

 private:
  std::map<core::CommandId, crypto::Digest> bodies_;
  std::deque<core::CommandId> order_;
};

// What the requests of one API share.
struct Desk {
  Desk(Config the_config, const Ports& the_ports);

  Config config;
  Ports ports;
  guard::RateLimit strangers;        // by network
  guard::RateLimit readers;          // what is light, by reader
  guard::RateLimit writers;          // comments, edits and exports, by reader
  guard::RateLimit writer_networks;  // ..., by network
  guard::RateLimit conversations;    // ..., by story
  guard::LoginThrottle logins;
  std::set<std::string> login_checks;  // accounts and networks whose password is being checked
  guard::Puzzle puzzle;
  UsedKeys used_keys;

  // The site of that id; if none is named, the one whose base URL has that host, or the only one.
  std::optional<core::Site> site(const std::optional<std::string>& id, std::string_view host) const;
};

// One request on its way to its answer: a value, so that an answer that comes later needs nothing
// of the request. The desk outlives it.
struct Call {
  Desk* desk = nullptr;
  http::Request request;               // without the body
  std::string id;                      // of the path
  TokenInfo token;                     // where the route needs one
  std::optional<core::Reader> reader;  // who is signed in, on readers' routes
  Json body;                           // checked against the route's schema
  core::CommandId command{};
  std::optional<crypto::Digest> keyed_body;  // of the body, where an idempotency key came with it
  http::Respond respond;

  const Ports& ports() const { return desk->ports; }

  void answer(int status, const Json& json) const;
  void answer_text(int status, std::string json) const;  // JSON as text
  void answer_list(Json::Array items, std::optional<std::string> next_cursor = {}) const;
  void answer_created(std::string_view path, std::string_view new_id, const Json& json) const;
  void refuse(Refusal refusal, std::string detail = {}) const;
  void refuse(const http::Problem& problem) const;

  // The site that the body or the query names, or that of the host.
  std::optional<core::Site> site() const;
  // The id of the path.
  template <class IdType>
  IdType path_id() const {
    return IdType::parse(id).value_or(IdType{});
  }
  template <class IdType>
  IdType body_id(std::string_view name) const {
    return IdType::parse(body.text(name).value_or("")).value_or(IdType{});
  }

  // Take a token for something light, or for comments, edits and exports, of the reader who is
  // signed in; refuse the call, and are false, if there is none.
  bool admit_act() const;
  bool admit_work() const;
  // 429, with Retry-After.
  void refuse_for(Seconds wait) const;

  // Runs the command in the token's name; refuses the call if that fails, otherwise goes on with
  // `then`, whose effects are those of the first call with the same key. `otherwise` refuses
  // instead, where an error of the newsroom has a code of its own.
  void execute(newsroom::Body command_body,
               std::function<void(const Call&, const newsroom::Effects&)> then,
               void (*otherwise)(const Call&, const Error&) = nullptr) const;
};

// The record that the effects write; `otherwise` if they write none, since nothing changed.
template <class Record>
Record record_of(const newsroom::Effects& effects, const Record& otherwise) {
  for (const auto& change : effects.changes) {
    if (const auto* record = std::get_if<Record>(&change)) return *record;
  }
  return otherwise;
}

// The command that a request stands for: of the token and its idempotency key.
core::CommandId command_id(std::string_view token_id, const http::Request& request,
                           std::string_view key);

// Overwrites `target` if the body has the field.
void take(const Json& body, std::string_view name, std::string& target);
void take(const Json& body, std::string_view name, bool& target);
void take(const Json& body, std::string_view name, std::vector<std::string>& target);

// hex() writes lower case: an id has one spelling.
std::optional<core::SubscriptionId> parse_subscription_id(std::string_view text);

Json texts(const std::vector<std::string>& list);
// The id's text; null for none.
template <class IdType>
Json id_json(IdType id) {
  return id ? Json(id.text()) : Json();
}
Json time_json(const std::optional<Time>& time);

}  // namespace tocsin::api
