// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/sanitize/allowlist.h"

#include <algorithm>
#include <iterator>

#include "tocsin/feed/sanitize/sanitize.h"
#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

constexpr Element kElements[] = {
    {"a", Group::kLink, "href", " rel=\"noopener nofollow\"", true},
    {"abbr", Group::kInline, ""},
    {"address", Group::kBlock, ""},
    {"article", Group::kBlock, ""},
    {"aside", Group::kBlock, ""},
    {"audio", Group::kInline, "src", " controls=\"\" preload=\"none\""},
    {"b", Group::kInline, ""},
    {"bdi", Group::kInline, ""},
    {"bdo", Group::kInline, ""},
    {"blockquote", Group::kBlock, "cite"},
    {"br", Group::kVoid, ""},
    {"caption", Group::kInline, ""},
    {"cite", Group::kInline, ""},
    {"code", Group::kInline, ""},
    {"col", Group::kVoid, "span"},
    {"colgroup", Group::kInline, "span"},
    {"dd", Group::kDefinition, ""},
    {"del", Group::kInline, "cite datetime"},
    {"details", Group::kBlock, "open"},
    {"dfn", Group::kInline, ""},
    {"div", Group::kBlock, ""},
    {"dl", Group::kBlock, ""},
    {"dt", Group::kDefinition, ""},
    {"em", Group::kInline, ""},
    {"figcaption", Group::kBlock, ""},
    {"figure", Group::kBlock, ""},
    {"footer", Group::kBlock, ""},
    {"h1", Group::kBlock, ""},
    {"h2", Group::kBlock, ""},
    {"h3", Group::kBlock, ""},
    {"h4", Group::kBlock, ""},
    {"h5", Group::kBlock, ""},
    {"h6", Group::kBlock, ""},
    {"header", Group::kBlock, ""},
    {"hr", Group::kVoid, ""},
    {"i", Group::kInline, ""},
    {"img", Group::kVoid, "src alt width height", "", true},
    {"ins", Group::kInline, "cite datetime"},
    {"kbd", Group::kInline, ""},
    {"li", Group::kListItem, "value"},
    {"main", Group::kBlock, ""},
    {"mark", Group::kInline, ""},
    {"ol", Group::kBlock, "start reversed type"},
    {"p", Group::kParagraph, ""},
    {"picture", Group::kInline, ""},
    {"pre", Group::kBlock, ""},
    {"q", Group::kInline, "cite"},
    {"rp", Group::kInline, ""},
    {"rt", Group::kInline, ""},
    {"ruby", Group::kInline, ""},
    {"s", Group::kInline, ""},
    {"samp", Group::kInline, ""},
    {"section", Group::kBlock, ""},
    {"small", Group::kInline, ""},
    {"source", Group::kVoid, "src type", "", true},
    {"span", Group::kInline, ""},
    {"strike", Group::kInline, ""},
    {"strong", Group::kInline, ""},
    {"sub", Group::kInline, ""},
    {"summary", Group::kBlock, ""},
    {"sup", Group::kInline, ""},
    {"table", Group::kTable, ""},
    {"tbody", Group::kRows, ""},
    {"td", Group::kCell, "colspan rowspan"},
    {"tfoot", Group::kRows, ""},
    {"th", Group::kCell, "colspan rowspan scope"},
    {"thead", Group::kRows, ""},
    {"time", Group::kInline, "datetime"},
    {"tr", Group::kRow, ""},
    {"tt", Group::kInline, ""},
    {"u", Group::kInline, ""},
    {"ul", Group::kBlock, ""},
    {"var", Group::kInline, ""},
    {"video", Group::kInline, "src poster width height", " controls=\"\" preload=\"none\""},
    {"wbr", Group::kVoid, ""},
};

bool is_listed(std::string_view name, std::string_view list) {
  while (!list.empty()) {
    const auto word = list.substr(0, list.find(' '));
    if (word == name) return true;
    list.remove_prefix(std::min(word.size() + 1, list.size()));
  }
  return false;
}

// What the value of an attribute has to be.
enum class Kind : std::uint8_t {
  kText,
  kAddress,
  kLanguage,
  kNumber,  // whole, with a sign
  kSize,    // whole, in pixels or per cent
  kFlag,    // its being there says all
  kDate,
  kMediaType,
  kWord,  // one of `words`
};

struct Attribute {
  constexpr Attribute(std::string_view its_name, Kind its_kind, std::string_view its_words = {},
                      bool everywhere = false)
      : name(its_name), words(its_words), kind(its_kind), is_global(everywhere) {}

  std::string_view name;
  std::string_view words;
  Kind kind;
  bool is_global;  // any element may have it
};

constexpr Attribute kAttributes[] = {
    {"alt", Kind::kText},
    {"cite", Kind::kAddress},
    {"colspan", Kind::kNumber},
    {"datetime", Kind::kDate},
    {"dir", Kind::kWord, "auto ltr rtl", true},
    {"height", Kind::kSize},
    {"href", Kind::kAddress},
    {"lang", Kind::kLanguage, "", true},
    {"open", Kind::kFlag},
    {"poster", Kind::kAddress},
    {"reversed", Kind::kFlag},
    {"rowspan", Kind::kNumber},
    {"scope", Kind::kWord, "col colgroup row rowgroup"},
    {"span", Kind::kNumber},
    {"src", Kind::kAddress},
    {"start", Kind::kNumber},
    {"title", Kind::kText, "", true},
    {"type", Kind::kMediaType},
    {"value", Kind::kNumber},
    {"width", Kind::kSize},
};

constexpr std::size_t kNumberBytesMax = 7;
constexpr std::size_t kShortBytesMax = 64;

bool is_all(std::string_view text, std::string_view others) {
  return !text.empty() && text.size() <= kShortBytesMax &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return markup::is_letter(c) || markup::is_digit(c) || others.find(c) != others.npos;
         });
}

bool is_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && text.size() <= kNumberBytesMax &&
         std::all_of(text.begin(), text.end(), markup::is_digit);
}

bool is_size(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  if (text.ends_with("px")) text.remove_suffix(2);
  return is_number(text) && markup::is_digit(text.front());
}

// Links may lead to an address of mail, and to nothing else that is not the web.
std::string address_of(const Element& element, std::string_view text, const Url& base) {
  const bool is_mail = markup::equal_ignoring_case(text.substr(0, 7), "mailto:");
  if (is_mail) return element.group == Group::kLink ? std::string(text) : "";
  return absolute_link(text, base);
}

// Empty for none.
std::string value_of_kind(const Attribute& attribute, std::string_view text) {
  switch (attribute.kind) {
    case Kind::kLanguage:
      return markup::language_of(text);
    case Kind::kNumber:
      return is_number(text) ? std::string(text) : "";
    case Kind::kSize:
      return is_size(text) ? std::string(text) : "";
    case Kind::kDate:
      return is_all(text, "-+:.,/ ") ? std::string(text) : "";
    case Kind::kMediaType:  // or a kind of list marks
      return is_all(text, "/.+-") ? std::string(text) : "";
    case Kind::kWord: {
      std::string word = markup::lower(text);
      return is_listed(word, attribute.words) ? word : "";
    }
    default:
      return std::string(text);
  }
}

}  // namespace

const Element* allowed_element(std::string_view name) {
  const auto found = std::lower_bound(
      std::begin(kElements), std::end(kElements), name,
      [](const Element& element, std::string_view key) { return element.name < key; });
  return found != std::end(kElements) && found->name == name ? found : nullptr;
}

std::optional<std::string> allowed_value(const Element& element, std::string_view name,
                                         std::string_view value, const Url& base) {
  const auto found = std::lower_bound(
      std::begin(kAttributes), std::end(kAttributes), name,
      [](const Attribute& attribute, std::string_view key) { return attribute.name < key; });
  if (found == std::end(kAttributes) || found->name != name) return std::nullopt;
  if (!found->is_global && !is_listed(name, element.attributes)) return std::nullopt;
  if (found->kind == Kind::kText) return std::string(value);
  if (found->kind == Kind::kFlag) return std::string();
  const auto text = markup::trim(value);
  std::string out =
      found->kind == Kind::kAddress ? address_of(element, text, base) : value_of_kind(*found, text);
  if (out.empty()) return std::nullopt;
  return out;
}

}  // namespace tocsin::feed
