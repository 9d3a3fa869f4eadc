// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "tocsin/api/ports.h"
#include "tocsin/core/subscription.h"
#include "tocsin/guard/rate_limit.h"
#include "tocsin/http/message.h"

namespace tocsin::api {

struct Desk;

struct Config {
  std::string version = "0";         // of Tocsin, for the OpenAPI document
  core::EndpointPolicy endpoints;    // which push subscriptions are taken
  guard::RateLimitConfig strangers;  // registrations and tests, by network
  // Comments, their edits, and exports: by reader, by network; comments by story.
  guard::RateLimitConfig writers{.per_minute = 6};
  guard::RateLimitConfig writer_networks{.per_minute = 30};
  // What is light, by reader: votes, appeals, deletions, changes of name or device.
  guard::RateLimitConfig readers{.per_minute = 60};
  guard::RateLimitConfig conversations{.per_minute = 240};
};

// /api/v1/..., /healthz, /readyz and /metrics: request in, response out. docs/openapi.json
// describes it; routes.cc is the table it is made from. One loop. Outlives the requests it was
// given, and what it was given outlives it.
class Api {
 public:
  Api(Config config, const Ports& ports);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  // True for the paths that handle() is to be given; all others belong to the pages.
  static bool owns(std::string_view path);
  // Answers exactly once.
  void handle(const http::Request& request, http::Respond respond);

 private:
  std::unique_ptr<Desk> desk_;
};

}  // namespace tocsin::api
