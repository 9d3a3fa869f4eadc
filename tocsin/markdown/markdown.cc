// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markdown/markdown.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "tocsin/markdown/inline_html.h"

namespace tocsin::markdown {
namespace {

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}
bool is_blank(std::string_view line) { return indent_of(line) == line.size(); }
std::string_view without_indent(std::string_view line, std::size_t columns_max) {
  return line.substr(std::min(indent_of(line), columns_max));
}
std::string_view trimmed(std::string_view line) {
  line.remove_prefix(indent_of(line));
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  return line;
}

bool is_quote(std::string_view line) { return without_indent(line, 3).starts_with('>'); }
bool is_fence(std::string_view line) { return without_indent(line, 3).starts_with("```"); }

// A list's item: where its text starts. A numbered list starts with 1, so that "2024. A year."
// stays a sentence.
struct Item {
  bool is_numbered = false;
  std::size_t text = 0;  // the offset in the line
};
std::optional<Item> item_of(std::string_view line, bool is_first) {
  const std::size_t start = indent_of(line);
  if (start > 3 || start == line.size()) return std::nullopt;
  std::size_t at = start;
  const bool is_numbered = line[at] != '-' && line[at] != '*';
  if (is_numbered) {
    while (at < line.size() && at < start + 9 && line[at] >= '0' && line[at] <= '9') ++at;
    if (at == start || at == line.size() || (line[at] != '.' && line[at] != ')')) {
      return std::nullopt;
    }
    if (is_first && line.substr(start, at - start) != "1") return std::nullopt;
  }
  ++at;
  if (at >= line.size() || line[at] != ' ' || is_blank(line.substr(at))) return std::nullopt;
  return Item{is_numbered, at + 1};
}

class Renderer {
 public:
  // `is_tight`: paragraphs are not wrapped, as in the items of a list without blank lines.
  void blocks(const Lines& lines, std::size_t depth, bool is_tight) {
    for (std::size_t i = 0; i < lines.size();) {
      if (is_blank(lines[i])) {
        ++i;
      } else if (is_fence(lines[i])) {
        i = fence(lines, i);
      } else if (depth < kBlockDepthMax && is_quote(lines[i])) {
        i = quote(lines, i, depth);
      } else if (depth < kBlockDepthMax && item_of(lines[i], true)) {
        i = list(lines, i, depth);
      } else {
        i = paragraph(lines, i, depth, is_tight);
      }
    }
  }

  std::string take() { return std::move(out_); }

 private:
  std::size_t fence(const Lines& lines, std::size_t at) {
    out_ += "<pre><code>";
    for (++at; at < lines.size(); ++at) {
      if (is_fence(lines[at]) && trimmed(lines[at]).find_first_not_of('`') == std::string::npos) {
        ++at;
        break;
      }
      append_escaped(out_, lines[at]);
      out_ += '\n';
    }
    out_ += "</code></pre>";
    return at;
  }

  std::size_t quote(const Lines& lines, std::size_t at, std::size_t depth) {
    Lines inner;
    for (; at < lines.size() && is_quote(lines[at]); ++at) {
      auto line = without_indent(lines[at], 3).substr(1);
      if (line.starts_with(' ')) line.remove_prefix(1);
      inner.push_back(line);
    }
    out_ += "<blockquote>";
    blocks(inner, depth + 1, false);
    out_ += "</blockquote>";
    return at;
  }

  std::size_t list(const Lines& lines, std::size_t at, std::size_t depth) {
    const bool is_numbered = item_of(lines[at], true)->is_numbered;
    out_ += is_numbered ? "<ol>" : "<ul>";
    while (at < lines.size()) {
      const auto item = item_of(lines[at], false);
      if (!item || item->is_numbered != is_numbered) break;
      at = list_item(lines, at, item->text, depth);
    }
    out_ += is_numbered ? "</ol>" : "</ul>";
    return at;
  }

  // What follows an item's line and is indented by two columns or more belongs to it.
  std::size_t list_item(const Lines& lines, std::size_t at, std::size_t text, std::size_t depth) {
    Lines inner = {lines[at].substr(text)};
    bool is_tight = true;
    for (++at; at < lines.size(); ++at) {
      if (is_blank(lines[at])) {
        const bool goes_on =
            at + 1 < lines.size() && !is_blank(lines[at + 1]) && indent_of(lines[at + 1]) >= 2;
        if (!goes_on) break;
        is_tight = false;
        inner.emplace_back();
      } else if (indent_of(lines[at]) >= 2) {
        inner.push_back(without_indent(lines[at], text));
      } else {
        break;
      }
    }
    out_ += "<li>";
    blocks(inner, depth + 1, is_tight);
    out_ += "</li>";
    // One blank line between two items does not end the list.
    if (at + 1 < lines.size() && is_blank(lines[at]) && item_of(lines[at + 1], false)) ++at;
    return at;
  }

  std::size_t paragraph(const Lines& lines, std::size_t at, std::size_t depth, bool is_tight) {
    text_.clear();
    for (const std::size_t start = at; at < lines.size() && !is_blank(lines[at]); ++at) {
      const bool may_nest = depth < kBlockDepthMax;
      const bool is_other =
          is_fence(lines[at]) || (may_nest && (is_quote(lines[at]) || item_of(lines[at], true)));
      if (at != start && is_other) break;
      if (at != start) text_ += '\n';
      text_ += trimmed(lines[at]);
    }
    if (!is_tight) out_ += "<p>";
    inline_.append(out_, text_);
    if (!is_tight) out_ += "</p>";
    return at;
  }

  std::string out_;
  std::string text_;
  InlineHtml inline_;
};

}  // namespace

std::string comment_html(std::string_view source) {
  Renderer renderer;
  renderer.blocks(lines_of(source), 0, false);
  return renderer.take();
}

std::size_t count_links(std::string_view source) {
  constexpr std::string_view kLink = "<a ";
  const std::string html = comment_html(source);
  std::size_t count = 0;
  for (auto at = html.find(kLink); at != html.npos; at = html.find(kLink, at + 1)) ++count;
  return count;
}

}  // namespace tocsin::markdown
