// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/api/auth.h"
#include "tocsin/api/call.h"
#include "tocsin/api/schema.h"

namespace tocsin::api {

struct Parameter {
  std::string_view name;
  std::string_view about;
};

// One method at one address. The router, the checks before a handler and the OpenAPI document all
// come from the table of these.
struct Route {
  std::string_view method;
  std::string_view pattern;    // "/api/v1/stories/{id}"
  std::string_view operation;  // "listStories"
  std::string_view summary;
  Access access = Access::kAdmin;
  void (*handle)(const Call&) = nullptr;
  int status = 200;                     // of the answer when all is well
  const Schema& (*answer)() = nullptr;  // null: no body, or one that is not ours to describe
  const Schema& (*body)() = nullptr;    // null: none is read
  bool answers_list = false;            // of `answer`
  bool is_partial = false;              // no field of the body is required
  bool is_limited = false;              // by the stranger's network
  std::vector<Parameter> query{};

  // POSTs that act take an Idempotency-Key.
  bool takes_key() const { return method == "POST" && scope_of(access).has_value(); }
};

std::span<const Route> routes();

struct RouteMatch {
  const Route* route = nullptr;  // null: none with that method
  std::string id;
  std::vector<const Route*> at_path;  // all methods there; empty: nothing is at that address
};

RouteMatch match_route(std::string_view method, std::string_view path);

// The handlers.
void list_sites(const Call& call);
void create_site(const Call& call);
void get_site(const Call& call);
void change_site(const Call& call);
void list_sources(const Call& call);
void create_source(const Call& call);
void get_source(const Call& call);
void change_source(const Call& call);
void list_feeds(const Call& call);
void create_feed(const Call& call);
void get_feed(const Call& call);
void change_feed(const Call& call);
void remove_feed(const Call& call);
void list_stories(const Call& call);
void create_story(const Call& call);
void get_story(const Call& call);
void change_story(const Call& call);
void withdraw_story(const Call& call);
void list_alerts(const Call& call);
void create_alert(const Call& call);
void warm_up(const Call& call);
void get_alert(const Call& call);
void get_push_config(const Call& call);
void register_subscription(const Call& call);
void get_subscription(const Call& call);
void change_subscription(const Call& call);
void end_subscription(const Call& call);
void test_subscription(const Call& call);
void get_openapi(const Call& call);
void get_errors(const Call& call);
void get_health(const Call& call);
void get_readiness(const Call& call);
void get_metrics(const Call& call);

}  // namespace tocsin::api
