// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/text/breaks.h"

// Private to this module: text made ready to compare, each character with where it came from.
namespace tocsin::text {

struct Folded {
  std::u32string characters;        // NFKC_Casefold one by one, nothing invisible
  std::vector<std::size_t> begins;  // of each: bytes in the text read
  std::vector<std::size_t> ends;
};

// Reads kTextBytesMax.
Folded fold(std::string_view utf8);

// The word, composed.
std::u32string word_at(const Folded& text, Span span);

}  // namespace tocsin::text
