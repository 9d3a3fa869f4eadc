// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tocsin/pages/views.h"

namespace tocsin::pages {
namespace {

std::string escaped(std::string_view text) { return Html(text).markup(); }

void add(std::string& out, std::string_view name, std::string_view text,
         std::string_view attributes = "") {
  out.append("<").append(name).append(attributes).append(">");
  out.append(escaped(text)).append("</").append(name).append(">");
}

void add_link(std::string& out, std::string_view rel, std::string_view address) {
  if (!is_safe_address(address)) return;
  out.append("<link rel=\"")
      .append(rel)
      .append("\" href=\"")
      .append(escaped(address))
      .append("\"/>");
}

void add_entry(std::string& out, const core::Site& site, const core::Story& story) {
  const auto address = site.base_url + story_path(story);
  out += "<entry>";
  // The path may change with the headline; an entry's name must not.
  add(out, "id", site.base_url + "/s/" + story.id.text());
  add(out, "title", story.headline);
  add(out, "published", rfc3339(story.published));
  add(out, "updated", rfc3339(story.updated));
  add_link(out, "alternate", address);
  if (!story.url.empty()) add_link(out, "via", story.url);
  for (const auto& author : story.authors) {
    out += "<author>";
    add(out, "name", author);
    out += "</author>";
  }
  for (const auto& topic : story.topics) {
    out.append("<category term=\"").append(escaped(topic)).append("\"/>");
  }
  add(out, "summary", story.summary_html, " type=\"html\"");
  out += "</entry>\n";
}

}  // namespace

std::string atom_feed(const core::Site& site, const std::vector<core::Story>& stories) {
  Time updated = site.created;
  for (const auto& story : stories) updated = std::max(updated, story.updated);
  std::string out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
  out.append("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
  out.append(escaped(site.language)).append("\">\n");
  add(out, "id", site.base_url + "/");
  add(out, "title", site.name);
  if (!site.tagline.empty()) add(out, "subtitle", site.tagline);
  add(out, "updated", rfc3339(updated));
  out += "<author>";
  add(out, "name", site.name);
  out += "</author>";
  add_link(out, "self", site.base_url + "/feed.atom");
  add_link(out, "alternate", site.base_url + "/");
  out += '\n';
  for (const auto& story : stories) add_entry(out, site, story);
  return out + "</feed>\n";
}

}  // namespace tocsin::pages
