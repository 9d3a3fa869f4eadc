// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/routes.h"

#include "tocsin/api/schemas.h"

namespace tocsin::api {
namespace {

const Parameter kSite{"site", "The site's id; by default the one whose host the request names."};
const Parameter kCursor{"cursor", "The `next_cursor` of the page before."};
const Parameter kLimit{"limit", "How many, 1 to 100; 30 by default."};

std::vector<Route> newsroom_routes() {
  return {
      {"GET",
       "/api/v1/stories",
       "listStories",
       "Stories, latest first",
       Access::kRead,
       list_stories,
       200,
       schemas::story,
       nullptr,
       true,
       false,
       false,
       {kSite,
        {"topic", "Only stories with this topic."},
        {"source", "Only stories this source is credited in."},
        kCursor,
        kLimit}},
      {"POST", "/api/v1/stories", "createStory", "Record a story", Access::kWrite, create_story,
       201, schemas::story, schemas::story_body},
      {"GET", "/api/v1/stories/{id}", "getStory", "One story", Access::kRead, get_story, 200,
       schemas::story},
      {"PATCH", "/api/v1/stories/{id}", "changeStory", "Change a story", Access::kWrite,
       change_story, 200, schemas::story, schemas::story_body, false, true},
      {"POST", "/api/v1/stories/{id}/withdraw", "withdrawStory", "Take a story back, and say why",
       Access::kWrite, withdraw_story, 200, schemas::story, schemas::withdrawal_body},
      {"GET",
       "/api/v1/alerts",
       "listAlerts",
       "Alerts, latest first",
       Access::kRead,
       list_alerts,
       200,
       schemas::alert,
       nullptr,
       true,
       false,
       false,
       {kSite,
        {"state", "`released` by default; `held`: waiting for a person; `dismissed`."},
        {"feed", "Only alerts about stories of this feed."},
        kCursor,
        kLimit}},
      {"POST", "/api/v1/alerts", "createAlert", "Notify the readers of a story", Access::kAlert,
       create_alert, 201, schemas::alert, schemas::alert_body},
      {"POST", "/api/v1/warm-up", "warmUp",
       "Open connections to the push services, as when an editor begins to write an alert",
       Access::kAlert, warm_up, 202, nullptr, schemas::empty_body},
      {"GET", "/api/v1/alerts/{id}", "getAlert", "One alert and how far it is", Access::kRead,
       get_alert, 200, schemas::alert},
      {"POST", "/api/v1/alerts/{id}/release", "releaseAlert",
       "Send an alert that is held; 409 if somebody has decided already", Access::kAlert,
       release_alert, 200, schemas::alert, schemas::empty_body},
      {"POST", "/api/v1/alerts/{id}/dismiss", "dismissAlert",
       "Never send an alert that is held; 409 if somebody has decided already", Access::kAlert,
       dismiss_alert, 200, schemas::alert, schemas::empty_body},
  };
}

std::vector<Route> setup_routes() {
  return {
      {"GET", "/api/v1/sites", "listSites", "All sites", Access::kRead, list_sites, 200,
       schemas::site, nullptr, true},
      {"POST", "/api/v1/sites", "createSite", "Add a site", Access::kAdmin, create_site, 201,
       schemas::site, schemas::site_body},
      {"GET", "/api/v1/sites/{id}", "getSite", "One site", Access::kRead, get_site, 200,
       schemas::site},
      {"PATCH", "/api/v1/sites/{id}", "changeSite", "Change a site", Access::kAdmin, change_site,
       200, schemas::site, schemas::site_body, false, true},
      {"GET",
       "/api/v1/sources",
       "listSources",
       "The site's sources, by name",
       Access::kRead,
       list_sources,
       200,
       schemas::source,
       nullptr,
       true,
       false,
       false,
       {kSite}},
      {"POST", "/api/v1/sources", "createSource", "Add a source", Access::kAdmin, create_source,
       201, schemas::source, schemas::source_body},
      {"GET", "/api/v1/sources/{id}", "getSource", "One source", Access::kRead, get_source, 200,
       schemas::source},
      {"PATCH", "/api/v1/sources/{id}", "changeSource", "Change a source", Access::kAdmin,
       change_source, 200, schemas::source, schemas::source_body, false, true},
  };
}

std::vector<Route> feed_routes() {
  return {
      {"GET",
       "/api/v1/feeds",
       "listFeeds",
       "The site's feeds and how they are",
       Access::kRead,
       list_feeds,
       200,
       schemas::feed,
       nullptr,
       true,
       false,
       false,
       {kSite}},
      {"POST", "/api/v1/feeds", "createFeed", "Follow a feed", Access::kAdmin, create_feed, 201,
       schemas::feed, schemas::feed_body},
      {"GET", "/api/v1/feeds/{id}", "getFeed", "One feed and how it is", Access::kRead, get_feed,
       200, schemas::feed},
      {"PATCH", "/api/v1/feeds/{id}", "changeFeed", "Change a feed", Access::kAdmin, change_feed,
       200, schemas::feed, schemas::feed_body, false, true},
      {"POST", "/api/v1/feeds/find", "findFeeds",
       "The feeds of a site, from any address of it, with a preview", Access::kAdmin, find_feeds,
       200, schemas::found_feed, schemas::find_body, true},
      {"GET",
       "/api/v1/opml",
       "exportFeedList",
       "The site's feeds as OPML, for other systems",
       Access::kRead,
       export_feed_list,
       200,
       nullptr,
       nullptr,
       false,
       false,
       false,
       {kSite}},
      {"POST", "/api/v1/opml", "importFeedList",
       "Follow the feeds of an OPML list; those that are followed stay as they are", Access::kAdmin,
       import_feed_list, 200, schemas::feed_list_result, schemas::feed_list_body},
      {"DELETE", "/api/v1/feeds/{id}", "removeFeed", "Stop following a feed; its stories stay",
       Access::kAdmin, remove_feed, 204},
      {"POST", "/api/v1/feeds/{id}/fetch", "fetchFeed",
       "Fetch a feed as soon as its server allows; 409 if it is turned off", Access::kWrite,
       fetch_feed, 202, nullptr, schemas::empty_body},
      {"POST", "/api/v1/feeds/{id}/dismiss-held", "dismissHeldAlerts",
       "Never send what is held of this feed", Access::kAlert, dismiss_held, 200,
       schemas::dismissed, schemas::empty_body},
  };
}

std::vector<Route> reader_routes() {
  return {
      {"GET",
       "/api/v1/push/config",
       "getPushConfig",
       "What a page needs to subscribe a device",
       Access::kReader,
       get_push_config,
       200,
       schemas::push_config,
       nullptr,
       false,
       false,
       false,
       {kSite}},
      {"POST", "/api/v1/subscriptions", "register",
       "Register a device; again with the same endpoint changes it (200)", Access::kReader,
       register_subscription, 201, schemas::subscription, schemas::registration_body, false, false,
       true},
      {"GET", "/api/v1/subscriptions/{id}", "getSubscription", "What this device gets",
       Access::kReader, get_subscription, 200, schemas::subscription},
      {"PATCH", "/api/v1/subscriptions/{id}", "changeSubscription", "Choose what this device gets",
       Access::kReader, change_subscription, 200, schemas::subscription, schemas::preferences_body},
      {"DELETE", "/api/v1/subscriptions/{id}", "endSubscription", "Turn alerts off",
       Access::kReader, end_subscription, 204},
      {"POST", "/api/v1/subscriptions/{id}/test", "testSubscription", "Send a test to this device",
       Access::kReader, test_subscription, 202, nullptr, schemas::empty_body, false, false, true},
  };
}

std::vector<Route> system_routes() {
  return {
      {"GET", "/api/v1/openapi.json", "getOpenapi", "This document", Access::kAnyone, get_openapi},
      {"GET", "/api/v1/errors", "getErrors", "What the codes of problems mean", Access::kAnyone,
       get_errors},
      {"GET", "/healthz", "getHealth", "Is the process alive", Access::kAnyone, get_health, 200,
       schemas::status},
      {"GET", "/readyz", "getReadiness", "Can work be taken; 503 if not", Access::kAnyone,
       get_readiness, 200, schemas::status},
      {"GET", "/metrics", "getMetrics", "Prometheus' text format", Access::kRead, get_metrics},
  };
}

// The id in `path`, "" if the pattern has none; nothing if it does not match.
std::optional<std::string> id_in(std::string_view path, std::string_view pattern) {
  const auto brace = pattern.find("{id}");
  if (brace == pattern.npos) return path == pattern ? std::optional<std::string>("") : std::nullopt;
  const auto before = pattern.substr(0, brace);
  const auto behind = pattern.substr(brace + 4);
  if (path.size() <= before.size() + behind.size()) return std::nullopt;
  if (!path.starts_with(before) || !path.ends_with(behind)) return std::nullopt;
  const auto id = path.substr(before.size(), path.size() - before.size() - behind.size());
  return id.find('/') == id.npos ? std::optional(std::string(id)) : std::nullopt;
}

constexpr std::string_view kMe = "me";

}  // namespace

std::span<const Route> routes() {
  static const std::vector<Route> table = [] {
    std::vector<Route> out;
    for (auto part : {newsroom_routes(), thread_routes(), setup_routes(), feed_routes(),
                      reader_routes(), writer_routes(), comment_routes(), moderation_routes(),
                      people_routes(), system_routes()}) {
      out.insert(out.end(), part.begin(), part.end());
    }
    return out;
  }();
  return table;
}

RouteMatch match_route(std::string_view method, std::string_view path) {
  RouteMatch out;
  for (const auto& route : routes()) {
    auto id = id_in(path, route.pattern);
    // "readers/me" is no id.
    if (!id || id == kMe) continue;
    out.at_path.push_back(&route);
    if (route.method != method) continue;
    out.route = &route;
    out.id = *std::move(id);
  }
  return out;
}

}  // namespace tocsin::api
