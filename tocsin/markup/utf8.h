// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace tocsin::markup {

// What `text` has beyond ASCII, and whether clean_text() leaves it as it is.
struct Utf8Count {
  std::size_t good = 0;  // characters
  std::size_t bad = 0;   // as take_character() takes them
  bool is_clean = true;

  bool operator==(const Utf8Count&) const = default;
};
Utf8Count count_utf8(std::string_view text);

// ASCII that clean_text() leaves.
constexpr bool is_clean_ascii(char c) { return (c >= ' ' && c != 0x7f) || c == '\n' || c == '\t'; }
// The length of the character at the start of `text`, which is not empty, if clean_text() leaves
// it; else 0.
std::size_t length_of_clean_character(std::string_view text);

}  // namespace tocsin::markup
