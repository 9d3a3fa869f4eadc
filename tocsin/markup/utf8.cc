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
constexpr std::size_t kLookBack = 2;  // to the lead of a character of three bytes

__m128i all(int byte) { return _mm_set1_epi8(static_cast<char>(byte)); }
__m128i same(__m128i bytes, int byte) { return _mm_cmpeq_epi8(bytes, all(byte)); }
// Not zero where a byte is greater than `byte`.
__m128i beyond(__m128i bytes, int byte) { return _mm_subs_epu8(bytes, all(byte)); }
// As signed bytes, what continues a character is -0x80 to -0x41.
__m128i less(__m128i bytes, int byte) { return _mm_cmplt_epi8(bytes, all(byte)); }

// Not zero where there is ASCII that clean_text() removes.
__m128i controls_of(__m128i bytes) {
  const __m128i is_low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, all(0x1f)), bytes);
  const __m128i is_fine = _mm_or_si128(same(bytes, '\n'), same(bytes, '\t'));
  return _mm_or_si128(_mm_andnot_si128(is_fine, is_low), same(bytes, 0x7f));
}

// Not zero where the block at `text` may have anything but clean characters of at most three bytes
// (RFC 3629, section 4): then it is to be looked at one by one. What stands before it is known to
// be whole characters.
__m128i doubts_of(const char* text, __m128i bytes) {
  const __m128i before = load_block(text - 1);
  const __m128i due = _mm_or_si128(beyond(before, 0xbf), beyond(load_block(text - 2), 0xdf));
  __m128i doubts = _mm_xor_si128(_mm_cmpgt_epi8(due, _mm_setzero_si128()), less(bytes, -0x40));
  // 0xc0 and 0xc1 begin nothing; from 0xf0 on there are four bytes.
  doubts = _mm_or_si128(doubts, same(_mm_and_si128(bytes, all(0xfe)), 0xc0));
  doubts = _mm_or_si128(doubts, beyond(bytes, 0xef));
  // Below 0xa0 come controls after 0xc2 and overlong forms after 0xe0, from there surrogates after
  // 0xed; 0xef 0xbb and 0xef 0xbf begin marks and what is no character, among others.
  const __m128i is_below = less(bytes, -0x60);
  const __m128i after_c2_or_e0 = _mm_or_si128(same(before, 0xc2), same(before, 0xe0));
  doubts = _mm_or_si128(doubts, _mm_and_si128(after_c2_or_e0, is_below));
  doubts = _mm_or_si128(doubts, _mm_andnot_si128(is_below, same(before, 0xed)));
  const __m128i is_bb_or_bf = same(_mm_or_si128(bytes, all(0x04)), 0xbf);
  return _mm_or_si128(doubts, _mm_and_si128(same(before, 0xef), is_bb_or_bf));
}

bool is_zero(__m128i bytes) { return mask_of(same(bytes, 0)) == 0xffff; }

// Adds the characters that begin in the span at `text`, unless there is a doubt: then false.
bool count_span(const char* text, Utf8Count& count) {
  __m128i any = load_block(text - kLookBack);
  __m128i doubts = _mm_setzero_si128();
  for (std::size_t i = 0; i < kSpanBytes; i += kBlockBytes) {
    const __m128i bytes = load_block(text + i);
    any = _mm_or_si128(any, bytes);
    doubts = _mm_or_si128(doubts, controls_of(bytes));
  }
  if (mask_of(any) == 0) return is_zero(doubts);  // ASCII alone
  __m128i leads = _mm_setzero_si128();
  for (std::size_t i = 0; i < kSpanBytes; i += kBlockBytes) {
    const __m128i bytes = load_block(text + i);
    doubts = _mm_or_si128(doubts, doubts_of(text + i, bytes));
    leads = _mm_sub_epi8(leads, _mm_cmpgt_epi8(beyond(bytes, 0xbf), _mm_setzero_si128()));
  }
  if (!is_zero(doubts)) return false;
  const __m128i sums = _mm_sad_epu8(leads, _mm_setzero_si128());
  count.good += static_cast<std::size_t>(_mm_cvtsi128_si32(sums) +
                                         _mm_cvtsi128_si32(_mm_srli_si128(sums, 8)));
  return true;
}

// How many of the last bytes of a counted span begin a character that goes on behind it.
std::size_t begun_before(const char* text) {
  const auto byte = [&](std::ptrdiff_t at) { return static_cast<unsigned char>(text[at]); };
  return byte(-1) >= 0xc0 ? 1 : byte(-2) >= 0xe0 ? 2 : 0;
}

// Counts most of `text`; returns how much.
std::size_t count_spans(std::string_view text, Utf8Count& count) {
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
