// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/text/text.h"
#include "tocsin/text/unicode.h"
#include "tocsin/text/word_list.h"

namespace {

using namespace tocsin::text;

void check_clean(const std::string& text, bool is_name) {
  const std::u32string characters = decode(text);
  TOCSIN_CHECK(encode(characters) == text);
  TOCSIN_CHECK(limit_marks(characters, kMarksMax) == characters);
  for (const char32_t c : characters) {
    TOCSIN_CHECK(!is_control(c) || (c == '\n' && !is_name));
    TOCSIN_CHECK(!(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069));
    TOCSIN_CHECK(!is_noncharacter(c));
  }
  if (characters.empty()) return;
  TOCSIN_CHECK(!is_space(characters.front()) && !is_space(characters.back()));
}

}  // namespace

// Whatever comes in, text that is safe to show comes out, and cleaning it again changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = tocsin::as_text({data, size});
  const std::string text = clean_text(input);
  check_clean(text, false);
  TOCSIN_CHECK(clean_text(text) == text);
  const std::string name = clean_name(input);
  check_clean(name, true);
  TOCSIN_CHECK(clean_name(name) == name);
  TOCSIN_CHECK(graphemes(text, size + 1) <= decode(text).size());
  TOCSIN_CHECK(words(input).size() <= size * 18);  // what U+FDFA decomposes into
  (void)skeleton(input);

  // The first half as a list, the second as a text.
  const auto list = WordList::parse(input.substr(0, size / 2));
  if (list) (void)list->find(input.substr(size / 2));
  return 0;
}
