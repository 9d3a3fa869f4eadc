// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/item_keys.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "tocsin/base/bytes.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::ingest {
namespace {

// Ids are often addresses, and sites move between the two schemes.
std::string_view without_scheme(std::string_view text) {
  for (const std::string_view scheme : {"https:", "http:"}) {
    if (text.starts_with(scheme)) return text.substr(scheme.size());
  }
  return text;
}

// `kind` keeps an id from meeting a link of the same text.
core::ItemKey key_of(char kind, std::string_view first, std::string_view second = {}) {
  const std::array<char, 1> tag{kind};
  const auto digest = crypto::sha256(
      concat(tag, big_endian(static_cast<std::uint64_t>(first.size())), first, second));
  return *core::ItemKey::from(ByteView(digest).first(core::ItemKey{}.size()));
}

// The names that stand beside more than one value, so that they tell nothing apart.
class Ambiguous {
 public:
  void add(std::string_view name, std::string_view value) {
    const auto [place, is_first] = values_.emplace(name, value);
    if (!is_first && place->second != value) names_.insert(name);
  }
  bool contains(std::string_view name) const { return names_.contains(name); }
  bool any() const { return !names_.empty(); }

 private:
  std::unordered_map<std::string_view, std::string_view> values_;
  std::unordered_set<std::string_view> names_;
};

// What tells nothing apart in a document.
struct Ambiguities {
  explicit Ambiguities(const feed::ParsedFeed& feed) {
    for (const feed::FeedItem& item : feed.items) {
      if (!item.id.empty()) ids.add(without_scheme(item.id), without_scheme(item.link));
    }
    for (const feed::FeedItem& item : feed.items) {
      if (!has_good_id(item) && !item.link.empty())
        links.add(without_scheme(item.link), item.title);
    }
  }
  bool has_good_id(const feed::FeedItem& item) const {
    return !item.id.empty() && !ids.contains(without_scheme(item.id));
  }

  Ambiguous ids;
  Ambiguous links;
};

}  // namespace

bool keys_need_document(const feed::ParsedFeed& feed) {
  const Ambiguities same(feed);
  return same.ids.any() || same.links.any();
}

std::vector<core::ItemKey> assign_item_keys(const feed::ParsedFeed& feed) {
  const Ambiguities same(feed);
  std::vector<core::ItemKey> keys;
  keys.reserve(feed.items.size());
  for (const feed::FeedItem& item : feed.items) {
    const std::string_view link = without_scheme(item.link);
    if (same.has_good_id(item)) {
      keys.push_back(key_of('i', without_scheme(item.id)));
    } else if (link.empty()) {
      const auto& text = item.content.empty() ? item.summary : item.content;
      keys.push_back(key_of('t', item.title, text.sanitized()));
    } else if (same.links.contains(link)) {
      keys.push_back(key_of('b', link, item.title));
    } else {
      keys.push_back(key_of('l', link));
    }
  }
  return keys;
}

}  // namespace tocsin::ingest
