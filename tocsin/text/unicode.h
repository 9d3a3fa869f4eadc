// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Private to this module: characters and their properties, over ICU.
namespace tocsin::text {

// Invalid bytes become U+FFFD (as many as Unicode, section 3.9 asks for). Reads kTextBytesMax.
std::u32string decode(std::string_view utf8);
// Takes one character off the front of `utf8`, which is not empty; U+FFFD for invalid bytes.
char32_t take_character(std::string_view& utf8);
void append_utf8(std::string& out, char32_t character);
std::string encode(std::u32string_view text);

enum class Form { kNfc, kNfkc };

// Callers keep runs of marks short (limit_marks()): ICU's sorting of marks is quadratic in a run.
std::u32string normalised(std::u32string_view text, Form form);
// NFKC_Casefold of one character (Unicode, section 3.13); may be empty or several.
std::u32string folded(char32_t character);
char32_t upper(char32_t character);
char32_t lower(char32_t character);

// `text` with at most `marks_max` marks in a row.
std::u32string limit_marks(std::u32string_view text, std::size_t marks_max);
// Stream-safe text (UAX 15, section 13): no language needs more non-starters in a row.
inline constexpr std::size_t kMarksToNormalise = 30;

bool is_space(char32_t character);
bool is_mark(char32_t character);
bool is_virama(char32_t character);
bool is_letter_or_digit(char32_t character);
bool is_control(char32_t character);
bool is_noncharacter(char32_t character);
bool is_punctuation_or_space(char32_t character);
bool is_ideograph(char32_t character);
bool is_mongolian(char32_t character);
// A letter or mark of a script whose spelling needs U+200C and U+200D.
bool is_joinable(char32_t character);
bool is_emoji(char32_t character);
bool is_pictograph(char32_t character);  // may be joined to another (Extended_Pictographic)
bool is_emoji_modifier(char32_t character);
// Default_Ignorable_Code_Point, and format characters that show nothing by themselves.
bool is_invisible(char32_t character);

}  // namespace tocsin::text
