// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "tocsin/base/check.h"
#include "tocsin/feed/discover.h"
#include "tocsin/feed/opml.h"

// What is read from a list is written and read again as it was; a page gives addresses of the Web.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const ByteView bytes(data, size);
  if (const auto read = feed::read_opml(bytes)) {
    const auto again = feed::read_opml(as_bytes(feed::write_opml("list", read->feeds)));
    TOCSIN_CHECK(again && again->feeds.size() == read->feeds.size());
  }
  for (const auto& link : feed::find_feeds(bytes, {.base_url = "https://a.example/b"})) {
    TOCSIN_CHECK(link.url.starts_with("http"));
  }
  return 0;
}
