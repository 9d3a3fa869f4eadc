// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/http/stream.h"

namespace tocsin::http {

// Header fields in the order they came; names in lower case.
struct Headers {
  std::vector<std::pair<std::string, std::string>> fields;

  // The first field of that lower-case name.
  std::optional<std::string_view> find(std::string_view name) const;
  // Adds a field; a name may stand more than once.
  void add(std::string_view name, std::string_view value) { fields.emplace_back(name, value); }
};

// A request as a handler sees it: parsed, within limits, its body complete.
struct Request {
  std::string method;  // "GET"
  std::string path;    // percent-decoded, starts with '/', no dot segments
  std::string query;   // as sent, without '?'
  Headers headers;
  std::string body;
  std::string host;            // the Host header, lower case, with its port if not the default
  std::string remote_address;  // the peer's IP address, for rate limits
  // False once nobody waits for the answer: the client has left, or was told that it takes too
  // long. For work that is worth giving up. On the loop that called, at any time. Empty: not known.
  std::function<bool()> is_awaited{};

  // The percent-decoded value of a query parameter.
  std::optional<std::string> parameter(std::string_view name) const;
};

struct Response {
  int status = 200;
  Headers headers;  // content-length and date are the server's
  std::string body;
  // Where set, the body is a stream without end: it is handed over once the head is on its way,
  // and `body` is not sent. Not called when there can be no stream: the client has left, asked for
  // the head alone, or there are too many streams.
  std::function<void(std::unique_ptr<Stream>)> stream = nullptr;
};

// Answers once, now or later, on the loop that called.
using Respond = std::function<void(Response)>;
using Handler = std::function<void(const Request&, Respond)>;

}  // namespace tocsin::http
