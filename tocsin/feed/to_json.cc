// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "tocsin/feed/feed.h"

namespace tocsin::feed {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json time_or_null(std::optional<Time> time) { return time ? Json(rfc3339(*time)) : Json(); }

Json list(const std::vector<std::string>& texts) { return Json::Array(texts.begin(), texts.end()); }

Json first_or_null(const std::vector<std::string>& texts) {
  return texts.empty() ? Json() : Json(texts.front());
}

Json enclosures(const std::vector<Enclosure>& all) {
  Json::Array out;
  for (const auto& enclosure : all) {
    out.push_back({{"url", enclosure.url},
                   {"type", text_or_null(enclosure.type)},
                   {"length", enclosure.length}});
  }
  return out;
}

Result<Json> item_json(const FeedItem& item, Sanitizer& sanitizer) {
  TOCSIN_TRY(const std::string summary, sanitizer.sanitized(item.summary));
  TOCSIN_TRY(const std::string content, sanitizer.sanitized(item.content));
  return Json{{"id", text_or_null(item.id)},
              {"title", text_or_null(item.title)},
              {"link", text_or_null(item.link)},
              {"published", time_or_null(item.published)},
              {"updated", time_or_null(item.updated)},
              {"author", first_or_null(item.authors)},
              {"authors", list(item.authors)},
              {"summary", text_or_null(summary)},
              {"content", text_or_null(content)},
              {"categories", list(item.categories)},
              {"enclosures", enclosures(item.enclosures)},
              {"image", text_or_null(item.image)},
              {"comments_url", text_or_null(item.comments_url)},
              {"comments", std::optional<std::int64_t>(item.comments)}};
}

}  // namespace

std::string_view name_of(Format format) {
  switch (format) {
    case Format::kRss20:
      return "rss20";
    case Format::kRss10:
      return "rss10";
    case Format::kRss09:
      return "rss09";
    case Format::kAtom10:
      return "atom10";
    case Format::kAtom03:
      return "atom03";
    case Format::kJson1:
      return "json1";
  }
  return "";
}

Result<Json> to_json(const ParsedFeed& feed) {
  Json::Array items;
  Sanitizer sanitizer;
  for (const auto& each : feed.items) {
    TOCSIN_TRY(Json item, item_json(each, sanitizer));
    items.push_back(std::move(item));
  }
  Json out = {{"ok", true},
              {"format", name_of(feed.format)},
              {"encoding", feed.encoding},
              {"warnings", list(feed.warnings)},
              {"feed", Json{{"title", text_or_null(feed.title)},
                            {"link", text_or_null(feed.link)},
                            {"id", text_or_null(feed.id)},
                            {"updated", time_or_null(feed.updated)},
                            {"author", first_or_null(feed.authors)},
                            {"language", text_or_null(feed.language)}}}};
  out.set("items", std::move(items));
  return out;
}

}  // namespace tocsin::feed
