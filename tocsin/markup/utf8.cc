// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markup/utf8.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "tocsin/markup/scan.h"
#include "tocsin/markup/text.h"

namespace tocsin::markup {
namespace {

constexpr bool is_continuation(char c) { return static_cast<signed char>(c) < -0x40; }

// Counts the character at the start of `text`; returns its length.
std::size_t count_character(std::string_view text, Utf8Count& count) {
  const std::size_t clean = length_of_clean_character(text);
  const bool is_ascii = static_cast<signed char>(text.front()) >= 0;
  if (clean > 0) {
    count.good += is_ascii ? 0 : 1;
    return clean;
  }
  count.is_clean = false;
  if (is_ascii) return 1;
  const std::size_t before = text.size();
  ++(take_character(text) == kNoCharacter ? count.bad : count.good);
  return before - text.size();
}

#if defined(__SSE2__)

constexpr std::size_t kSpanBytes = 4 * kBlockBytes;

__m128i same(__m128i bytes, int byte) {
  return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(static_cast<char>(byte)));
}
// As signed bytes: ASCII is 0 to 0x7f, what continues -0x80 to -0x41, what leads -0x40 to -1.
__m128i less(__m128i bytes, int byte) {
  return _mm_cmplt_epi8(bytes, _mm_set1_epi8(static_cast<char>(byte)));
}
__m128i leads_of(__m128i bytes, int first) {
  return _mm_andnot_si128(less(bytes, first), less(bytes, 0));
}

// Not zero where the block at `text` may have anything but clean characters of at most three bytes
// (RFC 3629, section 4): then it is to be looked at one by one. What stands before it is known to
// be whole characters, or it is looked at in vain.
__m128i doubts_of(const char* text, __m128i& leads) {
  const __m128i bytes = load_block(text);
  const __m128i before = load_block(text - 1);
  leads = leads_of(bytes, -0x40);
  const __m128i due = _mm_or_si128(leads_of(before, -0x40), leads_of(load_block(text - 2), -0x20));
  __m128i doubts = _mm_xor_si128(due, less(bytes, -0x40));

  const __m128i is_low = _mm_andnot_si128(less(bytes, 0), less(bytes, ' '));
  const __m128i is_fine = _mm_or_si128(same(bytes, '\n'), same(bytes, '\t'));
  doubts = _mm_or_si128(doubts, _mm_andnot_si128(is_fine, is_low));
  doubts = _mm_or_si128(doubts, same(bytes, 0x7f));

  // 0xc0 and 0xc1 begin nothing; from 0xf0 on there are four bytes.
  doubts = _mm_or_si128(doubts, _mm_and_si128(leads, less(bytes, -0x3e)));
  doubts = _mm_or_si128(doubts, leads_of(bytes, -0x10));
  // Below 0xa0 come controls after 0xc2 and overlong forms after 0xe0, from there surrogates after
  // 0xed; 0xef 0xbb and 0xef 0xbf begin marks and what is no character, among others.
  const __m128i is_below = less(bytes, -0x60);
  const __m128i after_c2_or_e0 = _mm_or_si128(same(before, -0x3e), same(before, -0x20));
  doubts = _mm_or_si128(doubts, _mm_and_si128(after_c2_or_e0, is_below));
  doubts = _mm_or_si128(doubts, _mm_andnot_si128(is_below, same(before, -0x13)));
  const __m128i is_odd = _mm_or_si128(same(bytes, -0x45), same(bytes, -0x41));
  return _mm_or_si128(doubts, _mm_and_si128(same(before, -0x11), is_odd));
}

// Adds the characters that begin in the span at `text`, unless there is a doubt: then false.
bool count_span(const char* text, Utf8Count& count) {
  __m128i doubts = _mm_setzero_si128();
  std::size_t good = 0;
  for (std::size_t i = 0; i < kSpanBytes; i += kBlockBytes) {
    __m128i leads;
    doubts = _mm_or_si128(doubts, doubts_of(text + i, leads));
    good += static_cast<std::size_t>(std::popcount(mask_of(leads)));
  }
  if (mask_of(doubts) != 0) return false;
  count.good += good;
  return true;
}

// How many of the last bytes of a counted span begin a character that goes on behind it.
std::size_t begun_before(const char* text) {
  const auto byte = [&](std::ptrdiff_t at) { return static_cast<unsigned char>(text[at]); };
  return byte(-1) >= 0xc0 ? 1 : byte(-2) >= 0xe0 ? 2 : 0;
}

// Counts most of `text`; returns how much.
std::size_t count_spans(std::string_view text, Utf8Count& count) {
  constexpr std::size_t kLookBack = 2;
  std::size_t at = 0;
  // One by one, to where what broke off is not taken for the beginning of what follows.
  const auto count_until = [&](std::size_t end) {
    while (at < end || (at < text.size() && begun_before(text.data() + at) > 0)) {
      at += count_character(text.substr(at), count);
    }
  };
  const auto go_back = [&] {
    const std::size_t begun = begun_before(text.data() + at);
    at -= begun;
    count.good -= begun > 0 ? 1 : 0;
  };
  if (text.size() < kSpanBytes) return 0;
  count_until(kLookBack);
  bool is_span = false;
  while (at + kSpanBytes <= text.size()) {
    const std::size_t end = at + kSpanBytes;
    const bool was_span = is_span;
    is_span = count_span(text.data() + at, count);
    if (is_span) {
      at = end;
      continue;
    }
    if (was_span) go_back();
    count_until(end);
  }
  if (is_span) go_back();
  return at;
}

#endif

}  // namespace

Utf8Count count_utf8(std::string_view text) {
  Utf8Count count;
  std::size_t at = 0;
#if defined(__SSE2__)
  at = count_spans(text, count);
#endif
  while (at < text.size()) at += count_character(text.substr(at), count);
  return count;
}

std::size_t length_of_clean_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return is_clean_ascii(text.front()) ? 1 : 0;
  // Most of what is written has no more to check than these.
  const bool is_second = text.size() > 1 && is_continuation(text[1]);
  if (lead >= 0xc3 && lead <= 0xdf && is_second) return 2;
  if (((lead >= 0xe1 && lead <= 0xec) || lead == 0xee) && is_second && text.size() > 2 &&
      is_continuation(text[2])) {
    return 3;
  }
  const std::size_t before = text.size();
  const auto character = take_character(text);
  return usable_character(character) == character ? before - text.size() : 0;
}

}  // namespace tocsin::markup
