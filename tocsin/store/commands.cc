// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include "tocsin/json/json.h"
#include "tocsin/store/lists.h"
#include "tocsin/store/rows.h"
#include "tocsin/store/sql_content.h"
#include "tocsin/store/sqlite.h"

namespace tocsin::store {
namespace {

using newsroom::Change;
using newsroom::FeedRemoved;
using newsroom::SeenItem;

// `REPLACE` is not used: it deletes first, and rows refer to these.
struct ChangeWriter {
  Database& database;

  Status operator()(const core::Site& site) const {
    return database
        .query(
            "INSERT INTO site (id, name, base_url, language, tagline, topics, origins, created, "
            "per_message_keys) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
            "ON CONFLICT (id) DO UPDATE SET name = ?2, base_url = ?3, language = ?4, tagline = ?5, "
            "topics = ?6, origins = ?7, per_message_keys = ?9")
        .bind(site.id, site.name, site.base_url, site.language, site.tagline, to_text(site.topics),
              to_text(site.origins), site.created, site.per_message_keys)
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
        "INSERT INTO feed (id, site, source, url, interval_s, topics, enabled, created, alert) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET "
        "source = ?3, url = ?4, interval_s = ?5, topics = ?6, enabled = ?7, alert = ?9");
    query.bind(feed.id, feed.site, feed.source, feed.url, feed.interval, to_text(feed.topics),
               feed.enabled, feed.created);
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
            "recorded, correction) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
            "?13, ?14, ?15, ?16, ?17, ?18) ON CONFLICT (id) DO UPDATE SET "
            "feed = ?3, state = ?4, headline = ?5, dateline = ?6, summary_html = ?7, "
            "body_html = ?8, url = ?9, image_url = ?10, language = ?11, authors = ?12, "
            "credits = ?13, topics = ?14, published = ?15, updated = ?16, recorded = ?17, "
            "correction = ?18")
        .bind(story.id, story.site, story.feed, core::text(story.state), story.headline,
              story.dateline, story.summary_html, story.body_html, story.url, story.image_url,
              story.language, to_text(story.authors), to_text(story.credits), to_text(story.topics),
              story.published, story.updated, story.recorded, story.correction)
        .run();
  }

  Status operator()(const core::Alert& alert) const {
    return database
        .query(
            "INSERT INTO alert (id, site, story, version, title, body, url, image_url, actions, "
            "importance, ttl_s, created, created_by) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)")
        .bind(alert.id, alert.site, alert.story, alert.version, alert.title, alert.body, alert.url,
              alert.image_url, to_text(alert.actions), core::text(alert.importance), alert.ttl,
              alert.created, alert.created_by)
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
};

struct Namer {
  Json operator()(const core::Site& site) const { return Json({{"site", site.id.text()}}); }
  Json operator()(const core::Source& source) const { return Json({{"source", source.id.text()}}); }
  Json operator()(const core::Feed& feed) const { return Json({{"feed", feed.id.text()}}); }
  Json operator()(const core::Story& story) const { return Json({{"story", story.id.text()}}); }
  Json operator()(const core::Alert& alert) const { return Json({{"alert", alert.id.text()}}); }
  Json operator()(const SeenItem& item) const {
    return Json({{"item_of", item.feed.text()}, {"key", hex(item.key)}, {"is", item.story.text()}});
  }
  Json operator()(const FeedRemoved& removed) const {
    return Json({{"removed_feed", removed.feed.text()}});
  }
};

template <class SomeId>
SomeId id_of(const Json& name, std::string_view member) {
  const auto text = name.text(member);
  return text ? SomeId::parse(*text).value_or(SomeId{}) : SomeId{};
}

std::optional<Change> change_of(const Json& name, const SqlContent& content) {
  if (const auto id = id_of<core::SiteId>(name, "site")) return content.site(id);
  if (const auto id = id_of<core::SourceId>(name, "source")) return content.source(id);
  if (const auto id = id_of<core::FeedId>(name, "feed")) return content.feed(id);
  if (const auto id = id_of<core::StoryId>(name, "story")) return content.story(id);
  if (const auto id = id_of<core::AlertId>(name, "alert")) return content.alert(id);
  if (const auto id = id_of<core::FeedId>(name, "removed_feed")) return FeedRemoved{id};
  const auto key = unhex(name.text("key").value_or(""));
  const auto item = key ? core::ItemKey::from(*key) : std::nullopt;
  if (!item) return std::nullopt;
  return SeenItem{id_of<core::FeedId>(name, "item_of"), *item, id_of<core::StoryId>(name, "is")};
}

Status write_change(Database& database, const Change& change) {
  return std::visit(ChangeWriter{database}, change);
}

// Names the records that a command wrote.
std::string answer_of(const newsroom::Effects& effects) {
  Json out(Json::Array{});
  for (const auto& change : effects.changes) out.push(std::visit(Namer{}, change));
  return out.dump();
}

// The records so named, as they are at present; those that are gone are left out.
newsroom::Effects effects_of(std::string_view answer, const SqlContent& content) {
  newsroom::Effects out;
  const auto json = Json::parse(answer, {.bytes_max = std::size_t{64} << 20});
  const auto* names = json ? json->if_array() : nullptr;
  if (names == nullptr) return out;
  for (const Json& name : *names) {
    if (auto change = change_of(name, content)) out.changes.push_back(*std::move(change));
  }
  return out;
}

struct KindName {
  std::string_view operator()(const newsroom::PutSite&) const { return "put_site"; }
  std::string_view operator()(const newsroom::PutSource&) const { return "put_source"; }
  std::string_view operator()(const newsroom::PutFeed&) const { return "put_feed"; }
  std::string_view operator()(const newsroom::RemoveFeed&) const { return "remove_feed"; }
  std::string_view operator()(const newsroom::TakeItems&) const { return "take_items"; }
  std::string_view operator()(const newsroom::PutStory&) const { return "put_story"; }
  std::string_view operator()(const newsroom::WithdrawStory&) const { return "withdraw_story"; }
  std::string_view operator()(const newsroom::CreateAlert&) const { return "create_alert"; }
};

Result<std::optional<std::string>> answer_before(Database& database, const core::CommandId& id) {
  auto query = database.query("SELECT answer FROM command WHERE id = ?1");
  query.bind(id);
  std::optional<std::string> out;
  if (query.next()) out = query.text(0);
  TOCSIN_TRY(std::ignore, query.status());
  return out;
}

Status remember(Database& database, const newsroom::Command& command,
                const newsroom::Effects& effects) {
  // Most fetches of most feeds bring nothing; repeating such a one brings nothing either.
  const bool is_fetch = std::holds_alternative<newsroom::TakeItems>(command.body);
  if (is_fetch && effects.changes.empty()) return ok();
  return database
      .query("INSERT INTO command (id, actor, kind, at, answer) VALUES (?1, ?2, ?3, ?4, ?5)")
      .bind(command.id, command.actor, std::visit(KindName{}, command.body), command.at,
            answer_of(effects))
      .run();
}

}  // namespace

Result<newsroom::Effects> execute_command(Database& database, const newsroom::Command& command) {
  const SqlContent content(database);
  TOCSIN_TRY(const auto answer, answer_before(database, command.id));
  if (answer) {
    auto effects = effects_of(*answer, content);
    TOCSIN_TRY(std::ignore, content.take_status());
    return effects;
  }
  auto effects = newsroom::apply(content, command);
  TOCSIN_TRY(std::ignore, content.take_status());
  if (!effects) return effects;
  for (const auto& change : effects->changes) {
    TOCSIN_TRY(std::ignore, write_change(database, change));
  }
  TOCSIN_TRY(std::ignore, remember(database, command, *effects));
  return effects;
}

}  // namespace tocsin::store
