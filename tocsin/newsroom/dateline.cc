// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/dateline.h"

#include <algorithm>
#include <array>
#include <optional>

namespace tocsin::newsroom {
namespace {

constexpr std::size_t kPlaceBytesMin = 3;
constexpr std::size_t kPlaceBytesMax = 60;
constexpr std::size_t kAsideBytesMax = 40;  // a date, or an agency in brackets

// The marks that end a dateline, longest first.
constexpr std::array<std::string_view, 6> kEnds = {
    " \xe2\x80\x94 ", " \xe2\x80\x93 ", " -- ", " - ", "\xe2\x80\x94", ": "};

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

// The length of a place in capitals at the front of `text`; 0 if there is none. Bytes beyond ASCII
// count as letters of either case.
std::size_t place_length(std::string_view text) {
  std::size_t length = 0;
  std::size_t capitals = 0;
  while (length < text.size() && length < kPlaceBytesMax) {
    const char c = text[length];
    const bool may_stand = is_upper(c) || c == ' ' || c == '.' || c == '\'' || c == '/' ||
                           c == '-' || static_cast<unsigned char>(c) >= 0xc3;
    const bool continues =
        static_cast<unsigned char>(c) >= 0x80 && static_cast<unsigned char>(c) < 0xc0;
    if (!may_stand && !continues) break;
    // " - " and dashes end a place rather than stand in it.
    const auto rest = text.substr(length);
    if (std::any_of(kEnds.begin(), kEnds.end(),
                    [&](std::string_view end) { return rest.starts_with(end); })) {
      break;
    }
    if (is_upper(c)) ++capitals;
    ++length;
  }
  while (length > 0 && text[length - 1] == ' ') --length;
  return capitals >= kPlaceBytesMin ? length : 0;
}

// Takes ", Nov 23" and " (Northline)" off the front.
void skip_asides(std::string_view& text) {
  if (text.starts_with(", ")) {
    std::size_t end = 2;
    while (end < text.size() && end < kAsideBytesMax &&
           (is_lower(text[end]) || is_upper(text[end]) || text[end] == ' ' || text[end] == '.' ||
            (text[end] >= '0' && text[end] <= '9'))) {
      ++end;
    }
    while (end > 0 && text[end - 1] == ' ') --end;
    text.remove_prefix(end);
  }
  if (text.starts_with(" (")) {
    const auto close = text.find(')');
    if (close != text.npos && close <= kAsideBytesMax) text.remove_prefix(close + 1);
  }
}

}  // namespace

Dateline take_dateline(std::string_view html) {
  const std::string_view opening = html.starts_with("<p>") ? html.substr(0, 3) : "";
  std::string_view text = html.substr(opening.size());
  const std::size_t length = place_length(text);
  if (length == 0) return {"", std::string(html)};
  const std::string_view place = text.substr(0, length);
  text.remove_prefix(length);
  skip_asides(text);
  for (const auto end : kEnds) {
    if (!text.starts_with(end)) continue;
    text.remove_prefix(end.size());
    while (text.starts_with(' ')) text.remove_prefix(1);
    return {std::string(place), std::string(opening) + std::string(text)};
  }
  return {"", std::string(html)};
}

}  // namespace tocsin::newsroom
