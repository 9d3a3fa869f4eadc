// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/feed.h"
#include "tocsin/feed/sanitize/sanitize.h"

// The first byte chooses the options. What is read prints as JSON that is read again, and its HTML
// is clean.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  tocsin::feed::ParseOptions options;
  if (data[0] & 1) options.base_url = "https://example.org/news/feed.xml";
  if (data[0] & 2) options.content_type = "application/xml; charset=shift_jis";
  const auto feed = tocsin::feed::parse({data + 1, size - 1}, options);
  if (!feed) return 0;
  const auto json = tocsin::feed::to_json(*feed);
  if (!json) return 0;
  const auto again = tocsin::Json::parse(json->dump(), {.bytes_max = std::size_t{1} << 28});
  TOCSIN_CHECK(again.has_value());
  TOCSIN_CHECK(*again == *json);
  const auto base = tocsin::Url::parse("https://example.org/");
  for (const auto& item : feed->items) {
    const std::string content = item.content.sanitized();
    TOCSIN_CHECK(tocsin::feed::sanitize_html(content, *base) == content);
    TOCSIN_CHECK(item.link.empty() || tocsin::Url::parse(item.link)->text() == item.link);
  }
  return 0;
}
