// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// What people type, made safe to show and to compare. Pure; safe to call from any thread. Time and
// memory are linear in the input whatever it holds.
namespace tocsin::text {

// What clean_text(), clean_name() and words() read of their input; the rest is left out. Callers
// have tighter limits of their own.
inline constexpr std::size_t kTextBytesMax = 1 << 20;

// Combining marks that stay on one base.
inline constexpr std::size_t kMarksMax = 4;

// How many extended grapheme clusters (UAX 29) `utf8` has, counted up to `at_most`. Invalid bytes
// count as U+FFFD. One cluster may have any number of bytes: a limit on graphemes needs one on
// bytes beside it.
std::size_t graphemes(std::string_view utf8, std::size_t at_most);

// Text of several lines: valid UTF-8 in NFC, invalid bytes as U+FFFD. Line ends become line feeds
// and tabs spaces. Left out are: control characters, everything that is invisible (bidirectional
// controls and marks, zero-width characters, soft hyphens, fillers, tags), more than kMarksMax
// marks on one base, more than two blank lines in a row, white space around the whole.
//
// Stays: a joiner after a virama or between letters of a script that is written with joiners
// (RFC 5892, appendix A, in spirit) and inside an emoji sequence; a variation selector after an
// emoji, an ideograph or a Mongolian letter; the tags of a flag (UTS 51).
//
// clean_text(clean_text(x)) == clean_text(x), if the first fits into kTextBytesMax.
std::string clean_text(std::string_view utf8);

// A name: as clean_text(), on one line, NFKC, white space as single spaces and none around it, no
// mark without a base. Empty if nothing visible is left.
std::string clean_name(std::string_view utf8);

// What a name looks like: UTS 39's skeleton, in which upper and lower case are one, without spaces,
// punctuation and invisible characters. Names with one skeleton look alike; never show it, never
// store it across releases of ICU. Because "I" looks like "l" and case is one, "i" and "l" are one
// too. A letter of another script is compared as its capital first: Greek nu is an "n", not a "v".
// Reads 256 code points.
std::string skeleton(std::string_view name);

// The words in order (UAX 29, with ICU's dictionaries for scripts without spaces), each
// NFKC_Casefold, without invisible characters. Numbers are words; punctuation and emoji are not.
std::vector<std::string> words(std::string_view utf8);

}  // namespace tocsin::text
