// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tocsin/feed/feed.h"
#include "tocsin/feed/readers.h"
#include "tocsin/feed/sanitize/sanitize.h"
#include "tocsin/markup/encoding.h"
#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

constexpr std::size_t kBaseBytesMax = 2048;

bool inherits_authors(Format format) {
  return format == Format::kAtom10 || format == Format::kAtom03 || format == Format::kJson1;
}

// "Once an hour" is what WordPress writes into every feed that nobody set up otherwise, the
// busiest too: it says nothing.
std::optional<std::chrono::minutes> ttl_of_updates(const Draft& draft) {
  const auto period = draft.update_period.value_or(std::chrono::minutes(0));
  const bool is_unset = period == std::chrono::hours(1) && draft.update_frequency <= 1;
  if (period.count() == 0 || is_unset) return std::nullopt;
  return std::max(period / std::max<std::int64_t>(draft.update_frequency, 1),
                  std::chrono::minutes(1));
}

// None if it is all of them: nobody publishes a feed that is never to be read.
template <std::size_t Count>
std::vector<int> listed(const std::bitset<Count>& set) {
  std::vector<int> out;
  for (std::size_t i = 0; i < Count && !set.all(); ++i) {
    if (set[i]) out.push_back(static_cast<int>(i));
  }
  return out;
}

}  // namespace

Base usable_base(Result<Url> url) {
  if (!url || url->text().size() > kBaseBytesMax) return nullptr;
  return std::make_shared<const Url>(*std::move(url));
}

void describe_feed(Draft draft, ParsedFeed& feed) {
  feed.title = draft.title.take();
  feed.link = draft.link.take();
  feed.id = std::move(draft.id);
  feed.updated = *draft.updated ? *draft.updated : *draft.published;
  add_to(draft.authors, draft.authors.empty() ? *draft.other_author : "");
  feed.authors = std::move(draft.authors);
  feed.language = *draft.language;
  feed.ttl = draft.ttl ? draft.ttl : ttl_of_updates(draft);
  feed.skip_hours = listed(draft.skip_hours);
  feed.skip_days = listed(draft.skip_days);
  feed.hubs = std::move(draft.hubs);
  feed.self = std::move(draft.self);
  for (auto& item : feed.items) {
    if (item.language.empty()) item.language = feed.language;
    if (item.authors.empty() && inherits_authors(feed.format)) item.authors = feed.authors;
  }
}

FeedItem item_of(Draft draft) {
  FeedItem item;
  item.id = std::move(draft.id);
  item.title = draft.title.take();
  item.link = draft.link.take();
  item.published = *draft.published;
  item.updated = *draft.updated;
  add_to(draft.authors, draft.authors.empty() ? *draft.other_author : "");
  item.authors = std::move(draft.authors);
  item.summary = draft.summary.take();
  item.content = draft.content.take();
  item.categories = std::move(draft.categories);
  item.enclosures = std::move(draft.enclosures);
  item.image = draft.image.take();
  item.language = draft.language.take();
  item.credit = draft.credit.take();
  item.comments_url = draft.comments_url.take();
  item.comments = *draft.comments;
  return item;
}

std::string RawHtml::sanitized() const { return sanitize_html(html_, base_ ? *base_ : Url{}); }

Result<std::string> Sanitizer::sanitized(const RawHtml& html) {
  constexpr const char* kTooMuch = "the feed's texts are longer than 32 MB in all";
  if (made_bytes_ > kOutputBytesMax) return Error{Errc::kExhausted, kTooMuch};
  std::string made = html.sanitized();
  made_bytes_ += made.size();
  if (made_bytes_ > kOutputBytesMax) return Error{Errc::kExhausted, kTooMuch};
  return made;
}

Result<ParsedFeed> parse(ByteView document, const ParseOptions& options) {
  if (document.size() > kFeedBytesMax) {
    return Error{Errc::kExhausted, "the document is longer than 10 MB"};
  }
  markup::Warnings warnings;
  Refiner refiner(warnings);
  const markup::Decoded decoded = markup::decode(document, options.content_type, warnings);
  const Base base = usable_base(Url::parse(options.base_url));
  const bool is_json = markup::trim(decoded.text()).starts_with('{');
  const auto read = is_json ? read_json_feed : read_xml_feed;
  TOCSIN_TRY(ParsedFeed feed, read(decoded.text(), base, refiner));
  if (refiner.is_exhausted()) {
    return Error{Errc::kExhausted, "the feed's texts are longer than 32 MB in all"};
  }
  feed.encoding = decoded.encoding();
  feed.warnings = warnings.take();
  return feed;
}

}  // namespace tocsin::feed
