// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "tocsin/feed/readers.h"
#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

constexpr std::size_t kJsonDepthMax = 32;

// Commas and brackets outside strings: never fewer than half of the values. Counted first, because
// a value in memory takes forty times the two bytes it may take in a document.
std::size_t count_values(std::string_view text) {
  std::size_t count = 0;
  bool is_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') is_string = !is_string;
    if (is_string && c == '\\') ++i;
    if (!is_string && (c == ',' || c == '[' || c == '{')) ++count;
  }
  return count;
}

class JsonReader {
 public:
  JsonReader(const Base& base, Refiner& refiner) : base_(base), refiner_(refiner) {}

  Draft draft_of(const Json& object, bool is_feed) const {
    Draft draft;
    draft.title.offer(line(object, "title"), 1);
    draft.language.offer(markup::language_of(line(object, "language")), 1);
    read_authors(object, draft);
    if (is_feed) {
      draft.link.offer(link(object, "home_page_url"), 1);
      draft.self = link(object, "feed_url");
      draft.id = draft.self;
      for_each(object, "hubs", [&](const Json& hub) { add_to(draft.hubs, link(hub, "url")); });
    } else {
      read_item(object, draft);
    }
    return draft;
  }

  template <class Use>
  static void for_each(const Json& object, std::string_view name, const Use& use) {
    const Json* const list = object.find(name);
    if (!list || !list->if_array()) return;
    for (const Json& each : *list->if_array()) use(each);
  }

 private:
  void read_item(const Json& object, Draft& draft) const {
    draft.id = id_of(object);
    draft.link.offer(link(object, "url"), 2);
    draft.link.offer(link(object, "external_url"), 1);
    draft.published.offer(date(object, "date_published"), 1);
    draft.updated.offer(date(object, "date_modified"), 1);
    draft.summary.offer(refiner_.html(markup::escape(text(object, "summary")), base_), 1);
    draft.content.offer(refiner_.html(text(object, "content_html"), base_), 2);
    draft.content.offer(refiner_.html(markup::escape(text(object, "content_text")), base_), 1);
    draft.image.offer(link(object, "image"), 2);
    draft.image.offer(link(object, "banner_image"), 1);
    for_each(object, "tags", [&](const Json& tag) {
      if (const auto* const text = tag.if_string()) {
        add_to(draft.categories, refiner_.line(markup::clean_text(*text)));
      }
    });
    for_each(object, "attachments", [&](const Json& each) { read_attachment(each, draft); });
  }

  void read_attachment(const Json& object, Draft& draft) const {
    Enclosure enclosure{link(object, "url"), line(object, "mime_type"), std::nullopt};
    if (enclosure.url.empty() || draft.enclosures.size() == kListMax) return;
    const Json* const size = object.find("size_in_bytes");
    if (size) enclosure.length = size->if_int();
    if (enclosure.length.value_or(0) < 0) enclosure.length.reset();
    draft.enclosures.push_back(std::move(enclosure));
  }

  // 1.1 has authors, 1.0 one author.
  void read_authors(const Json& object, Draft& draft) const {
    for_each(object, "authors",
             [&](const Json& author) { add_to(draft.authors, line(author, "name")); });
    const Json* const author = object.find("author");
    if (author && draft.authors.empty()) add_to(draft.authors, line(*author, "name"));
  }

  // "Readers must accept numbers and convert them to strings."
  std::string id_of(const Json& object) const {
    const Json* const id = object.find("id");
    if (!id || id->if_object() || id->if_array() || id->is_null()) return {};
    return id->if_string() ? line(object, "id") : id->dump();
  }

  static std::string text(const Json& object, std::string_view name) {
    return markup::clean_text(object.text(name).value_or(""));
  }
  std::string line(const Json& object, std::string_view name) const {
    return refiner_.line(text(object, name));
  }
  std::string link(const Json& object, std::string_view name) const {
    return refiner_.link(text(object, name), base_);
  }
  std::optional<Time> date(const Json& object, std::string_view name) const {
    return refiner_.date(text(object, name));
  }

  const Base& base_;
  Refiner& refiner_;
};

}  // namespace

Result<ParsedFeed> read_json_feed(std::string_view text, const Base& base, Refiner& refiner) {
  if (count_values(text) > kJsonValuesMax) {
    return Error{Errc::kExhausted, "the JSON has more than 500,000 values"};
  }
  const auto json = Json::parse(text, {.bytes_max = text.size(), .depth_max = kJsonDepthMax});
  if (!json && json.error().code == Errc::kExhausted) return json.error();
  if (!json) return Error{Errc::kCorrupt, "the document is broken JSON"};
  const std::string version = json->text("version").value_or("");
  const bool is_feed = version.find("jsonfeed.org/version/1") != version.npos;
  const Json* const items = json->find("items");
  if (!is_feed || (items && !items->if_array())) {
    return Error{Errc::kCorrupt, "the document is JSON, but not a JSON Feed"};
  }
  ParsedFeed feed;
  feed.format = Format::kJson1;
  Draft draft = JsonReader(base, refiner).draft_of(*json, true);
  const Base site = base ? base : usable_base(Url::parse(*draft.link));
  const JsonReader reader(site, refiner);
  JsonReader::for_each(*json, "items", [&](const Json& item) {
    if (!item.if_object()) return refiner.warnings().add("an item is not an object");
    if (feed.items.size() == kItemsMax) {
      return refiner.warnings().add("items after the first 5000 were left out");
    }
    feed.items.push_back(item_of(reader.draft_of(item, false)));
  });
  describe_feed(std::move(draft), feed);
  return feed;
}

}  // namespace tocsin::feed
