// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/feeds.h"

#include <algorithm>

#include "tocsin/http/percent.h"
#include "tocsin/json/json.h"
#include "tocsin/pages/html.h"
#include "tocsin/pages/layout.h"

namespace tocsin::pages {
namespace {

// The path may change with the headline; an entry's name must not.
std::string entry_id(const core::Site& site, const core::Story& story) {
  return site.base_url + "/s/" + story.id.text();
}

// Who is to be named: without a writer, the outlet that the report was taken from, so that nobody
// takes it for the site's.
std::vector<std::string> authors_of(const core::Story& story) {
  if (!story.authors.empty()) return story.authors;
  std::vector<std::string> out;
  for (const auto& credit : story.credits) {
    if (!credit.name.empty()) out.push_back(credit.name);
  }
  return out;
}

// The whole text only of what is the site's own.
bool has_content(const core::Story& story) { return story.url.empty() && !story.body_html.empty(); }

Time updated_of(const core::Site& site, const OutFeed& feed) {
  Time updated = site.created;
  for (const auto& story : feed.stories) updated = std::max(updated, story.updated);
  return updated;
}

std::string escaped(std::string_view text) { return Html(text).markup(); }

void add(std::string& out, std::string_view name, std::string_view text,
         std::string_view attributes = "") {
  out.append("<").append(name).append(attributes).append(">");
  out.append(escaped(text)).append("</").append(name).append(">");
}

void add_link(std::string& out, std::string_view rel, std::string_view address) {
  if (!is_safe_address(address)) return;
  out.append("<link rel=\"").append(rel).append("\" href=\"");
  out.append(escaped(address)).append("\"/>");
}

void add_authors(std::string& out, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    out += "<author>";
    add(out, "name", name);
    out += "</author>";
  }
}

void add_entry(std::string& out, const core::Site& site, const core::Story& story) {
  out += "<entry";
  if (!story.language.empty() && story.language != site.language) {
    out.append(" xml:lang=\"").append(escaped(story.language)).append("\"");
  }
  out += ">";
  add(out, "id", entry_id(site, story));
  add(out, "title", story.headline);
  add(out, "published", rfc3339(story.published));
  add(out, "updated", rfc3339(story.updated));
  add_link(out, "alternate", site.base_url + story_path(story));
  if (!story.url.empty()) add_link(out, "via", story.url);
  add_authors(out, authors_of(story));
  for (const auto& topic : story.topics) {
    out.append("<category term=\"").append(escaped(topic)).append("\"/>");
  }
  add(out, "summary", story.summary_html, " type=\"html\"");
  if (has_content(story)) add(out, "content", story.body_html, " type=\"html\"");
  out += "</entry>\n";
}

Json authors_json(const std::vector<std::string>& names) {
  Json::Array out;
  for (const auto& name : names) out.push_back(Json{{"name", name}});
  return out;
}

Json item_json(const core::Site& site, const core::Story& story) {
  Json out{{"id", entry_id(site, story)},
           {"url", site.base_url + story_path(story)},
           {"title", story.headline},
           {"content_html", has_content(story) ? story.body_html : story.summary_html},
           {"date_published", rfc3339(story.published)},
           {"date_modified", rfc3339(story.updated)}};
  if (is_safe_address(story.url)) out.set("external_url", story.url);
  if (is_safe_address(story.image_url)) out.set("image", story.image_url);
  if (!story.language.empty()) out.set("language", story.language);
  const auto authors = authors_of(story);
  if (!authors.empty()) out.set("authors", authors_json(authors));
  Json::Array tags;
  for (const auto& topic : story.topics) tags.emplace_back(topic);
  if (!tags.empty()) out.set("tags", std::move(tags));
  return out;
}

}  // namespace

std::string feed_path(FeedFormat format, const FeedScope& scope) {
  std::string out = format == FeedFormat::kAtom ? "/feed.atom" : "/feed.json";
  char separator = '?';
  const auto add_parameter = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    out += separator;
    out.append(name).append("=").append(http::percent_encode(value));
    separator = '&';
  };
  add_parameter("topic", scope.topic);
  add_parameter("source", scope.source ? scope.source.text() : "");
  add_parameter("thread", scope.thread ? scope.thread.text() : "");
  return out;
}

std::vector<std::string> feeds_of(const core::Site& site, const core::Story& story) {
  std::vector<FeedScope> scopes = {{}};
  for (const auto& topic : story.topics) scopes.push_back({.topic = topic});
  for (const auto& credit : story.credits) {
    if (credit.source) scopes.push_back({.source = credit.source});
  }
  if (story.thread) scopes.push_back({.thread = story.thread});
  std::vector<std::string> out;
  for (const auto& scope : scopes) {
    out.push_back(site.base_url + feed_path(FeedFormat::kAtom, scope));
    out.push_back(site.base_url + feed_path(FeedFormat::kJson, scope));
  }
  return out;
}

std::string atom_feed(const core::Site& site, const OutFeed& feed) {
  std::string out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
  out.append("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
  out.append(escaped(site.language)).append("\">\n");
  const auto self = site.base_url + feed_path(FeedFormat::kAtom, feed.scope);
  add(out, "id", feed.scope == FeedScope{} ? site.base_url + "/" : self);
  add(out, "title", feed.title);
  if (!site.tagline.empty()) add(out, "subtitle", site.tagline);
  add(out, "updated", rfc3339(updated_of(site, feed)));
  add_authors(out, {site.name});
  add_link(out, "self", self);
  for (const auto& hub : feed.hubs) add_link(out, "hub", hub);
  add_link(out, "alternate", site.base_url + feed.page_path);
  out += '\n';
  for (const auto& story : feed.stories) add_entry(out, site, story);
  return out + "</feed>\n";
}

std::string json_feed(const core::Site& site, const OutFeed& feed) {
  Json out{{"version", "https://jsonfeed.org/version/1.1"},
           {"title", feed.title},
           {"home_page_url", site.base_url + feed.page_path},
           {"feed_url", site.base_url + feed_path(FeedFormat::kJson, feed.scope)},
           {"language", site.language},
           {"authors", authors_json({site.name})}};
  if (!site.tagline.empty()) out.set("description", site.tagline);
  Json::Array hubs;
  for (const auto& hub : feed.hubs) hubs.push_back(Json{{"type", "WebSub"}, {"url", hub}});
  if (!hubs.empty()) out.set("hubs", std::move(hubs));
  Json::Array items;
  for (const auto& story : feed.stories) items.push_back(item_json(site, story));
  out.set("items", std::move(items));
  return out.dump() + "\n";
}

}  // namespace tocsin::pages
