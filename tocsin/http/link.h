// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::http {

// One link of a Link header field (RFC 8288, section 3).
struct Link {
  std::string target;             // as written, relative or not
  std::vector<std::string> rels;  // in lower case
  std::string anchor;             // what it is a link of, as written; empty: the response's URL
};

inline constexpr std::size_t kLinksMax = 100;  // of one field; more are left out

// The links of one field value. Follows the lenient algorithm of RFC 8288, appendix B.3: what comes
// behind something that is no link is dropped. Only the first rel and the first anchor of a link
// count (section 3.3).
std::vector<Link> parse_link(std::string_view field);

}  // namespace tocsin::http
