// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
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
  void offer(Value value, int rank) {
    if (rank <= rank_ || value == Value{}) return;
    value_ = std::move(value);
    rank_ = rank;
  }
  const Value& operator*() const { return value_; }
  Value take() { return std::move(value_); }

 private:
  Value value_{};
  int rank_ = 0;
};

// An element with what it contains.
struct Field {
  markup::Namespace space = markup::Namespace::kNone;
  std::string name;
  std::vector<markup::XmlAttribute> attributes;
  std::string text;        // elements inside it as tags, unless it is plain
  bool is_html = false;    // else `text` is meant to be read as it is
  std::string inner_base;  // xml:base of the div around Atom's XHTML

  std::string_view attribute(std::string_view key,
                             markup::Namespace in = markup::Namespace::kNone) const;
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
  Best<std::string> summary;
  Best<std::string> content;
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
void read_field(const Field& field, const Url& base, Refiner& refiner, Draft& draft);

// xml:lang of an item's title or content, which counts for the item.
void read_language(const Field& field, Draft& draft);

// An hour of skipHours or a day of skipDays (RSS 2.0).
void read_skip_time(const Field& field, Draft& draft);

// media:thumbnail, media:content and enclosures, which say all in attributes.
void read_media(const Field& field, const Url& base, Refiner& refiner, Draft& draft);

}  // namespace tocsin::feed
