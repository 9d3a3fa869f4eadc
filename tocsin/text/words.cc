// SPDX-License-Identifier: Apache-2.0
#include "tocsin/text/words.h"

#include "tocsin/text/text.h"
#include "tocsin/text/unicode.h"

namespace tocsin::text {

Folded fold(std::string_view utf8) {
  constexpr char32_t kCurlyApostrophe = 0x2019;
  Folded out;
  std::string_view left = utf8.substr(0, kTextBytesMax);
  std::size_t marks = 0;
  std::size_t at = 0;
  while (!left.empty()) {
    const std::size_t before = left.size();
    char32_t c = take_character(left);
    const std::size_t begin = at;
    at += before - left.size();
    if (is_invisible(c)) continue;
    marks = is_mark(c) ? marks + 1 : 0;
    if (marks > kMarksToNormalise) continue;
    if (c == kCurlyApostrophe) c = '\'';
    for (const char32_t letter : folded(c)) {
      out.characters += letter;
      out.begins.push_back(begin);
      out.ends.push_back(at);
    }
  }
  return out;
}

std::u32string word_at(const Folded& text, Span span) {
  const auto letters =
      std::u32string_view(text.characters).substr(span.begin, span.end - span.begin);
  return normalised(letters, Form::kNfc);
}

std::vector<std::string> words(std::string_view utf8) {
  const Folded text = fold(utf8);
  std::vector<std::string> out;
  for (const Span& span : word_spans(text.characters)) out.push_back(encode(word_at(text, span)));
  return out;
}

}  // namespace tocsin::text
