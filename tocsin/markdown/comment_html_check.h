// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Reads what comment_html() made, as strictly as it should have been written. For tests.
namespace tocsin::markdown {

// Empty if `html` is well-formed and has nothing but the allowed tags, attributes and schemes;
// otherwise what is wrong with it.
inline std::string fault_of(std::string_view html) {
  constexpr std::array<std::string_view, 10> kPaired = {"p",   "em", "strong", "blockquote", "code",
                                                        "pre", "ul", "ol",     "li",         "a"};
  constexpr std::array<std::string_view, 5> kEntities = {"&amp;", "&lt;", "&gt;", "&quot;",
                                                         "&#39;"};
  constexpr std::string_view kLink = "a href=\"";
  constexpr std::string_view kLinkEnd = "\" rel=\"ugc nofollow noopener\"";
  const auto starts_entity = [&](std::string_view text) {
    return std::any_of(kEntities.begin(), kEntities.end(),
                       [&](std::string_view entity) { return text.starts_with(entity); });
  };
  std::vector<std::string_view> open;
  for (std::size_t i = 0; i < html.size();) {
    const char c = html[i];
    if (c == '>' || c == '"' || c == '\'') return "a bare " + std::string(1, c);
    if (c == '&' && !starts_entity(html.substr(i))) return "a bare &";
    if (c != '<') {
      ++i;
      continue;
    }
    const auto end = html.find('>', i);
    if (end == html.npos) return "a tag without an end";
    auto tag = html.substr(i + 1, end - i - 1);
    i = end + 1;
    if (tag == "br") continue;
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) return "closes " + std::string(tag);
      open.pop_back();
      continue;
    }
    if (tag.starts_with(kLink) && tag.ends_with(kLinkEnd) &&
        tag.size() > kLink.size() + kLinkEnd.size()) {
      const auto address = tag.substr(kLink.size(), tag.size() - kLink.size() - kLinkEnd.size());
      std::string scheme(address.substr(0, address.find(':')));
      for (char& letter : scheme) letter = static_cast<char>(letter | 0x20);
      if (scheme != "http" && scheme != "https" && scheme != "mailto") return "scheme " + scheme;
      for (const char letter : address) {
        if (static_cast<unsigned char>(letter) <= 0x20 || letter == '"' || letter == '\\') {
          return "an address with what may not stand in it";
        }
      }
      tag = "a";
    }
    if (std::find(kPaired.begin(), kPaired.end(), tag) == kPaired.end()) {
      return "tag " + std::string(tag);
    }
    if (tag == "a" && std::find(open.begin(), open.end(), "a") != open.end()) return "a in a";
    if (tag == "p" && std::find(open.begin(), open.end(), "p") != open.end()) return "p in p";
    open.push_back(tag);
    if (open.size() > 40) return "too deep";
  }
  return open.empty() ? "" : "not closed: " + std::string(open.back());
}

}  // namespace tocsin::markdown
