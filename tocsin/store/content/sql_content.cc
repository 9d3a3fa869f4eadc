// SPDX-License-Identifier: Apache-2.0
#include "tocsin/store/content/sql_content.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "tocsin/conversation/policy.h"
#include "tocsin/observe/log.h"
#include "tocsin/store/content/lists.h"

namespace tocsin::store {
namespace {

constexpr std::int64_t kNoId = std::numeric_limits<std::int64_t>::max();  // after every id

constexpr std::string_view kSelectSite =
    "SELECT id, name, base_url, language, tagline, topics, origins, created, "
    "per_message_keys, comments FROM site ";
constexpr std::string_view kSelectSource = "SELECT id, site, name, home_url, created FROM source ";
constexpr std::string_view kSelectFeed =
    "SELECT id, site, source, url, interval_s, alert, topics, enabled, created, is_own FROM feed ";
constexpr std::string_view kSelectStory =
    "SELECT s.id, s.site, s.feed, s.state, s.headline, s.dateline, s.summary_html, s.body_html, "
    "s.url, s.image_url, s.language, s.authors, s.credits, s.topics, s.published, s.updated, "
    "s.recorded, s.correction, s.thread FROM ";
constexpr std::string_view kSelectAlert =
    "SELECT id, site, story, version, title, body, url, image_url, actions, importance, ttl_s, "
    "created, created_by, state, held_because, decided_by FROM alert ";

core::Site read_site(const Query& row) {
  core::Site out;
  out.id = row.id<core::SiteId>(0);
  out.name = row.text(1);
  out.base_url = row.text(2);
  out.language = row.text(3);
  out.tagline = row.text(4);
  out.topics = strings_of(row.text(5));
  out.origins = strings_of(row.text(6));
  out.created = row.time(7);
  out.per_message_keys = row.flag(8);
  out.comments = conversation::policy_of(row.text(9));
  return out;
}

core::Source read_source(const Query& row) {
  return {row.id<core::SourceId>(0), row.id<core::SiteId>(1), row.text(2), row.text(3),
          row.time(4)};
}

core::Feed read_feed(const Query& row) {
  core::Feed out;
  out.id = row.id<core::FeedId>(0);
  out.site = row.id<core::SiteId>(1);
  out.source = row.id<core::SourceId>(2);
  out.url = row.text(3);
  if (row.number(4) > 0) out.interval = Seconds{row.number(4)};
  if (!row.is_null(5)) out.alert = core::parse_importance(row.text(5));
  out.topics = strings_of(row.text(6));
  out.enabled = row.flag(7);
  out.created = row.time(8);
  out.is_own = row.flag(9);
  return out;
}

core::Story read_story(const Query& row) {
  core::Story out;
  out.id = row.id<core::StoryId>(0);
  out.site = row.id<core::SiteId>(1);
  out.feed = row.id<core::FeedId>(2);
  // A state that cannot be read must not reach readers.
  out.state = core::parse_story_state(row.text(3)).value_or(core::StoryState::kDraft);
  out.headline = row.text(4);
  out.dateline = row.text(5);
  out.summary_html = row.text(6);
  out.body_html = row.text(7);
  out.url = row.text(8);
  out.image_url = row.text(9);
  out.language = row.text(10);
  out.authors = strings_of(row.text(11));
  out.credits = credits_of(row.text(12));
  out.topics = strings_of(row.text(13));
  out.published = row.time(14);
  out.updated = row.time(15);
  out.recorded = row.time(16);
  out.correction = row.text(17);
  out.thread = row.id<core::ThreadId>(18);
  return out;
}

core::Alert read_alert(const Query& row) {
  core::Alert out;
  out.id = row.id<core::AlertId>(0);
  out.site = row.id<core::SiteId>(1);
  out.story = row.id<core::StoryId>(2);
  out.version = static_cast<std::uint32_t>(row.number(3));
  out.title = row.text(4);
  out.body = row.text(5);
  out.url = row.text(6);
  out.image_url = row.text(7);
  out.actions = actions_of(row.text(8));
  out.importance = core::parse_importance(row.text(9)).value_or(core::Importance::kMajor);
  out.ttl = Seconds{row.number(10)};
  out.created = row.time(11);
  out.created_by = row.text(12);
  // A state that cannot be read must not reach readers.
  out.state = core::parse_alert_state(row.text(13)).value_or(core::AlertState::kHeld);
  out.held_because = row.text(14);
  out.decided_by = row.text(15);
  return out;
}

core::StoryId read_story_id(const Query& row) { return row.id<core::StoryId>(0); }

std::int64_t limit_of(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, kNoId));
}

template <class Id>
std::int64_t before_of(const std::optional<Id>& before) {
  return before ? static_cast<std::int64_t>(before->value) : kNoId;
}

// ?1 site, ?2 before, ?3 limit, ?4 topic, ?5 source, ?6 thread. The narrowest list leads, newest
// first, so that no more is read than the page holds.
std::string story_list_sql(const newsroom::StoryQuery& query) {
  std::string sql(kSelectStory);
  std::string order = "s.id";
  if (!query.topic.empty()) {
    sql +=
        "story_topic t CROSS JOIN story s ON s.id = t.story "
        "WHERE t.site = ?1 AND t.topic = ?4 AND t.story < ?2 ";
    order = "t.story";
    if (query.source) {
      sql += "AND EXISTS (SELECT 1 FROM story_source WHERE source = ?5 AND story = s.id) ";
    }
  } else if (query.source) {
    sql +=
        "story_source t CROSS JOIN story s ON s.id = t.story "
        "WHERE t.source = ?5 AND t.story < ?2 AND s.site = ?1 ";
    order = "t.story";
  } else if (query.thread) {
    sql += "story s WHERE s.thread = ?6 AND s.id < ?2 AND s.site = ?1 ";
  } else {
    sql += "story s WHERE s.site = ?1 AND s.id < ?2 ";
  }
  if (query.public_only) sql += "AND s.state IN ('published', 'corrected') ";
  return sql + "ORDER BY " + order + " DESC LIMIT ?3";
}

}  // namespace

void SqlContent::note(const Status& status) const {
  if (status) return;
  log::error("store.read_failed", {{"error", status.error().message}});
  if (!failure_) failure_ = status.error();
}

Query SqlContent::select(std::string_view columns, std::string_view rest) const {
  return database_.query(std::string(columns) += rest);
}

std::optional<core::Site> SqlContent::site(core::SiteId id) const {
  return read_one(select(kSelectSite, "WHERE id = ?1").bind(id), read_site);
}

std::optional<core::Source> SqlContent::source(core::SourceId id) const {
  return read_one(select(kSelectSource, "WHERE id = ?1").bind(id), read_source);
}

std::optional<core::Feed> SqlContent::feed(core::FeedId id) const {
  return read_one(select(kSelectFeed, "WHERE id = ?1").bind(id), read_feed);
}

std::optional<core::Story> SqlContent::story(core::StoryId id) const {
  return read_one(select(kSelectStory, "story s WHERE s.id = ?1").bind(id), read_story);
}

std::optional<core::StoryId> SqlContent::item(core::FeedId feed, const core::ItemKey& key) const {
  return read_one(
      database_.query("SELECT story FROM seen_item WHERE feed = ?1 AND key = ?2").bind(feed, key),
      read_story_id);
}

std::uint32_t SqlContent::alerts_of(core::StoryId story) const {
  const auto count = read_one(database_
                                  .query("SELECT count(*) FROM alert WHERE story = ?1 "
                                         "AND state = 'released'")
                                  .bind(story),
                              [](const Query& row) { return row.number(0); });
  return static_cast<std::uint32_t>(count.value_or(0));
}

std::vector<core::Story> SqlContent::stories_at(core::FeedId feed, const std::string& url) const {
  return read_all(
      select(kSelectStory, "story s WHERE s.feed = ?1 AND s.url = ?2 ORDER BY s.id DESC LIMIT 2")
          .bind(feed, url),
      read_story);
}

std::vector<core::Story> SqlContent::stories_headed(core::FeedId feed,
                                                    const std::string& headline) const {
  return read_all(select(kSelectStory,
                         "story s WHERE s.feed = ?1 AND s.headline = ?2 "
                         "ORDER BY s.id DESC LIMIT 2")
                      .bind(feed, headline),
                  read_story);
}

// From the index alone: a story's times lie behind its text.
newsroom::FeedTimes SqlContent::feed_times(core::FeedId feed, Time since, std::size_t limit) const {
  newsroom::FeedTimes out;
  out.first_recorded =
      read_one(database_.query("SELECT min(recorded) FROM story WHERE feed = ?1").bind(feed),
               [](const Query& row) { return row.time(0); })
          .value_or(Time{});
  out.stories =
      read_all(database_
                   .query("SELECT recorded, published FROM story WHERE feed = ?1 AND recorded > ?2 "
                          "ORDER BY recorded DESC, published DESC LIMIT ?3")
                   .bind(feed, since, limit),
               [](const Query& row) {
                 return newsroom::StoryTimes{row.time(0), row.time(1)};
               });
  return out;
}

std::vector<core::Site> SqlContent::sites() const {
  return read_all(select(kSelectSite, "ORDER BY id"), read_site);
}

std::vector<core::Source> SqlContent::sources(core::SiteId site) const {
  return read_all(select(kSelectSource, "WHERE site = ?1 ORDER BY name, id").bind(site),
                  read_source);
}

std::vector<core::Feed> SqlContent::feeds(core::SiteId site) const {
  return read_all(select(kSelectFeed, "WHERE site = ?1 ORDER BY id").bind(site), read_feed);
}

std::vector<core::Feed> SqlContent::all_feeds() const {
  return read_all(select(kSelectFeed, "ORDER BY id"), read_feed);
}

std::vector<core::Story> SqlContent::stories(const newsroom::StoryQuery& query) const {
  auto run = database_.query(story_list_sql(query));
  run.bind(query.site, before_of(query.before), limit_of(query.limit));
  const bool has_thread = query.thread && query.topic.empty() && !query.source;
  if (query.source || has_thread) {
    run.bind(query.topic, query.source);
    if (has_thread) run.bind(query.thread);
  } else if (!query.topic.empty()) {
    run.bind(query.topic);
  }
  return read_all(std::move(run), read_story);
}

std::optional<core::Alert> SqlContent::alert(core::AlertId id) const {
  return read_one(select(kSelectAlert, "WHERE id = ?1").bind(id), read_alert);
}

std::vector<core::Alert> SqlContent::alerts(const newsroom::AlertQuery& query) const {
  // The state stands in the text, so that the index of those not released is seen to fit.
  std::string where = "WHERE site = ?1 AND id < ?2 AND created >= ?4 AND state = '";
  where += core::text(query.state);
  where += "' ";
  if (query.feed) where += "AND (SELECT feed FROM story WHERE story.id = alert.story) = ?5 ";
  auto run = select(kSelectAlert, where + "ORDER BY id DESC LIMIT ?3");
  run.bind(query.site, before_of(query.before), limit_of(query.limit), query.since);
  if (query.feed) run.bind(query.feed);
  return read_all(std::move(run), read_alert);
}

std::map<core::FeedId, std::size_t> SqlContent::held_alerts(core::SiteId site) const {
  const auto counts =
      read_all(database_
                   .query("SELECT s.feed, count(*) FROM alert a JOIN story s ON s.id = a.story "
                          "WHERE a.site = ?1 AND a.state = 'held' GROUP BY s.feed")
                   .bind(site),
               [](const Query& row) {
                 return std::pair(row.id<core::FeedId>(0), static_cast<std::size_t>(row.number(1)));
               });
  return {counts.begin(), counts.end()};
}

Status SqlContent::take_status() const {
  const auto failure = std::exchange(failure_, std::nullopt);
  if (failure) return *failure;
  return ok();
}

}  // namespace tocsin::store
