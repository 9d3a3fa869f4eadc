// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>
#if defined(__SSE2__)
#include <bit>

#include <emmintrin.h>
#endif

// Finding the next character that matters, sixteen at a time where the processor can.
namespace tocsin::markup {

// As text.starts_with(literal), without a call.
template <std::size_t Size>
bool begins_with(std::string_view text, const char (&literal)[Size]) {
  return text.size() >= Size - 1 && std::memcmp(text.data(), literal, Size - 1) == 0;
}

#if defined(__SSE2__)
inline constexpr std::size_t kBlockBytes = sizeof(__m128i);

inline __m128i load_block(const char* text) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what the instruction takes
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
}
inline unsigned mask_of(__m128i block) { return static_cast<unsigned>(_mm_movemask_epi8(block)); }
inline unsigned equal_mask(__m128i block, char c) {
  return mask_of(_mm_cmpeq_epi8(block, _mm_set1_epi8(c)));
}
#endif

// Where the first of these characters stands, or text.size().
template <char... kWanted>
std::size_t find_any(std::string_view text) {
  std::size_t i = 0;
#if defined(__SSE2__)
  const auto found_in = [&](std::size_t start) {
    const __m128i block = load_block(text.data() + start);
    __m128i found = _mm_setzero_si128();
    ((found = _mm_or_si128(found, _mm_cmpeq_epi8(block, _mm_set1_epi8(kWanted)))), ...);
    return mask_of(found);
  };
  for (; i + kBlockBytes <= text.size(); i += kBlockBytes) {
    const unsigned found = found_in(i);
    if (found != 0) return i + static_cast<std::size_t>(std::countr_zero(found));
  }
  if (i > 0) {
    // The last block again, of which the first part is known.
    const std::size_t start = text.size() - kBlockBytes;
    const unsigned found = found_in(start);
    return found != 0 ? start + static_cast<std::size_t>(std::countr_zero(found)) : text.size();
  }
#endif
  while (i < text.size() && ((text[i] != kWanted) && ...)) ++i;
  return i;
}

}  // namespace tocsin::markup
