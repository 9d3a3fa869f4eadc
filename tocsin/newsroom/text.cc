// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/text.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <utility>

#include <unicode/brkiter.h>
#include <unicode/unistr.h>

namespace tocsin::newsroom {
namespace {

std::string to_utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

icu::UnicodeString from_utf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

// The last boundary of that kind at or before `end`, in UTF-16 units.
std::int32_t boundary_before(const icu::UnicodeString& text, std::int32_t end, bool is_word) {
  UErrorCode status = U_ZERO_ERROR;
  const auto& root = icu::Locale::getRoot();
  const std::unique_ptr<icu::BreakIterator> boundaries(
      is_word ? icu::BreakIterator::createWordInstance(root, status)
              : icu::BreakIterator::createCharacterInstance(root, status));
  if (U_FAILURE(status)) return end;
  boundaries->setText(text);
  if (boundaries->isBoundary(end) != 0) return end;
  const std::int32_t before = boundaries->preceding(end);
  return before == icu::BreakIterator::DONE ? 0 : before;
}

// A cut text does not end in a space or comma.
bool is_loose_end(UChar32 c) { return u_isUWhiteSpace(c) != 0 || c == ',' || c == ';' || c == ':'; }

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kNamed = {{
    {"amp", "&"},
    {"lt", "<"},
    {"gt", ">"},
    {"quot", "\""},
    {"apos", "'"},
    {"nbsp", " "},
}};

// The text of the character reference between '&' and ';'; nothing if there is none of that name.
std::optional<std::string> reference_text(std::string_view name) {
  for (const auto& [known, text] : kNamed) {
    if (name == known) return std::string(text);
  }
  if (!name.starts_with('#')) return std::nullopt;
  name.remove_prefix(1);
  const bool is_hex = name.starts_with('x') || name.starts_with('X');
  if (is_hex) name.remove_prefix(1);
  std::uint32_t number = 0;
  const auto [end, error] =
      std::from_chars(name.data(), name.data() + name.size(), number, is_hex ? 16 : 10);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  if (number == 0 || number > 0x10ffff || U_IS_SURROGATE(number)) return "\xef\xbf\xbd";
  return to_utf8(icu::UnicodeString(static_cast<UChar32>(number)));
}

// Reads the reference at the start of `html`, which begins with '&', into `out` and takes it off;
// a '&' that begins none stands for itself.
void take_reference(std::string_view& html, std::string& out) {
  constexpr std::size_t kReferenceBytesMax = 12;
  const auto end = html.substr(0, kReferenceBytesMax).find(';');
  const auto text = end == html.npos ? std::nullopt : reference_text(html.substr(1, end - 1));
  out += text.value_or("&");
  html.remove_prefix(text ? end + 1 : 1);
}

// Tags between letters of one word do not part it ("<b>T</b>ocsin"); all others do.
bool is_inline(std::string_view tag) {
  constexpr std::array<std::string_view, 14> kInline = {"a",    "abbr",   "b",   "code", "em",
                                                        "i",    "mark",   "q",   "s",    "small",
                                                        "span", "strong", "sub", "sup"};
  if (tag.starts_with('/')) tag.remove_prefix(1);
  const auto name = tag.substr(0, tag.find_first_of(" \t\r\n/"));
  for (const auto known : kInline) {
    if (name == known) return true;
  }
  return false;
}

}  // namespace

std::optional<std::size_t> characters(std::string_view text) {
  const auto whole = from_utf8(text);
  if (to_utf8(whole) != text) return std::nullopt;  // something was mended
  return static_cast<std::size_t>(whole.countChar32());
}

std::string cut(std::string_view text, std::size_t characters_max) {
  // No text of that many characters has more bytes; what is beyond need not be looked at. A
  // character that this parts becomes U+FFFD beyond the place of the cut.
  const auto looked_at = text.substr(0, characters_max * 4 + 4);
  const auto whole = from_utf8(looked_at);
  const auto limit = static_cast<std::int32_t>(characters_max);
  if (whole.countChar32() <= limit) return to_utf8(whole);
  if (limit == 0) return {};
  const std::int32_t room = whole.moveIndex32(0, limit - 1);  // the ellipsis is the last one
  std::int32_t end = boundary_before(whole, room, true);
  while (end > 0 && is_loose_end(whole.char32At(whole.moveIndex32(end, -1)))) {
    end = whole.moveIndex32(end, -1);
  }
  if (end < room / 2) end = boundary_before(whole, room, false);
  return to_utf8(whole.tempSubString(0, end)) + "\xe2\x80\xa6";
}

std::string plain_text(std::string_view html) {
  std::string out;
  out.reserve(html.size());
  while (!html.empty()) {
    const char c = html.front();
    if (c == '&') {
      take_reference(html, out);
      continue;
    }
    html.remove_prefix(1);
    if (c != '<') {
      out += c;
      continue;
    }
    const auto end = html.find('>');
    if (!is_inline(html.substr(0, end))) out += ' ';
    html.remove_prefix(end == html.npos ? html.size() : end + 1);
  }
  return collapsed(out);
}

std::string collapsed(std::string_view text) {
  const auto whole = from_utf8(text);
  icu::UnicodeString out;
  bool is_parted = false;
  for (std::int32_t i = 0; i < whole.length(); i = whole.moveIndex32(i, 1)) {
    const UChar32 c = whole.char32At(i);
    if (u_isUWhiteSpace(c) != 0 || u_iscntrl(c) != 0) {
      is_parted = true;
      continue;
    }
    if (is_parted && !out.isEmpty()) out.append(u' ');
    is_parted = false;
    out.append(c);
  }
  return to_utf8(out);
}

std::string folded(std::string_view text) { return to_utf8(from_utf8(text).foldCase()); }

}  // namespace tocsin::newsroom
