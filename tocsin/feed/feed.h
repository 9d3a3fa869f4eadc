// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/json/json.h"
#include "tocsin/url/url.h"

namespace tocsin::feed {

inline constexpr std::size_t kFeedBytesMax = 10'000'000;  // of a document
inline constexpr std::size_t kOutputBytesMax = 32 << 20;  // of what is made from it, see below
inline constexpr std::size_t kItemsMax = 5000;            // more are left out, with a warning
inline constexpr std::size_t kListMax = 100;              // authors, categories, ... of one item
inline constexpr std::size_t kJsonValuesMax = 500'000;    // in a JSON Feed

enum class Format { kRss20, kRss10, kRss09, kAtom10, kAtom03, kJson1 };
std::string_view name_of(Format format);  // "rss20", "rss10", "rss09", "atom10", "atom03", "json1"

struct Enclosure {
  std::string url;                     // absolute
  std::string type;                    // media type as declared
  std::optional<std::int64_t> length;  // bytes, as declared
};

// HTML as a feed has it, with the address that its links are relative to. To stand in a page of
// ours it goes through a Sanitizer: that is work, so only for what is new.
class RawHtml {
 public:
  RawHtml() = default;
  // `base` may be null.
  RawHtml(std::string html, std::shared_ptr<const Url> base)
      : html_(std::move(html)), base_(std::move(base)) {}

  bool empty() const { return html_.empty(); }
  // Equal for what says the same, in this build of the program. Not for enemies.
  std::size_t fingerprint() const;
  // See sanitize.h.
  std::string sanitized() const;

 private:
  std::string html_;
  std::shared_ptr<const Url> base_;
};

// Sanitises texts of one feed, so many as make kOutputBytesMax: a short relative link at a long
// base, often repeated, may grow two hundredfold.
class Sanitizer {
 public:
  // Errors: kExhausted for the text that is too much, and all after it.
  Result<std::string> sanitized(const RawHtml& html);

 private:
  std::size_t made_bytes_ = 0;
};

// One entry. An empty text is a missing one. All text is valid UTF-8 without control characters.
struct FeedItem {
  std::string id;     // as the feed has it, never made up
  std::string title;  // plain text, one line
  std::string link;   // absolute, http or https
  std::optional<Time> published;
  std::optional<Time> updated;
  std::vector<std::string> authors;  // names; those of the feed where Atom and JSON Feed say so
  RawHtml summary;
  RawHtml content;
  std::vector<std::string> categories;
  std::vector<Enclosure> enclosures;
  std::string image;     // absolute link
  std::string language;  // BCP 47, own or inherited
  std::string credit;    // the outlet it was taken from, where the item names one
  // The page of its comments, absolute: RSS 2.0's <comments>, or a page linked to as "replies"
  // (RFC 4685, section 4). WordPress names none where comments are closed, unless there are some.
  std::string comments_url;
  // How many, as declared: slash:comments, thr:total, else a link's thr:count.
  std::optional<std::uint32_t> comments;
};

// Equal for items that say the same, in this build of the program. Not for enemies.
std::size_t fingerprint(const FeedItem& item);

struct ParsedFeed {
  Format format = Format::kRss20;
  std::string encoding;               // "utf-8", "windows-1252", ...
  std::vector<std::string> warnings;  // what was mended or left out, for a person
  std::string title;
  std::string link;  // of the site
  std::string id;
  std::optional<Time> updated;
  std::vector<std::string> authors;
  std::string language;
  std::optional<std::chrono::minutes> ttl;  // how long the publisher asks to wait between polls
  // When the publisher asks not to be polled at all: hours of the day in UTC, 0 to 23, and days of
  // the week, 0 for Sunday. In order, each once, never all of them.
  std::vector<int> skip_hours;
  std::vector<int> skip_days;
  std::vector<std::string> hubs;  // WebSub (W3C Recommendation, section 4)
  std::string self;               // the feed's own address, the topic for a hub
  std::vector<FeedItem> items;    // in the order of the document
};

struct ParseOptions {
  std::string content_type;  // HTTP's header, for the charset; may be empty
  std::string base_url;      // where the document came from; may be empty
};

// Reads RSS 0.90 to 2.0, Atom 0.3 and 1.0 and JSON Feed, as well as what was meant to be one.
// Relative links are read at xml:base, else at base_url, else at the site's link, else dropped.
//
// Errors:
//   kCorrupt    it is no feed (a web page, another XML or JSON), or it declares XML entities.
//   kExhausted  over kFeedBytesMax, kOutputBytesMax or kJsonValuesMax.
//
// Pure. Time is linear in the document, memory within a small multiple of the limits.
Result<ParsedFeed> parse(ByteView document, const ParseOptions& options);

// The object that `tocsin feed parse` prints. Times are RFC 3339, missing values null, texts
// sanitised. Errors: as Sanitizer.
Result<Json> to_json(const ParsedFeed& feed);

}  // namespace tocsin::feed
