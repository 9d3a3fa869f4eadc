// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markup/text.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace tocsin::markup {
namespace {

constexpr char32_t kReplacement = 0xfffd;

// The longest name is "CounterClockwiseContourIntegral".
constexpr std::size_t kReferenceBytesMax = 33;

// U+0080 to U+009F as windows-1252 has them; 0 where it has nothing.
constexpr char32_t kWindows1252[] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

constexpr std::uint64_t repeated(std::uint8_t byte) { return 0x0101010101010101U * byte; }

// How many bytes at the start are printable ASCII, or a little less.
std::size_t printable_length(std::string_view text) {
  constexpr std::uint64_t kHigh = repeated(0x80);
  std::size_t length = 0;
  for (; length + 8 <= text.size(); length += 8) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + length, sizeof bytes);
    const std::uint64_t without_delete = bytes ^ repeated(0x7f);
    const std::uint64_t odd = bytes | ((bytes - repeated(0x20)) & ~bytes) |
                              ((without_delete - repeated(0x01)) & ~without_delete);
    if ((odd & kHigh) == 0) continue;
    // The lowest mark is true; those above it may come from a borrow.
    constexpr bool kIsLittle = std::endian::native == std::endian::little;
    return length + (kIsLittle ? static_cast<std::size_t>(std::countr_zero(odd & kHigh)) / 8 : 0);
  }
  return length;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// The length of the character at the start of `text` if clean_text() leaves it; else 0.
std::size_t length_of_clean_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return lead >= ' ' ? lead != 0x7f : lead == '\n' || lead == '\t';
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

std::size_t clean_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    length += printable_length(text.substr(length));
    if (length == text.size()) break;
    const std::size_t next = length_of_clean_character(text.substr(length));
    if (next == 0) break;
    length += next;
  }
  return length;
}

std::optional<std::uint32_t> code_point_of(std::string_view digits) {
  unsigned base = 10;
  if (digits.starts_with('x') || digits.starts_with('X')) {
    base = 16;
    digits.remove_prefix(1);
  }
  if (digits.empty()) return std::nullopt;
  std::uint32_t number = 0;
  for (const char c : digits) {
    const char l = lower(c);
    const int digit = is_digit(l) ? l - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : 99;
    if (digit >= static_cast<int>(base)) return std::nullopt;
    number = std::min(number * base + static_cast<unsigned>(digit), 0x110000U);
  }
  return number;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string fold_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t length = 0;
    while (length < text.size() && !is_space(text[length]) && text[length] != '\xc2') ++length;
    const bool is_nbsp = text.substr(length, 2) == "\xc2\xa0";
    const bool is_other = length < text.size() && !is_nbsp && text[length] == '\xc2';
    if (is_other) ++length;
    out += text.substr(0, length);
    text.remove_prefix(length);
    if (is_other || text.empty()) continue;
    text.remove_prefix(is_nbsp ? 2 : 1);
    if (!out.empty() && out.back() != ' ') out += ' ';
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string language_of(std::string_view text) {
  constexpr std::size_t kLanguageBytesMax = 35;  // RFC 5646, section 4.4.1
  std::string language(trim(text));
  std::replace(language.begin(), language.end(), '_', '-');
  const bool is_language = language.size() <= kLanguageBytesMax &&
                           std::all_of(language.begin(), language.end(), [](char c) {
                             return is_letter(c) || is_digit(c) || c == '-';
                           });
  return is_language ? language : std::string();
}

std::string_view cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80) --bytes_max;
  return text.substr(0, bytes_max);
}

void append_utf8(std::string& out, char32_t character) {
  const auto append = [&](char32_t bits) { out += static_cast<char>(bits & 0xff); };
  if (character < 0x80) return append(character);
  if (character < 0x800) {
    append(0xc0 | character >> 6);
  } else if (character < 0x10000) {
    append(0xe0 | character >> 12);
    append(0x80 | (character >> 6 & 0x3f));
  } else {
    append(0xf0 | character >> 18);
    append(0x80 | (character >> 12 & 0x3f));
    append(0x80 | (character >> 6 & 0x3f));
  }
  append(0x80 | (character & 0x3f));
}

std::size_t ascii_length(std::string_view text) {
  std::size_t length = 0;
  for (std::uint64_t bytes = 0; length + sizeof bytes <= text.size(); length += sizeof bytes) {
    std::memcpy(&bytes, text.data() + length, sizeof bytes);
    if ((bytes & repeated(0x80)) != 0) break;
  }
  while (length < text.size() && static_cast<signed char>(text[length]) >= 0) ++length;
  return length;
}

char32_t take_character(std::string_view& text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned lead = byte(0);
  std::size_t length = lead < 0x80 ? 1 : 0;
  if (lead >= 0xc2 && lead <= 0xf4) length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t character = length < 2 ? lead : lead & (0xffU >> (length + 1));
  std::size_t read = 1;
  for (; read < length; ++read) {
    // The second byte rules out overlong forms, surrogates and what is beyond U+10FFFF.
    const bool is_second = read == 1;
    const unsigned least = is_second && lead == 0xe0   ? 0xa0
                           : is_second && lead == 0xf0 ? 0x90
                                                       : 0x80;
    const unsigned most = is_second && lead == 0xed   ? 0x9f
                          : is_second && lead == 0xf4 ? 0x8f
                                                      : 0xbf;
    if (byte(read) < least || byte(read) > most) break;
    character = character << 6 | (byte(read) & 0x3f);
  }
  text.remove_prefix(read);
  return read == length ? character : kNoCharacter;
}

char32_t usable_character(std::uint32_t code_point) {
  if (code_point == '\t' || code_point == '\n') return code_point;
  if (code_point == '\r') return '\n';
  if (code_point < 0x20 || code_point == 0x7f) return 0;
  if (code_point >= 0x80 && code_point <= 0x9f) return kWindows1252[code_point - 0x80];
  if (code_point == 0xfeff) return 0;
  if ((code_point >= 0xd800 && code_point <= 0xdfff) || code_point > 0x10ffff ||
      (code_point & 0xfffe) == 0xfffe) {
    return kReplacement;
  }
  return code_point;
}

std::string clean_text(std::string_view text, bool* changed) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto clean = text.substr(0, clean_length(text));
    out += clean;
    text.remove_prefix(clean.size());
    if (text.empty()) break;
    if (text.starts_with("\r\n")) {
      text.remove_prefix(1);
      continue;
    }
    const bool is_return = text.front() == '\r';
    const auto read = take_character(text);
    const auto character = usable_character(read);
    if (character != 0) append_utf8(out, character);
    if (changed && !is_return) *changed = true;
  }
  return out;
}

std::size_t take_reference(std::string_view text, std::string& out) {
  const auto end = text.substr(0, kReferenceBytesMax).find(';');
  if (end == text.npos || end < 2) return 0;
  const auto name = text.substr(1, end - 1);
  if (name.front() == '#') {
    const auto code_point = code_point_of(name.substr(1));
    if (!code_point) return 0;
    const auto character = usable_character(*code_point);
    if (character != 0) append_utf8(out, character);
    return end + 1;
  }
  const auto character = named_character(name);
  if (!character) return 0;
  append_utf8(out, *character);
  return end + 1;
}

std::string decode_references(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto plain = text.substr(0, text.find('&'));
    out += plain;
    text.remove_prefix(plain.size());
    if (text.empty()) break;
    auto length = take_reference(text, out);
    if (length == 0) {
      out += '&';
      length = 1;
    }
    text.remove_prefix(length);
  }
  return out;
}

std::size_t plain_length(std::string_view text) {
  const auto end = std::find_if(text.begin(), text.end(), [](char c) { return !is_plain(c); });
  return static_cast<std::size_t>(end - text.begin());
}

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const auto length = find_any(text, "&<>\"");
    out += text.substr(0, length);
    text.remove_prefix(length);
    if (text.empty()) break;
    out += escape_of(text.front());
    text.remove_prefix(1);
  }
  return out;
}

}  // namespace tocsin::markup
