// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/feed/feed.h"
#include "tocsin/http/message.h"

namespace tocsin::ingest {

inline constexpr std::size_t kHubsMax = 5;             // of one document; more are left out
inline constexpr std::size_t kHubUrlBytesMax = 2'048;  // longer ones are left out

// Who pushes what is new in a document (WebSub, W3C Recommendation 23 January 2018, section 4).
struct Advertised {
  std::vector<std::string> hubs{};  // absolute http or https URLs; empty: nobody
  // The document's name at the hubs: an absolute URL; empty where it does not say.
  std::string topic{};

  bool operator==(const Advertised&) const = default;
};

// What the response to a GET of `address` advertises: by Link header fields, and only where they
// name no hub by the document itself.
Advertised discover(const http::Headers& headers, const feed::ParsedFeed& feed,
                    const std::string& address);

// The same for an HTML page, whose <head> is looked at.
Advertised discover_in_page(const http::Headers& headers, std::string_view html,
                            const std::string& address);

}  // namespace tocsin::ingest
