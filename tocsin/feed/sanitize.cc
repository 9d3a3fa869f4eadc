// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/sanitize.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <vector>

#include "tocsin/markup/html.h"
#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

// What an element is, where its own end tag may be missing.
enum class Group {
  kInline,
  kVoid,
  kBlock,      // ends a paragraph
  kParagraph,  // ends at the next block
  kListItem,
  kDefinition,  // dt, dd
  kCell,
  kRow,
  kRows,  // thead, tbody, tfoot
  kTable,
  kLink,
};

struct Element {
  std::string_view name;
  Group group;
  std::string_view attributes;  // separated by spaces, beside those every element may have
};

constexpr Element kElements[] = {
    {"a", Group::kLink, "href"},
    {"abbr", Group::kInline, ""},
    {"address", Group::kBlock, ""},
    {"article", Group::kBlock, ""},
    {"aside", Group::kBlock, ""},
    {"audio", Group::kInline, "src controls"},
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
    {"img", Group::kVoid, "src alt width height"},
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
    {"source", Group::kVoid, "src type"},
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
    {"video", Group::kInline, "src poster controls width height"},
    {"wbr", Group::kVoid, ""},
};
constexpr std::string_view kGlobalAttributes = "title lang dir";

const Element* element_of(std::string_view name) {
  const auto found = std::lower_bound(
      std::begin(kElements), std::end(kElements), name,
      [](const Element& element, std::string_view key) { return element.name < key; });
  return found != std::end(kElements) && found->name == name ? found : nullptr;
}

bool is_listed(std::string_view name, std::string_view list) {
  while (!list.empty()) {
    const auto word = list.substr(0, list.find(' '));
    if (word == name) return true;
    list.remove_prefix(std::min(word.size() + 1, list.size()));
  }
  return false;
}

bool is_table_part(Group group) {
  return group == Group::kCell || group == Group::kRow || group == Group::kRows;
}

// True if the start of `next` ends `open`, as HTML's optional end tags have it.
bool ends(Group open, Group next) {
  switch (open) {
    case Group::kParagraph:
      return next != Group::kInline && next != Group::kVoid && next != Group::kLink;
    case Group::kListItem:
    case Group::kDefinition:
    case Group::kLink:
      return next == open;
    case Group::kCell:
      return is_table_part(next);
    case Group::kRow:
      return next == Group::kRow || next == Group::kRows;
    case Group::kRows:
      return next == Group::kRows;
    default:
      return false;
  }
}

// A picture that is there to be counted, not seen.
bool is_tracker(const markup::HtmlToken& tag) {
  for (const char* const side : {"width", "height"}) {
    const auto* const value = tag.find(side);
    if (value && (markup::trim(*value) == "0" || markup::trim(*value) == "1" ||
                  markup::trim(*value) == "1px"))
      return true;
  }
  const auto* const style = tag.find("style");
  if (!style) return false;
  std::string text = markup::lower(*style);
  std::erase_if(text, markup::is_space);
  return text.find("display:none") != text.npos;
}

bool is_address_attribute(std::string_view name) {
  return name == "href" || name == "src" || name == "poster" || name == "cite";
}

class Sanitizer {
 public:
  Sanitizer(std::string_view html, const Url& base) : reader_(html), base_(base) {}

  std::string run() {
    while (!is_full_) {
      const auto& token = reader_.next();
      if (token.kind == markup::HtmlToken::Kind::kEndOfInput) break;
      if (token.kind == markup::HtmlToken::Kind::kText) add_text(token.text);
      if (token.kind == markup::HtmlToken::Kind::kStart) add_start(token);
      if (token.kind == markup::HtmlToken::Kind::kEnd) add_end(token.name);
    }
    while (!open_.empty()) close_top();
    return std::move(out_);
  }

 private:
  // What can still be written, given that all open elements have to be closed.
  std::size_t room() const { return kFieldBytesMax - out_.size() - closing_bytes_; }

  void add_text(std::string_view raw) {
    const std::string text = markup::clean_text(markup::decode_references(raw));
    for (std::size_t i = 0; i < text.size();) {
      const auto escaped = markup::escape_of(text[i]);
      std::size_t length = 1;
      while (i + length < text.size() && (text[i + length] & 0xc0) == 0x80) ++length;
      const auto piece = escaped.empty() ? std::string_view(text).substr(i, length) : escaped;
      if (piece.size() > room()) {
        is_full_ = true;
        return;
      }
      out_ += piece;
      i += length;
    }
  }

  void add_start(const markup::HtmlToken& tag) {
    const Element* const element = element_of(tag.name);
    if (!element) return;
    while (!open_.empty() && ends(open_.back()->group, element->group)) close_top();
    const bool is_void = element->group == Group::kVoid;
    if (!is_void && open_.size() == kMarkupDepthMax) return;
    const auto text = start_tag(*element, tag);
    if (!text) return;
    const std::size_t closing_bytes = is_void ? 0 : element->name.size() + 3;
    if (text->size() + closing_bytes > room()) {
      is_full_ = true;
      return;
    }
    out_ += *text;
    if (is_void) return;
    closing_bytes_ += closing_bytes;
    open_.push_back(element);
  }

  // An end tag closes what is open above its element, but not across the border of a table cell.
  void add_end(std::string_view name) {
    const Element* const element = element_of(name);
    if (!element) return;
    for (std::size_t i = open_.size(); i-- > 0;) {
      if (open_[i] == element) {
        while (open_.size() > i) close_top();
        return;
      }
      const bool is_border = open_[i]->group == Group::kCell || open_[i]->group == Group::kTable;
      if (is_border && !is_table_part(element->group) && element->group != Group::kTable) return;
    }
  }

  void close_top() {
    const auto name = open_.back()->name;
    out_ += "</";
    out_ += name;
    out_ += '>';
    closing_bytes_ -= name.size() + 3;
    open_.pop_back();
  }

  std::optional<std::string> start_tag(const Element& element, const markup::HtmlToken& tag) const {
    if (element.name == "img" && is_tracker(tag)) return std::nullopt;
    std::string out = "<" + std::string(element.name);
    std::vector<std::string_view> written;
    bool has_address = false;
    for (const auto& [name, raw] : tag.attributes) {
      if (!is_listed(name, element.attributes) && !is_listed(name, kGlobalAttributes)) continue;
      if (std::find(written.begin(), written.end(), name) != written.end()) continue;
      const bool is_address = is_address_attribute(name);
      const std::string value = is_address ? address(element, raw) : raw;
      if (is_address && value.empty()) continue;
      has_address = has_address || name == "href" || name == "src";
      out += ' ' + name + "=\"" + markup::escape(value) + '"';
      written.push_back(name);
    }
    const bool needs_address =
        element.name == "a" || element.name == "img" || element.name == "source";
    if (needs_address && !has_address) return std::nullopt;
    if (element.name == "a") out += " rel=\"noopener nofollow\"";
    return out + '>';
  }

  std::string address(const Element& element, std::string_view raw) const {
    const auto text = markup::trim(raw);
    const bool is_mail = markup::equal_ignoring_case(text.substr(0, 7), "mailto:");
    if (is_mail) return element.name == "a" ? std::string(text) : "";
    return absolute_link(text, base_);
  }

  markup::HtmlReader reader_;
  const Url& base_;
  std::string out_;
  std::vector<const Element*> open_;
  std::size_t closing_bytes_ = 0;
  bool is_full_ = false;
};

bool is_inline(std::string_view name) {
  const Element* const element = element_of(name);
  if (!element) return name == "font" || name == "big" || name == "nobr";
  if (element->group == Group::kVoid) return element->name == "wbr";
  return element->group == Group::kInline || element->group == Group::kLink;
}

}  // namespace

std::string sanitize_html(std::string_view html, const Url& base) {
  return Sanitizer(html, base).run();
}

std::string plain_text(std::string_view html) {
  std::string out;
  markup::HtmlReader reader(html);
  for (;;) {
    const auto& token = reader.next();
    if (token.kind == markup::HtmlToken::Kind::kEndOfInput)
      return markup::fold_space(markup::clean_text(out));
    if (token.kind == markup::HtmlToken::Kind::kText) {
      out += markup::decode_references(token.text);
    } else if (!is_inline(token.name)) {
      out += ' ';
    }
  }
}

std::string absolute_link(std::string_view reference, const Url& base) {
  if (markup::trim(reference).empty()) return {};
  const auto url = base.scheme.empty() ? Url::parse(reference) : base.resolve(reference);
  return url && url->is_http() ? url->text() : std::string();
}

}  // namespace tocsin::feed
