// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Private to this module: where ICU sees words.
namespace tocsin::text {

// A word: code points [begin, end) of the text it was found in.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Words and numbers in order; not what stands between them.
std::vector<Span> word_spans(std::u32string_view text);

}  // namespace tocsin::text
