// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tocsin::ingest {

inline constexpr std::size_t kHubsMax = 5;             // of one document; more are left out
inline constexpr std::size_t kHubUrlBytesMax = 2'048;  // longer ones are left out

// Who pushes what is new in a document (WebSub, W3C Recommendation 23 January 2018, section 4).
struct Advertised {
  std::vector<std::string> hubs{};  // absolute http or https URLs; empty: nobody
  // The document's name at the hubs: an absolute URL; empty where it does not say.
  std::string topic{};
  // A hub that was left out because its URL has a user or password, without them; empty where there
  // is none, or another hub. Who reads a feed has no business with its hub's passwords, and such a
  // URL from a stranger is to be treated as an error (RFC 9110, section 4.2.4).
  std::string refused_hub{};

  bool operator==(const Advertised&) const = default;
};

}  // namespace tocsin::ingest
