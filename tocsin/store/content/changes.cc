// SPDX-License-Identifier: Apache-2.0
#include "tocsin/store/content/changes.h"

#include <set>
#include <string>
#include <tuple>
#include <variant>

#include "tocsin/conversation/policy.h"
#include "tocsin/json/json.h"
#include "tocsin/sqlite/database.h"
#include "tocsin/store/content/lists.h"

namespace tocsin::store {
namespace {

using newsroom::Change;
using newsroom::FeedRemoved;
using newsroom::SeenItem;

// What open pages were told is kept for their return, at least so many; the oldest go in bunches.
constexpr std::uint64_t kEventsMax = 100'000;
constexpr std::uint64_t kEventsTrimmed = 1'000;

// `REPLACE` is not used: it deletes first, and rows refer to these.
struct ChangeWriter {
  Database& database;

  Status operator()(const core::Site& site) const {
    return database
        .query(
            "INSERT INTO site (id, name, base_url, language, tagline, topics, origins, created, "
            "per_message_keys, comments) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
            "ON CONFLICT (id) DO UPDATE SET name = ?2, base_url = ?3, language = ?4, tagline = ?5, "
            "topics = ?6, origins = ?7, per_message_keys = ?9, comments = ?10")
        .bind(site.id, site.name, site.base_url, site.language, site.tagline, to_text(site.topics),
              to_text(site.origins), site.created, site.per_message_keys,
              conversation::policy_json(site.comments, true).dump())
        .run();
  }

  Status operator()(const core::Source& source) const {
    return database
        .query(
            "INSERT INTO source (id, site, name, home_url, created) VALUES (?1, ?2, ?3, ?4, ?5) "
            "ON CONFLICT (id) DO UPDATE SET name = ?3, home_url = ?4")
        .bind(source.id, source.site, source.name, source.home_url, source.created)
        .run();
  }

  Status operator()(const core::Feed& feed) const {
    auto query = database.query(
        "INSERT INTO feed (id, site, source, url, interval_s, topics, enabled, created, "
        "is_own, alert) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
        "ON CONFLICT (id) DO UPDATE SET source = ?3, url = ?4, interval_s = ?5, topics = ?6, "
        "enabled = ?7, is_own = ?9, alert = ?10");
    query.bind(feed.id, feed.site, feed.source, feed.url, feed.interval.value_or(Seconds{0}),
               to_text(feed.topics), feed.enabled, feed.created, feed.is_own);
    if (feed.alert) query.bind(core::text(*feed.alert));
    return query.run();
  }

  Status operator()(const core::Story& story) const {
    TOCSIN_TRY(std::ignore, write_row(story));
    for (const auto* const sql : {"DELETE FROM story_topic WHERE story = ?1",
                                  "DELETE FROM story_source WHERE story = ?1"}) {
      TOCSIN_TRY(std::ignore, database.query(sql).bind(story.id).run());
    }
    for (const auto& topic : std::set<std::string>(story.topics.begin(), story.topics.end())) {
      TOCSIN_TRY(std::ignore,
                 database.query("INSERT INTO story_topic (site, topic, story) VALUES (?1, ?2, ?3)")
                     .bind(story.site, topic, story.id)
                     .run());
    }
    std::set<core::SourceId> sources;
    for (const auto& credit : story.credits) {
      if (!credit.source || !sources.insert(credit.source).second) continue;
      TOCSIN_TRY(std::ignore,
                 database.query("INSERT INTO story_source (source, story) VALUES (?1, ?2)")
                     .bind(credit.source, story.id)
                     .run());
    }
    return ok();
  }

  Status write_row(const core::Story& story) const {
    return database
        .query(
            "INSERT INTO story (id, site, feed, state, headline, dateline, summary_html, "
            "body_html, url, image_url, language, authors, credits, topics, published, updated, "
            "recorded, correction, thread) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
            "?12, "
            "?13, ?14, ?15, ?16, ?17, ?18, ?19) ON CONFLICT (id) DO UPDATE SET "
            "feed = ?3, state = ?4, headline = ?5, dateline = ?6, summary_html = ?7, "
            "body_html = ?8, url = ?9, image_url = ?10, language = ?11, authors = ?12, "
            "credits = ?13, topics = ?14, published = ?15, updated = ?16, recorded = ?17, "
            "correction = ?18, thread = ?19")
        .bind(story.id, story.site, story.feed, core::text(story.state), story.headline,
              story.dateline, story.summary_html, story.body_html, story.url, story.image_url,
              story.language, to_text(story.authors), to_text(story.credits), to_text(story.topics),
              story.published, story.updated, story.recorded, story.correction, story.thread)
        .run();
  }

  Status operator()(const core::Alert& alert) const {
    if (!alert.decided_by.empty()) return decide(alert);
    return database
        .query(
            "INSERT INTO alert (id, site, story, version, title, body, url, image_url, actions, "
            "importance, ttl_s, created, created_by, state, held_because) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)")
        .bind(alert.id, alert.site, alert.story, alert.version, alert.title, alert.body, alert.url,
              alert.image_url, to_text(alert.actions), core::text(alert.importance), alert.ttl,
              alert.created, alert.created_by, core::text(alert.state), alert.held_because)
        .run();
  }

  Status decide(const core::Alert& alert) const {
    return database
        .query(
            "UPDATE alert SET version = ?2, created = ?3, state = ?4, decided_by = ?5 "
            "WHERE id = ?1")
        .bind(alert.id, alert.version, alert.created, core::text(alert.state), alert.decided_by)
        .run();
  }

  Status operator()(const SeenItem& item) const {
    return database.query("INSERT OR REPLACE INTO seen_item (feed, key, story) VALUES (?1, ?2, ?3)")
        .bind(item.feed, item.key, item.story)
        .run();
  }

  Status operator()(const FeedRemoved& removed) const {
    for (const auto* const sql :
         {"DELETE FROM feed WHERE id = ?1", "DELETE FROM seen_item WHERE feed = ?1",
          "DELETE FROM feed_state WHERE feed = ?1"}) {
      TOCSIN_TRY(std::ignore, database.query(sql).bind(removed.feed).run());
    }
    return ok();
  }

  Status operator()(const core::Thread& thread) const {
    return database
        .query(
            "INSERT INTO thread (id, site, headline, summary, is_live, created, updated) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET "
            "headline = ?3, summary = ?4, is_live = ?5, updated = ?7")
        .bind(thread.id, thread.site, thread.headline, thread.summary, thread.is_live,
              thread.created, thread.updated)
        .run();
  }

  Status operator()(const core::Entry& entry) const {
    return database
        .query(
            "INSERT INTO entry (id, thread, site, headline, text_html, is_key, correction, "
            "is_withdrawn, author, published, updated) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO UPDATE SET "
            "headline = ?4, text_html = ?5, is_key = ?6, correction = ?7, is_withdrawn = ?8, "
            "author = ?9, updated = ?11")
        .bind(entry.id, entry.thread, entry.site, entry.headline, entry.text_html, entry.is_key,
              entry.correction, entry.is_withdrawn, entry.author, entry.published, entry.updated)
        .run();
  }

  Status operator()(const core::User& user) const {
    return database
        .query(
            "INSERT INTO user (id, name, email, password, role, is_disabled, created) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET "
            "name = ?2, email = ?3, password = ?4, role = ?5, is_disabled = ?6")
        .bind(user.id, user.name, user.email, user.password, core::text(user.role),
              user.is_disabled, user.created)
        .run();
  }

  Status operator()(const core::LiveEvent& event) const {
    TOCSIN_TRY(
        std::ignore,
        database
            .query("INSERT INTO live_event (sequence, site, kind, subject, story, thread, at) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            .bind(event.sequence, event.site, core::text(event.kind), event.subject, event.story,
                  event.thread, event.at)
            .run());
    if (event.sequence % kEventsTrimmed != 0 || event.sequence <= kEventsMax) return ok();
    return database.query("DELETE FROM live_event WHERE sequence <= ?1")
        .bind(event.sequence - kEventsMax)
        .run();
  }

  template <class ConversationRecord>
  Status operator()(const ConversationRecord& record) const {
    return write_conversation_change(database, record);
  }
};

}  // namespace

Status write_change(Database& database, const Change& change) {
  return std::visit(ChangeWriter{database}, change);
}

}  // namespace tocsin::store
