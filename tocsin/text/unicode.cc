// SPDX-License-Identifier: Apache-2.0
#include "tocsin/text/unicode.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "tocsin/base/check.h"
#include "tocsin/text/text.h"

namespace tocsin::text {
namespace {

UChar32 icu(char32_t character) { return static_cast<UChar32>(character); }
bool has(char32_t character, UProperty property) {
  return u_hasBinaryProperty(icu(character), property) != 0;
}

std::u16string to_utf16(std::u32string_view text) {
  std::u16string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char32_t c : text) {
    if (c < 0x10000) {
      out += static_cast<char16_t>(c);
    } else {
      out += static_cast<char16_t>(U16_LEAD(c));
      out += static_cast<char16_t>(U16_TRAIL(c));
    }
  }
  return out;
}

std::u32string from_utf16(std::u16string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    UChar32 c = 0;
    U16_NEXT(text.data(), i, text.size(), c);
    out += static_cast<char32_t>(c);
  }
  return out;
}

// ICU's instances are made once by ICU itself; failing means that its data is missing.
const UNormalizer2* nfkc_casefold() {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* out = unorm2_getNFKCCasefoldInstance(&status);
  TOCSIN_CHECK(U_SUCCESS(status));
  return out;
}

const UNormalizer2* instance(Form form) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* out =
      form == Form::kNfc ? unorm2_getNFCInstance(&status) : unorm2_getNFKCInstance(&status);
  TOCSIN_CHECK(U_SUCCESS(status));
  return out;
}

std::u32string normalise(const UNormalizer2* normaliser, std::u32string_view text) {
  const std::u16string in = to_utf16(text);
  const auto size = static_cast<std::int32_t>(in.size());
  std::u16string out(in.size() + 32, u'\0');
  while (true) {
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length = unorm2_normalize(normaliser, in.data(), size, out.data(),
                                                 static_cast<std::int32_t>(out.size()), &status);
    if (status != U_BUFFER_OVERFLOW_ERROR) TOCSIN_CHECK(U_SUCCESS(status));
    const bool fits = static_cast<std::size_t>(length) <= out.size();
    out.resize(static_cast<std::size_t>(length));
    if (fits) return from_utf16(out);
  }
}

}  // namespace

char32_t take_character(std::string_view& utf8) {
  // ICU's macro looks at seven bytes at most.
  const auto size = static_cast<std::int32_t>(std::min<std::size_t>(utf8.size(), 8));
  std::int32_t at = 0;
  UChar32 c = 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"  // inside of ICU's macro
  U8_NEXT_OR_FFFD(utf8.data(), at, size, c);
#pragma GCC diagnostic pop
  utf8.remove_prefix(static_cast<std::size_t>(at));
  return static_cast<char32_t>(c);
}

std::u32string decode(std::string_view utf8) {
  if (utf8.size() > kTextBytesMax) {
    std::size_t end = kTextBytesMax;
    for (int i = 0; i < 3 && U8_IS_TRAIL(utf8[end]); ++i) --end;
    utf8 = utf8.substr(0, end);
  }
  std::u32string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) out += take_character(utf8);
  return out;
}

void append_utf8(std::string& out, char32_t character) {
  std::array<char, U8_MAX_LENGTH> bytes{};
  std::size_t size = 0;
  U8_APPEND_UNSAFE(bytes.data(), size, character);
  out.append(bytes.data(), size);
}

std::string encode(std::u32string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 4);
  for (const char32_t c : text) append_utf8(out, c);
  return out;
}

std::u32string normalised(std::u32string_view text, Form form) {
  return normalise(instance(form), text);
}

std::u32string folded(char32_t character) {
  if (character < 0x80) return {lower(character)};
  return normalise(nfkc_casefold(), {&character, 1});
}

char32_t upper(char32_t character) { return static_cast<char32_t>(u_toupper(icu(character))); }
char32_t lower(char32_t character) { return static_cast<char32_t>(u_tolower(icu(character))); }

std::u32string limit_marks(std::u32string_view text, std::size_t marks_max) {
  std::u32string out;
  out.reserve(text.size());
  std::size_t marks = 0;
  for (const char32_t c : text) {
    marks = is_mark(c) ? marks + 1 : 0;
    if (marks <= marks_max) out += c;
  }
  return out;
}

bool is_space(char32_t character) { return u_isUWhiteSpace(icu(character)) != 0; }
bool is_mark(char32_t character) {
  return character >= 0x300 && (U_GET_GC_MASK(icu(character)) & U_GC_M_MASK) != 0;
}
bool is_virama(char32_t character) { return u_getCombiningClass(icu(character)) == 9; }
bool is_letter_or_digit(char32_t character) {
  return (U_GET_GC_MASK(icu(character)) & (U_GC_L_MASK | U_GC_N_MASK)) != 0;
}
bool is_control(char32_t character) { return u_charType(icu(character)) == U_CONTROL_CHAR; }
bool is_noncharacter(char32_t character) { return U_IS_UNICODE_NONCHAR(character); }
bool is_punctuation_or_space(char32_t character) {
  return is_space(character) ||
         (U_GET_GC_MASK(icu(character)) & (U_GC_P_MASK | U_GC_Z_MASK | U_GC_SK_MASK)) != 0;
}
bool is_ideograph(char32_t character) { return has(character, UCHAR_IDEOGRAPHIC); }

bool is_mongolian(char32_t character) {
  UErrorCode status = U_ZERO_ERROR;
  return uscript_getScript(icu(character), &status) == USCRIPT_MONGOLIAN &&
         u_isalpha(icu(character)) != 0;
}

bool is_joinable(char32_t character) {
  if (character < 0x600) return false;
  const std::uint32_t letter_or_mark = U_GC_L_MASK | U_GC_M_MASK;
  if ((U_GET_GC_MASK(icu(character)) & letter_or_mark) == 0) return false;
  static constexpr std::array kScripts = {
      USCRIPT_ARABIC,         USCRIPT_SYRIAC,   USCRIPT_NKO,        USCRIPT_MANDAIC,
      USCRIPT_MONGOLIAN,      USCRIPT_PHAGS_PA, USCRIPT_DEVANAGARI, USCRIPT_BENGALI,
      USCRIPT_GURMUKHI,       USCRIPT_GUJARATI, USCRIPT_ORIYA,      USCRIPT_TAMIL,
      USCRIPT_TELUGU,         USCRIPT_KANNADA,  USCRIPT_MALAYALAM,  USCRIPT_SINHALA,
      USCRIPT_KHMER,          USCRIPT_MYANMAR,  USCRIPT_TIBETAN,    USCRIPT_ADLAM,
      USCRIPT_HANIFI_ROHINGYA};
  for (const UScriptCode script : kScripts) {
    if (uscript_hasScript(icu(character), script) != 0) return true;
  }
  return false;
}

bool is_emoji(char32_t character) { return has(character, UCHAR_EMOJI); }
bool is_pictograph(char32_t character) { return has(character, UCHAR_EXTENDED_PICTOGRAPHIC); }
bool is_emoji_modifier(char32_t character) { return has(character, UCHAR_EMOJI_MODIFIER); }

bool is_invisible(char32_t character) {
  if (has(character, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return true;
  return u_charType(icu(character)) == U_FORMAT_CHAR &&
         !has(character, UCHAR_PREPENDED_CONCATENATION_MARK);
}

}  // namespace tocsin::text
