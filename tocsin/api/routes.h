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
  bool takes_key() const {
    return method == "POST" && (scope_of(access).has_value() || access == Access::kWriter);
  }
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
void find_feeds(const Call& call);
void export_feed_list(const Call& call);
void import_feed_list(const Call& call);
void fetch_feed(const Call& call);
void list_stories(const Call& call);
void create_story(const Call& call);
void get_story(const Call& call);
void change_story(const Call& call);
void withdraw_story(const Call& call);
void list_alerts(const Call& call);
void create_alert(const Call& call);
void warm_up(const Call& call);
void get_alert(const Call& call);
void release_alert(const Call& call);
void dismiss_alert(const Call& call);
void dismiss_held(const Call& call);
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

// conversation/comment_routes.cc
void list_comments(const Call& call);
void post_comment(const Call& call);
void edit_comment(const Call& call);
void delete_comment(const Call& call);
void vote_comment(const Call& call);
void report_comment(const Call& call);
void appeal_ruling(const Call& call);
void follow_conversation(const Call& call);
// conversation/writer_routes.cc
void get_puzzle(const Call& call);
void create_reader(const Call& call);
void get_me(const Call& call);
void change_me(const Call& call);
void erase_me(const Call& call);
void export_me(const Call& call);
void start_sign_in(const Call& call);
void confirm_sign_in(const Call& call);
void add_email(const Call& call);
// conversation/moderation_routes.cc
void list_queue(const Call& call);
void moderate_comment(const Call& call);
void feature_comment(const Call& call);
void post_staff_comment(const Call& call);
void get_conversation(const Call& call);
void set_conversation(const Call& call);
void list_conversations(const Call& call);
void get_writer(const Call& call);
void ban_writer(const Call& call);
void get_transparency(const Call& call);
void get_comment_policy(const Call& call);
void change_comment_policy(const Call& call);
// conversation/account_routes.cc
void sign_in(const Call& call);
void get_session(const Call& call);
void sign_out(const Call& call);
void set_password(const Call& call);
void set_up(const Call& call);
void list_users(const Call& call);
void create_user(const Call& call);
void change_user(const Call& call);
void make_user_link(const Call& call);
// conversation/live_routes.cc
void get_live(const Call& call);
void add_receipt(const Call& call);
void list_threads(const Call& call);
void create_thread(const Call& call);
void get_thread(const Call& call);
void change_thread(const Call& call);
void list_entries(const Call& call);
void create_entry(const Call& call);
void change_entry(const Call& call);

// Parts of the table: conversation/routes.cc.
std::vector<Route> writer_routes();
std::vector<Route> comment_routes();
std::vector<Route> moderation_routes();
std::vector<Route> people_routes();
std::vector<Route> thread_routes();

}  // namespace tocsin::api
