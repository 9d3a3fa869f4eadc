// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/schemas.h"
#include "tocsin/newsroom/limits.h"

// Of the routes that find feeds and take lists of them.
namespace tocsin::api::schemas {
namespace {

constexpr auto kUrlMax = static_cast<std::int64_t>(newsroom::kUrlBytesMax);

const Schema& preview_item() {
  static const Schema schema{
      "PreviewItem",
      "An entry of a feed that is not followed yet.",
      {{"title", Kind::kText, "", true},
       {"link", Kind::kText, "", true},
       {.name = "published", .kind = Kind::kTime, .is_required = true, .is_nullable = true}}};
  return schema;
}

Field count_field(std::string_view name, std::string_view about) {
  return {.name = name, .kind = Kind::kInteger, .about = about, .is_required = true};
}

Field flag_field(std::string_view name, std::string_view about) {
  return {.name = name, .kind = Kind::kBoolean, .about = about, .is_required = true};
}

}  // namespace

const Schema& find_body() {
  static const Schema schema{
      "FindBody",
      "",
      {{"site", Kind::kId, "Ours, that would follow them; the host's by default."},
       {.name = "url",
        .about = "Any address of the site whose feeds are wanted: bell.example",
        .is_required = true,
        .min = 1,
        .max = kUrlMax}}};
  return schema;
}

const Schema& found_feed() {
  static const Schema schema{
      "FoundFeed",
      "A feed of a site, as it is at this moment.",
      {{"url", Kind::kText, "", true},
       {"title", Kind::kText, "", true},
       {"problem", Kind::kText, "Why it cannot be followed; empty: it can.", true},
       {.name = "format",
        .about = "rss20, rss10, rss09, atom10, atom03 or json1.",
        .is_required = true,
        .is_nullable = true},
       {"page_url", Kind::kText, "Of the site, as the feed says.", true},
       {"language", Kind::kText, "", true},
       flag_field("has_hub", "News comes at once (WebSub)."),
       flag_field("has_content", "Whole texts, not teasers only."),
       count_field("items", "In the document."),
       {.name = "newest", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
       flag_field("is_followed", "Our site follows it."),
       {.name = "preview",
        .kind = Kind::kObject,
        .is_required = true,
        .is_list = true,
        .schema = &preview_item()}}};
  return schema;
}

const Schema& feed_list_body() {
  static const Schema schema{
      "FeedListBody",
      "",
      {{"site", Kind::kId, "The host's by default."},
       {.name = "opml", .about = "The document (OPML).", .is_required = true, .min = 1},
       {.name = "alert",
        .about = "Alert for each further item of these feeds, this important; null: record only.",
        .is_nullable = true,
        .choices = {"minor", "major", "breaking"}}}};
  return schema;
}

const Schema& feed_list_result() {
  static const Schema schema{
      "FeedListResult",
      "",
      {count_field("added", "Feeds that are followed from now on."),
       count_field("known", "That were followed already."),
       count_field("left_out", "Whose address cannot be, or beyond 1,000.")}};
  return schema;
}

}  // namespace tocsin::api::schemas
