// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/routes.h"

// Sites, sources and feeds: the newsroom's set-up.
namespace tocsin::api {
namespace {

using core::Feed;
using core::Site;
using core::Source;

Json site_json(const Site& site) {
  return Json{{"id", site.id.text()},
              {"name", site.name},
              {"base_url", site.base_url},
              {"language", site.language},
              {"tagline", site.tagline},
              {"topics", texts(site.topics)},
              {"origins", texts(site.origins)},
              {"per_message_keys", site.per_message_keys},
              {"created", rfc3339(site.created)}};
}

Json source_json(const Source& source) {
  return Json{{"id", source.id.text()},
              {"site", source.site.text()},
              {"name", source.name},
              {"home_url", source.home_url},
              {"created", rfc3339(source.created)}};
}

Json hub_json(const std::optional<HubHealth>& hub) {
  if (!hub) return {};
  return Json{{"state", hub->state},
              {"url", hub->url},
              {"expires", time_json(hub->expires)},
              {"last_push", time_json(hub->last_push)},
              {"problem", hub->problem}};
}

Json fetch_json(const ingest::FetchNote& note) {
  return Json{{"at", rfc3339(note.at)},
              {"verdict", ingest::text(note.verdict)},
              {"status", note.status == 0 ? std::nullopt : std::optional(note.status)},
              {"body_bytes", note.body_bytes},
              {"items", note.items},
              {"fresh", note.fresh},
              {"duration_ms", std::int64_t{note.duration.count()}}};
}

Json seconds_json(const std::optional<Seconds>& seconds) {
  std::optional<std::int64_t> count;
  if (seconds) count = seconds->count();
  return count;
}

Json health_json(const std::optional<FeedHealth>& health, bool with_fetches) {
  if (!health) return {};
  Json out{{"last_visit", time_json(health->last_visit)},
           {"last_success", time_json(health->last_success)},
           {"next_visit", time_json(health->next_visit)},
           {"failures_in_row", health->failures_in_row},
           {"last_error", health->last_error},
           {"interval_seconds", std::int64_t{health->interval.count()}},
           {"gap_seconds", seconds_json(health->gap)},
           {"last_news", time_json(health->last_news)},
           {"moved_to", health->moved_to},
           {"hub", hub_json(health->hub)}};
  if (!with_fetches) return out;
  Json::Array fetches;
  for (const auto& note : health->fetches) fetches.push_back(fetch_json(note));
  out.set("fetches", std::move(fetches));
  return out;
}

// How it is, at a glance.
std::string_view state_of(const Feed& feed, const std::optional<FeedHealth>& health,
                          std::size_t held) {
  if (!feed.enabled) return "off";
  if (health && !health->last_error.empty()) return "trouble";
  if (held > 0) return "held";
  return health ? "ok" : "new";
}

Json feed_json(const Call& call, const Feed& feed, std::size_t held, bool with_fetches = false) {
  const auto health = call.ports().visits.health(feed);
  return Json{{"id", feed.id.text()},
              {"site", feed.site.text()},
              {"source", id_json(feed.source)},
              {"url", feed.url},
              {"interval_seconds", seconds_json(feed.interval)},
              {"is_own", feed.is_own},
              {"alert", feed.alert ? Json(core::text(*feed.alert)) : Json()},
              {"topics", texts(feed.topics)},
              {"enabled", feed.enabled},
              {"created", rfc3339(feed.created)},
              {"state", state_of(feed, health, held)},
              {"held_alerts", static_cast<std::int64_t>(held)},
              {"health", health_json(health, with_fetches)}};
}

// With its last fetches.
Json feed_json(const Call& call, const Feed& feed) {
  const auto held = call.ports().content.held_alerts(feed.site);
  const auto found = held.find(feed.id);
  return feed_json(call, feed, found == held.end() ? 0 : found->second, true);
}

void take_site(const Json& body, Site& site) {
  take(body, "name", site.name);
  take(body, "base_url", site.base_url);
  take(body, "language", site.language);
  take(body, "tagline", site.tagline);
  take(body, "topics", site.topics);
  take(body, "origins", site.origins);
  take(body, "per_message_keys", site.per_message_keys);
}

void take_source(const Call& call, Source& source) {
  if (call.body.find("site") != nullptr) source.site = call.body_id<core::SiteId>("site");
  take(call.body, "name", source.name);
  take(call.body, "home_url", source.home_url);
}

void take_feed(const Call& call, Feed& feed) {
  const Json& body = call.body;
  if (body.find("site") != nullptr) feed.site = call.body_id<core::SiteId>("site");
  if (body.find("source") != nullptr) feed.source = call.body_id<core::SourceId>("source");
  take(body, "url", feed.url);
  if (const Json* interval = body.find("interval_seconds")) {
    const auto seconds = interval->if_int();
    feed.interval = seconds ? std::optional(Seconds(*seconds)) : std::nullopt;
  }
  take(body, "is_own", feed.is_own);
  if (body.find("alert") != nullptr) {
    feed.alert = core::parse_importance(body.text("alert").value_or(""));
  }
  take(body, "topics", feed.topics);
  take(body, "enabled", feed.enabled);
}

}  // namespace

void list_sites(const Call& call) {
  Json::Array items;
  for (const auto& site : call.ports().content.sites()) items.push_back(site_json(site));
  call.answer_list(std::move(items));
}

void create_site(const Call& call) {
  Site site;
  site.id = call.ports().ids.next<core::SiteKind>();
  take_site(call.body, site);
  call.execute(newsroom::PutSite{site}, [site](const Call& done, const auto& effects) {
    const auto made = record_of(effects, site);
    done.answer_created("/api/v1/sites", made.id.text(), site_json(made));
  });
}

void get_site(const Call& call) {
  const auto site = call.ports().content.site(call.path_id<core::SiteId>());
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  call.answer(200, site_json(*site));
}

void change_site(const Call& call) {
  auto site = call.ports().content.site(call.path_id<core::SiteId>());
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  take_site(call.body, *site);
  call.execute(newsroom::PutSite{*site}, [site](const Call& done, const auto& effects) {
    done.answer(200, site_json(record_of(effects, *site)));
  });
}

void list_sources(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  Json::Array items;
  for (const auto& source : call.ports().content.sources(site->id)) {
    items.push_back(source_json(source));
  }
  call.answer_list(std::move(items));
}

void create_source(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  Source source;
  source.id = call.ports().ids.next<core::SourceKind>();
  source.site = site->id;
  take_source(call, source);
  call.execute(newsroom::PutSource{source}, [source](const Call& done, const auto& effects) {
    const auto made = record_of(effects, source);
    done.answer_created("/api/v1/sources", made.id.text(), source_json(made));
  });
}

void get_source(const Call& call) {
  const auto source = call.ports().content.source(call.path_id<core::SourceId>());
  if (!source) return call.refuse(Refusal::kSourceUnknown);
  call.answer(200, source_json(*source));
}

void change_source(const Call& call) {
  auto source = call.ports().content.source(call.path_id<core::SourceId>());
  if (!source) return call.refuse(Refusal::kSourceUnknown);
  take_source(call, *source);
  call.execute(newsroom::PutSource{*source}, [source](const Call& done, const auto& effects) {
    done.answer(200, source_json(record_of(effects, *source)));
  });
}

void list_feeds(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  auto held = call.ports().content.held_alerts(site->id);
  Json::Array items;
  for (const auto& feed : call.ports().content.feeds(site->id)) {
    items.push_back(feed_json(call, feed, held[feed.id]));
  }
  call.answer_list(std::move(items));
}

void create_feed(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  Feed feed;
  feed.id = call.ports().ids.next<core::FeedKind>();
  feed.site = site->id;
  take_feed(call, feed);
  call.execute(newsroom::PutFeed{feed}, [feed](const Call& done, const auto& effects) {
    const auto made = record_of(effects, feed);
    done.answer_created("/api/v1/feeds", made.id.text(), feed_json(done, made));
  });
}

void get_feed(const Call& call) {
  const auto feed = call.ports().content.feed(call.path_id<core::FeedId>());
  if (!feed) return call.refuse(Refusal::kFeedUnknown);
  call.answer(200, feed_json(call, *feed));
}

void change_feed(const Call& call) {
  auto feed = call.ports().content.feed(call.path_id<core::FeedId>());
  if (!feed) return call.refuse(Refusal::kFeedUnknown);
  take_feed(call, *feed);
  call.execute(newsroom::PutFeed{*feed}, [feed](const Call& done, const auto& effects) {
    done.answer(200, feed_json(done, record_of(effects, *feed)));
  });
}

void remove_feed(const Call& call) {
  const auto id = call.path_id<core::FeedId>();
  if (!call.ports().content.feed(id)) return call.refuse(Refusal::kFeedUnknown);
  call.execute(newsroom::RemoveFeed{id}, [](const Call& done, const auto&) {
    done.respond({204, {}, ""});
  });
}

void fetch_feed(const Call& call) {
  const auto feed = call.ports().content.feed(call.path_id<core::FeedId>());
  if (!feed) return call.refuse(Refusal::kFeedUnknown);
  if (!call.ports().visits.fetch_now(feed->id)) {
    return call.refuse(Refusal::kConflict, "The feed is turned off; turn it on first.");
  }
  call.respond({202, {}, ""});
}

}  // namespace tocsin::api
