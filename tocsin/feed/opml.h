// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/base/result.h"

namespace tocsin::feed {

inline constexpr std::size_t kOpmlBytesMax = 10'000'000;
inline constexpr std::size_t kOpmlFeedsMax = 10'000;

// A list of feeds, as readers of feeds give it to one another (OPML 2.0, "Subscription lists").
struct OpmlFeed {
  std::string url;                   // absolute, http or https
  std::string title;                 // one line; of the host where the list has none
  std::string page_url;              // of the site; may be empty
  std::vector<std::string> folders;  // outlines around it, the outermost first

  bool operator==(const OpmlFeed&) const = default;
};

struct Opml {
  std::vector<OpmlFeed> feeds;  // in order, each address once
  std::size_t left_out = 0;     // outlines whose address is none, and what is beyond the limit
};

// Errors:
//   kCorrupt    it is no OPML.
//   kExhausted  over kOpmlBytesMax.
// Pure, linear in the document.
Result<Opml> read_opml(ByteView document);

// OPML 2.0; folders become outlines around feeds that stand together.
std::string write_opml(std::string_view title, const std::vector<OpmlFeed>& feeds);

}  // namespace tocsin::feed
