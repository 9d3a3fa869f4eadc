// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/feed/feed.h"
#include "tocsin/feed/refine.h"
#include "tocsin/markup/xml.h"

namespace tocsin::feed {

// The best of what several elements offer for one thing: the highest rank, then the first.
template <class Value>
class Best {
 public:
  void offer(Value&& value, int rank) {
    if (rank <= rank_ || is_missing(value)) return;
    value_ = std::move(value);
    rank_ = rank;
  }
  void offer(const Value& value, int rank) { offer(Value(value), rank); }
  const Value& operator*() const { return value_; }
  Value take() { return std::move(value_); }

 private:
  static bool is_missing(const Value& value) {
    if constexpr (requires { value.empty(); }) {
      return value.empty();
    } else {
      return !value.has_value();
    }
  }

  Value value_{};
  int rank_ = 0;
};

// An element with what it contains, all of it views.
struct Field {
  markup::Namespace space = markup::Namespace::kNone;
  std::string_view name;
  std::span<const markup::XmlAttribute> attributes;
  std::string_view text;        // elements inside it as tags, unless it is plain
  bool is_html = false;         // else `text` is meant to be read as it is
  std::string_view inner_base;  // xml:base of the div around Atom's XHTML

  std::string_view attribute(std::string_view key,
                             markup::Namespace in = markup::Namespace::kNone) const {
    return markup::find_attribute(attributes, key, in).value_or("");
  }
};

// A feed or an item while its elements come in. Both have the same ones; only a feed uses the last.
struct Draft {
  std::string id;
  Best<std::string> title;
  Best<std::string> link;
  Best<std::optional<Time>> published;
  Best<std::optional<Time>> updated;
  std::vector<std::string> authors;
  Best<std::string> other_author;  // where nobody is named as author
  Best<RawHtml> summary;
  Best<RawHtml> content;
  std::vector<std::string> categories;
  std::vector<Enclosure> enclosures;
  Best<std::string> image;
  Best<std::string> language;
  Best<std::string> credit;
  Best<std::string> comments_url;
  Best<std::optional<std::uint32_t>> comments;
  std::vector<std::string> hubs;
  std::string self;
  std::optional<std::chrono::minutes> ttl;
  std::optional<std::chrono::minutes> update_period;  // zero for an unknown one
  std::int64_t update_frequency = 0;
  std::bitset<24> skip_hours;
  std::bitset<7> skip_days;  // from Sunday
};

// Reads one element of a feed or item into `draft`; an unknown one changes nothing.
void read_field(const Field& field, const Base& base, Refiner& refiner, Draft& draft);

// xml:lang of an item's title or content, which counts for the item.
void read_language(const Field& field, Draft& draft);

// An hour of skipHours or a day of skipDays (RSS 2.0).
void read_skip_time(const Field& field, Draft& draft);

// media:thumbnail, media:content and enclosures, which say all in attributes.
void read_media(const Field& field, const Base& base, Refiner& refiner, Draft& draft);

}  // namespace tocsin::feed
