// SPDX-License-Identifier: Apache-2.0
#include "tocsin/text/breaks.h"

#include <algorithm>
#include <cstdint>
#include <memory>

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "tocsin/base/check.h"
#include "tocsin/text/text.h"
#include "tocsin/text/unicode.h"

namespace tocsin::text {
namespace {

struct Close {
  void operator()(UBreakIterator* breaks) const { ubrk_close(breaks); }
  void operator()(UText* text) const { utext_close(text); }
};

// Iterates over `utf8`, which must outlive it. Offsets are bytes.
class Breaks {
 public:
  Breaks(UBreakIteratorType type, std::string_view utf8) {
    UErrorCode status = U_ZERO_ERROR;
    text_.reset(
        utext_openUTF8(nullptr, utf8.data(), static_cast<std::int64_t>(utf8.size()), &status));
    breaks_.reset(ubrk_open(type, "", nullptr, 0, &status));
    ubrk_setUText(breaks_.get(), text_.get(), &status);
    TOCSIN_CHECK(U_SUCCESS(status));  // no memory, or ICU without its data
  }

  // The next boundary; UBRK_DONE after the last.
  std::int32_t next() { return ubrk_next(breaks_.get()); }
  bool ends_word() { return ubrk_getRuleStatus(breaks_.get()) >= UBRK_WORD_NUMBER; }

 private:
  std::unique_ptr<UText, Close> text_;
  std::unique_ptr<UBreakIterator, Close> breaks_;
};

}  // namespace

std::size_t graphemes(std::string_view utf8, std::size_t at_most) {
  constexpr std::size_t kBytesMax = INT32_MAX;  // ICU's offsets
  if (utf8.empty() || at_most == 0) return 0;
  Breaks breaks(UBRK_CHARACTER, utf8.substr(0, kBytesMax));
  std::size_t count = 0;
  while (count < at_most && breaks.next() != UBRK_DONE) ++count;
  return count;
}

std::vector<Span> word_spans(std::u32string_view text) {
  const std::string utf8 = encode(text);
  Breaks breaks(UBRK_WORD, utf8);
  std::vector<Span> out;
  std::string_view left = utf8;
  std::size_t begin = 0;
  for (std::int32_t end = breaks.next(); end != UBRK_DONE; end = breaks.next()) {
    std::size_t at = begin;
    while (utf8.size() - left.size() < static_cast<std::size_t>(end)) {
      take_character(left);
      ++at;
    }
    if (breaks.ends_word()) out.push_back({begin, at});
    begin = at;
  }
  return out;
}

}  // namespace tocsin::text
