// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include "tocsin/core/content.h"

namespace tocsin::core {
namespace {

constexpr std::size_t kSlugWordsMax = 8;
constexpr std::size_t kSlugWordsBytesMax = 80;

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// In Latin letters without accents, where ICU knows how; what it does not know stays.
std::string to_latin(const std::string& text) {
  if (is_ascii(text)) return text;
  UErrorCode status = U_ZERO_ERROR;
  // Made once: it costs milliseconds. Transliterating is const and needs no lock.
  static const std::unique_ptr<const icu::Transliterator> to_ascii(
      icu::Transliterator::createInstance("Any-Latin; Latin-ASCII", UTRANS_FORWARD, status));
  if (!to_ascii) return text;
  auto mended = icu::UnicodeString::fromUTF8(text);
  to_ascii->transliterate(mended);
  std::string out;
  mended.toUTF8String(out);
  return out;
}

// The lower-case letter or digit that stands for `c` in a slug; 0 if `c` parts words.
char slug_character(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '\0';
}

}  // namespace

std::string slug(const Story& story) {
  std::string out;
  std::string word;
  std::size_t words = 0;
  for (const char c : to_latin(story.headline) + ' ') {
    if (c == '\'') continue;  // "don't" is one word
    if (const char kept = slug_character(c)) {
      word += kept;
    } else if (!word.empty()) {
      if (words == kSlugWordsMax || out.size() + word.size() > kSlugWordsBytesMax) break;
      out += word + '-';
      word.clear();
      ++words;
    }
  }
  return out + story.id.text();
}

std::optional<StoryId> story_of_slug(std::string_view slug) {
  return StoryId::parse(slug.substr(slug.rfind('-') + 1));
}

}  // namespace tocsin::core
