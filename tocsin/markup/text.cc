// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markup/text.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "tocsin/markup/scan.h"
#include "tocsin/markup/utf8.h"

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

#if defined(__SSE2__)
// Where there is no ASCII that clean_text() leaves.
unsigned odd_mask(__m128i block) {
  // As signed bytes, what is not ASCII is less than a space too.
  const __m128i is_low = _mm_cmplt_epi8(block, _mm_set1_epi8(' '));
  const __m128i is_delete = _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7f));
  const unsigned odd = mask_of(_mm_or_si128(is_low, is_delete));
  return odd == 0 ? 0 : odd & ~(equal_mask(block, '\n') | equal_mask(block, '\t'));
}
#endif

// How many bytes at the start are ASCII that clean_text() leaves.
std::size_t clean_ascii_length(std::string_view text) {
  std::size_t length = 0;
#if defined(__SSE2__)
  for (; length + kBlockBytes <= text.size(); length += kBlockBytes) {
    const unsigned odd = odd_mask(load_block(text.data() + length));
    if (odd != 0) return length + static_cast<std::size_t>(std::countr_zero(odd));
  }
#endif
  while (length < text.size() && is_clean_ascii(text[length])) ++length;
  return length;
}

std::size_t clean_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    length += clean_ascii_length(text.substr(length));
    if (length == text.size()) break;
    const std::size_t next = length_of_clean_character(text.substr(length));
    if (next == 0) break;
    length += next;
  }
  return length;
}

constexpr std::size_t kUtf8BytesMax = 4;

// Returns how many bytes were written.
std::size_t write_utf8(char* to, char32_t character) {
  std::size_t length = 0;
  const auto write = [&](char32_t bits) { to[length++] = static_cast<char>(bits & 0xff); };
  if (character < 0x80) {
    write(character);
    return length;
  }
  if (character < 0x800) {
    write(0xc0 | character >> 6);
  } else if (character < 0x10000) {
    write(0xe0 | character >> 12);
    write(0x80 | (character >> 6 & 0x3f));
  } else {
    write(0xf0 | character >> 18);
    write(0x80 | (character >> 12 & 0x3f));
    write(0x80 | (character >> 6 & 0x3f));
  }
  write(0x80 | (character & 0x3f));
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

// Copies as much of `text` as stands before an ampersand, and returns how much that is. What is
// behind it in `to`, as far as `text` is long, may be written over.
std::size_t copy_to_ampersand(std::string_view text, char* to) {
  std::size_t length = 0;
#if defined(__SSE2__)
  for (; length + kBlockBytes <= text.size(); length += kBlockBytes) {
    const __m128i block = load_block(text.data() + length);
    std::memcpy(to + length, &block, kBlockBytes);
    const unsigned found = equal_mask(block, '&');
    if (found != 0) return length + static_cast<std::size_t>(std::countr_zero(found));
  }
#endif
  for (; length < text.size() && text[length] != '&'; ++length) to[length] = text[length];
  return length;
}

// The five that XML has itself, by far the most.
std::optional<Reference> xml_reference_at(std::string_view text) {
  // These two in turn: one branch, which is foreseen.
  const bool is_lt = begins_with(text, "&lt;");
  if (is_lt | begins_with(text, "&gt;")) return Reference{4, is_lt ? U'<' : U'>'};
  if (begins_with(text, "&amp;")) return Reference{5, '&'};
  if (begins_with(text, "&quot;")) return Reference{6, '"'};
  if (begins_with(text, "&apos;")) return Reference{6, '\''};
  return std::nullopt;
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
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

bool has_two_spaces_together(std::string_view text) {
  std::size_t i = 0;
#if defined(__SSE2__)
  for (; i + kBlockBytes < text.size(); i += kBlockBytes) {
    const __m128i space = _mm_set1_epi8(' ');
    const __m128i here = _mm_cmpeq_epi8(load_block(text.data() + i), space);
    const __m128i next = _mm_cmpeq_epi8(load_block(text.data() + i + 1), space);
    if (mask_of(_mm_and_si128(here, next)) != 0) return true;
  }
#endif
  for (; i + 1 < text.size(); ++i) {
    if (text[i] == ' ' && text[i + 1] == ' ') return true;
  }
  return false;
}

// True if fold_space() surely leaves it as it is; false says nothing.
bool is_folded(std::string_view text) {
  if (text.empty()) return true;
  if (text.front() == ' ' || text.back() == ' ') return false;
  return find_any<'\n', '\t', '\r', '\f', '\xc2'>(text) == text.size() &&
         !has_two_spaces_together(text);
}

std::string fold_space(std::string_view text) {
  if (is_folded(text)) return std::string(text);
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
  char bytes[kUtf8BytesMax];
  out.append(bytes, write_utf8(bytes, character));
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

std::optional<Reference> reference_at(std::string_view text) {
  if (const auto reference = xml_reference_at(text)) return reference;
  const auto end = text.substr(0, kReferenceBytesMax).find(';');
  if (end == text.npos || end < 2 || text.front() != '&') return std::nullopt;
  const auto name = text.substr(1, end - 1);
  if (name.front() == '#') {
    const auto code_point = code_point_of(name.substr(1));
    if (!code_point) return std::nullopt;
    return Reference{end + 1, usable_character(*code_point)};
  }
  const auto character = named_character(name);
  if (!character) return std::nullopt;
  return Reference{end + 1, *character};
}

Decoding decode_references(std::string_view text, char* to) {
  const char* const start = to;
  Decoding decoding;
  while (!text.empty()) {
    const std::size_t plain = copy_to_ampersand(text, to);
    to += plain;
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto reference = reference_at(text);
    if (!reference) {
      decoding.is_sound = false;
      *to++ = '&';
    } else if (reference->character != 0) {
      to += write_utf8(to, reference->character);
    }
    text.remove_prefix(reference ? reference->length : 1);
  }
  decoding.length = static_cast<std::size_t>(to - start);
  return decoding;
}

std::string decode_references(std::string_view text) {
  std::string out(text.size(), '\0');
  out.resize(decode_references(text, out.data()).length);
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
    const auto length = find_any<'&', '<', '>', '"'>(text);
    out += text.substr(0, length);
    text.remove_prefix(length);
    if (text.empty()) break;
    out += escape_of(text.front());
    text.remove_prefix(1);
  }
  return out;
}

}  // namespace tocsin::markup
