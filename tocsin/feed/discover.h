// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/feed/feed.h"
#include "tocsin/url/url.h"

namespace tocsin::feed {

inline constexpr std::size_t kFoundLinksMax = 50;

struct FoundLink {
  std::string url;    // absolute, http or https
  std::string title;  // as the page names it; may be empty

  bool operator==(const FoundLink&) const = default;
};

// The feeds that a web page names, the likeliest first and each once: what it declares with
// <link rel="alternate"> (RSS 2.0 autodiscovery; HTML, section 4.6.7.1), else what it links to that
// looks like a feed. At most kFoundLinksMax. Pure, linear in the page.
std::vector<FoundLink> find_feeds(ByteView page, const ParseOptions& options);

// Where sites keep a feed that they do not declare, the commonest first. Absolute.
std::vector<std::string> usual_addresses(const Url& site);

}  // namespace tocsin::feed
