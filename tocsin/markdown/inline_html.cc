// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markdown/inline_html.h"

#include <algorithm>

#include "tocsin/markdown/markdown.h"

namespace tocsin::markdown {
namespace {

constexpr std::size_t kAddressBytesMax = 2048;
constexpr std::size_t kShownCharactersMax = 40;  // of a bare address
constexpr std::size_t kAsterisksMax = 3;         // more in a row are a line, not emphasis

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}
bool is_punctuation(char c) { return c > ' ' && c < 0x7f && !is_word(c); }

bool starts_with_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  return std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
    return a == b || (b >= 'A' && b <= 'Z' && a == b - 'A' + 'a');
  });
}

// The length of "http://" or "https://" at the start of `text`; 0 if there is none.
std::size_t web_scheme_length(std::string_view text) {
  if (starts_with_ignoring_case(text, "https://")) return 8;
  if (starts_with_ignoring_case(text, "http://")) return 7;
  return 0;
}

// What readers may be led to. A user name before the host, or a backslash, which browsers read as
// a slash, would show another host than the one it leads to.
bool is_allowed_address(std::string_view address) {
  if (address.size() > kAddressBytesMax) return false;
  for (const char c : address) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == '\\' || c == '<' || c == '>' || c == '"') return false;
  }
  constexpr std::string_view kMail = "mailto:";
  if (starts_with_ignoring_case(address, kMail)) {
    const auto at = address.find('@');
    return at != address.npos && at > kMail.size() && at + 1 < address.size();
  }
  const std::size_t scheme = web_scheme_length(address);
  if (scheme == 0) return false;
  const auto authority = address.substr(scheme, address.find_first_of("/?#", scheme) - scheme);
  return !authority.empty() && authority.find('@') == authority.npos &&
         std::any_of(authority.begin(), authority.end(), is_word);
}

// The address without scheme and final slash, cut at kShownCharactersMax.
std::string shown(std::string_view address) {
  address.remove_prefix(web_scheme_length(address));
  if (address.ends_with('/')) address.remove_suffix(1);
  std::size_t characters = 0;
  for (std::size_t i = 0; i < address.size(); ++i) {
    if ((static_cast<unsigned char>(address[i]) & 0xc0U) == 0x80) continue;
    if (++characters > kShownCharactersMax) return std::string(address.substr(0, i)) + "…";
  }
  return std::string(address);
}

// Without what ends the sentence around it: "(see https://a.example/b_(c))." keeps "b_(c)".
std::string_view without_final_punctuation(std::string_view address) {
  auto opened = std::count(address.begin(), address.end(), '(');
  auto closed = std::count(address.begin(), address.end(), ')');
  while (!address.empty()) {
    const char last = address.back();
    if (last == ')') {
      if (closed <= opened) break;
      --closed;
    } else if (std::string_view(".,;:!?'\"*_`~]}").find(last) == std::string_view::npos) {
      break;
    }
    address.remove_suffix(1);
  }
  return address;
}

// The end of the address of a link that starts at `at`, behind "(": its closing parenthesis, or
// npos. "[" ends it, so that no text is scanned for two links.
std::size_t end_of_address(std::string_view text, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    const char c = text[i];
    if (is_white(c) || c == '[') return text.npos;
    if (c == '(') ++depth;
    if (c == ')' && depth-- == 0) return i;
  }
  return text.npos;
}

std::string_view entity_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

void append_escaped(std::string& out, char c) {
  const auto entity = entity_of(c);
  if (entity.empty()) {
    out += c;
  } else {
    out += entity;
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) append_escaped(out, c);
}

void InlineHtml::append(std::string& out, std::string_view text) {
  html_.clear();
  marks_.clear();
  openers_.clear();
  has_no_closing_.fill(false);
  take(text, true);
  std::size_t from = 0;
  for (const auto& mark : marks_) {
    out.append(html_, from, mark.at - from);
    out += mark.closes;
    out.append(mark.left, '*');
    out += mark.opens;
    from = mark.at;
  }
  out.append(html_, from);
}

void InlineHtml::take(std::string_view text, bool may_link) {
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    std::size_t taken = 0;
    if (c == '*') {
      taken = take_asterisks(text, i);
    } else if (c == '`') {
      taken = take_code(text, i);
    } else if (c == '[' && may_link) {
      taken = take_link(text, i);
    } else if ((c == 'h' || c == 'H') && may_link && (i == 0 || !is_word(text[i - 1]))) {
      taken = take_address(text, i);
    } else if (c == '\n') {
      html_ += "<br>";
      taken = 1;
    } else if (c == '\\' && i + 1 < text.size() &&
               std::string_view("*`[").find(text[i + 1]) != std::string_view::npos) {
      html_ += text[i + 1];
      taken = 2;
    }
    if (taken == 0) {
      append_escaped(html_, c);
      taken = 1;
    }
    i += taken;
  }
}

// CommonMark's rule for a delimiter run (section 6.2) without its rule of three. The openers are a
// stack, so that tags always nest; where it is full the outermost one stays an asterisk.
std::size_t InlineHtml::take_asterisks(std::string_view text, std::size_t at) {
  std::size_t length = 1;
  while (at + length < text.size() && text[at + length] == '*') ++length;
  if (length > kAsterisksMax) {
    html_.append(length, '*');
    return length;
  }
  const char before = at == 0 ? ' ' : text[at - 1];
  const char after = at + length == text.size() ? ' ' : text[at + length];
  const bool can_open = !is_white(after) && (!is_punctuation(after) || !is_word(before));
  const bool can_close = !is_white(before) && (!is_punctuation(before) || !is_word(after));
  Mark mark{.at = html_.size(), .left = static_cast<std::uint8_t>(length)};
  while (can_close && mark.left > 0 && !openers_.empty()) {
    Mark& opener = marks_[openers_.back()];
    const bool is_strong = opener.left >= 2 && mark.left >= 2;
    const auto used = static_cast<std::uint8_t>(is_strong ? 2 : 1);
    opener.opens.insert(0, is_strong ? "<strong>" : "<em>");
    mark.closes += is_strong ? "</strong>" : "</em>";
    opener.left = static_cast<std::uint8_t>(opener.left - used);
    mark.left = static_cast<std::uint8_t>(mark.left - used);
    if (opener.left == 0) openers_.pop_back();
  }
  if (can_open && mark.left > 0) {
    if (openers_.size() == kEmphasisDepthMax) openers_.erase(openers_.begin());
    openers_.push_back(marks_.size());
  }
  marks_.push_back(std::move(mark));
  return length;
}

std::size_t InlineHtml::take_code(std::string_view text, std::size_t at) {
  std::size_t length = 1;
  while (at + length < text.size() && text[at + length] == '`') ++length;
  if (length >= has_no_closing_.size() || has_no_closing_[length]) {
    html_.append(length, '`');
    return length;
  }
  for (std::size_t i = at + length; i < text.size();) {
    if (text[i] != '`') {
      ++i;
      continue;
    }
    const std::size_t start = i;
    while (i < text.size() && text[i] == '`') ++i;
    if (i - start != length) continue;
    html_ += "<code>";
    append_escaped(html_, text.substr(at + length, start - at - length));
    html_ += "</code>";
    return i - at;
  }
  has_no_closing_[length] = true;
  html_.append(length, '`');
  return length;
}

std::size_t InlineHtml::take_link(std::string_view text, std::size_t at) {
  const auto close = text.find_first_of("[]", at + 1);
  if (close == text.npos || text[close] == '[' || close == at + 1) return 0;
  if (close + 1 >= text.size() || text[close + 1] != '(') return 0;
  const auto end = end_of_address(text, close + 2);
  if (end == text.npos) return 0;
  const auto address = text.substr(close + 2, end - close - 2);
  if (!is_allowed_address(address)) return 0;
  open_link(address);
  append_escaped(html_, text.substr(at + 1, close - at - 1));
  html_ += "</a>";
  return end + 1 - at;
}

// What is no address after all is taken as text as a whole: it is not scanned again.
std::size_t InlineHtml::take_address(std::string_view text, std::size_t at) {
  if (web_scheme_length(text.substr(at)) == 0) return 0;
  const auto end = std::min(text.find_first_of(" \t\r\n<>\"[`", at), text.size());
  const auto address = without_final_punctuation(text.substr(at, end - at));
  if (!is_allowed_address(address)) {
    append_escaped(html_, text.substr(at, end - at));
    return end - at;
  }
  open_link(address);
  append_escaped(html_, shown(address));
  html_ += "</a>";
  return address.size();
}

void InlineHtml::open_link(std::string_view address) {
  html_ += "<a href=\"";
  append_escaped(html_, address);
  html_ += "\" rel=\"ugc nofollow noopener\">";
}

}  // namespace tocsin::markdown
