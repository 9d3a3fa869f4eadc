// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/sanitize/sanitize.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "tocsin/feed/sanitize/allowlist.h"
#include "tocsin/feed/sanitize/beacons.h"
#include "tocsin/markup/html.h"
#include "tocsin/markup/scan.h"
#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

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

class Sanitizer {
 public:
  Sanitizer(std::string_view html, const Url& base) : reader_(html), base_(base) {
    out_.reserve(std::min(html.size() + html.size() / 8, kFieldBytesMax));
  }

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
    if (markup::plain_length(raw) == raw.size()) {
      append(raw);
      return;
    }
    const std::string clean = markup::clean_text(markup::decode_references(raw));
    for (std::string_view text = clean; !text.empty() && !is_full_;) {
      const auto length = markup::find_any<'&', '<', '>', '"'>(text);
      append(text.substr(0, length));
      text.remove_prefix(length);
      if (text.empty()) break;
      const auto escaped = markup::escape_of(text.front());
      append(escaped.size() <= room() ? escaped : "");
      is_full_ = is_full_ || escaped.size() > room();
      text.remove_prefix(1);
    }
  }

  // As much as there is room for, cut between characters.
  void append(std::string_view text) {
    is_full_ = is_full_ || text.size() > room();
    out_ += markup::cut(text, room());
  }

  void add_start(const markup::HtmlToken& tag) {
    const Element* const element = allowed_element(tag.name);
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
    const Element* const element = allowed_element(name);
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
    if (element.name == "img" && is_beacon(tag, base_)) return std::nullopt;
    std::string out = "<" + std::string(element.name);
    std::vector<std::string_view> seen;
    bool has_address = false;
    for (const auto& [name, raw] : tag.attributes) {
      // The first of a name counts, whatever it says, as in browsers.
      if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
      seen.emplace_back(name);
      const auto value = allowed_value(element, name, raw, base_);
      if (!value) continue;
      has_address = has_address || name == "href" || name == "src";
      out += ' ' + name + "=\"" + markup::escape(*value) + '"';
    }
    if (element.needs_address && !has_address) return std::nullopt;
    return out.append(element.fixed) + '>';
  }

  markup::HtmlReader reader_;
  const Url& base_;
  std::string out_;
  std::vector<const Element*> open_;
  std::size_t closing_bytes_ = 0;
  bool is_full_ = false;
};

bool is_inline(std::string_view name) {
  const Element* const element = allowed_element(name);
  if (!element) return name == "font" || name == "big" || name == "nobr";
  if (element->group == Group::kVoid) return element->name == "wbr";
  return element->group == Group::kInline || element->group == Group::kLink;
}

}  // namespace

std::string sanitize_html(std::string_view html, const Url& base) {
  return Sanitizer(html, base).run();
}

std::string plain_text(std::string_view html) {
  if (markup::plain_length(html) == html.size()) return markup::fold_space(html);
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
  if (auto link = normal_web_link(reference)) return *std::move(link);
  const auto url = base.scheme.empty() ? Url::parse(reference) : base.resolve(reference);
  return url && url->is_http() ? url->text() : std::string();
}

}  // namespace tocsin::feed
