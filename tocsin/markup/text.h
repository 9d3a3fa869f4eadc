// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What XML and HTML have in common: characters, references, escaping. Text is UTF-8.
namespace tocsin::markup {

constexpr bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
std::string lower(std::string_view text);
std::string_view trim(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

// White space folded to single spaces, none at the ends. U+00A0 counts as white space.
std::string fold_space(std::string_view text);

// `text` as a language tag, with hyphens only; empty if it cannot be one (RFC 5646, section 2.1).
std::string language_of(std::string_view text);

// At most `bytes_max` bytes, cut between characters.
std::string_view cut(std::string_view text, std::size_t bytes_max);

void append_utf8(std::string& out, char32_t character);

// How many bytes at the start of `text` are ASCII.
std::size_t ascii_length(std::string_view text);

// Takes one character of UTF-8 off the front of `text`, which is not empty. kNoCharacter for bytes
// that are none; as many are taken as could have become one (Unicode, section 3.9).
char32_t take_character(std::string_view& text);
inline constexpr char32_t kNoCharacter = 0xffffffff;

// The character that may stand in our text for `code_point`: what windows-1252 means by it from
// U+0080 to U+009F, as in browsers; U+FFFD for what is no character; 0 for a control character,
// which is to be left out.
char32_t usable_character(std::uint32_t code_point);

// `text` without control characters other than tab and line feed, with usable characters, line
// ends as line feeds, invalid UTF-8 as U+FFFD. `changed` is set if more than line ends changed.
std::string clean_text(std::string_view text, bool* changed = nullptr);

// Printable ASCII, tab or line feed, and no sign of markup: clean, and the same escaped or decoded.
inline bool is_plain(char c) {
  return (c >= ' ' && c < 0x7f && c != '&' && c != '<' && c != '>' && c != '"') || c == '\n' ||
         c == '\t';
}
// How many characters at the start of `text` are plain.
std::size_t plain_length(std::string_view text);

// The character that HTML names so, such as "eacute"; names of two characters are unknown.
std::optional<char32_t> named_character(std::string_view name);

// A reference ("&amp;", "&#233;", "&#xe9;", "&eacute;") and what it stands for.
struct Reference {
  std::size_t length = 0;
  char32_t character = 0;  // 0 for one that is left out
};
// The one at the start of `text`; nothing if there is none.
std::optional<Reference> reference_at(std::string_view text);

// `text` with its references decoded, which makes it no longer. An ampersand that begins none
// stays.
std::string decode_references(std::string_view text);

// The same into `to`, where there is room for all of `text`.
struct Decoding {
  std::size_t length = 0;
  bool is_sound = true;  // false if an ampersand stayed
};
Decoding decode_references(std::string_view text, char* to);

// Escaped so that it may stand in text and in a double-quoted attribute.
inline std::string_view escape_of(char c) {  // empty if it stands for itself
  if (c == '&') return "&amp;";
  if (c == '<') return "&lt;";
  if (c == '>') return "&gt;";
  return c == '"' ? "&quot;" : "";
}
std::string escape(std::string_view text);

}  // namespace tocsin::markup
