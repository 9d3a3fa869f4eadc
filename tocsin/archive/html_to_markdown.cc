// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

#include "tocsin/archive/inline.h"
#include "tocsin/archive/markdown.h"
#include "tocsin/markup/html.h"
#include "tocsin/markup/text.h"
#include "tocsin/url/url.h"

namespace tocsin::archive {
namespace {

using markup::HtmlReader;
using markup::HtmlToken;

constexpr std::size_t kLinkBytesMax = 2048;
constexpr int kStyleDepthMax = 1 << 20;

constexpr std::string_view kBlocks[] = {
    "address", "article", "aside", "body",   "caption",   "center",  "dd",       "details",
    "div",     "dl",      "dt",    "figure", "form",      "footer",  "fieldset", "header",
    "hr",      "html",    "main",  "nav",    "p",         "section", "summary",  "table",
    "tbody",   "tfoot",   "thead", "tr",     "figcaption"};

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_heading(std::string_view name) {
  return name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
}

// A link's target as it is to stand; empty if it may not.
std::string link_target(std::string_view href) {
  href = markup::trim(href);
  if (href.size() > kLinkBytesMax) return {};
  if (markup::equal_ignoring_case(href.substr(0, 7), "mailto:")) {
    const bool is_clean = std::none_of(href.begin(), href.end(), [](char c) {
      return static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == '"';
    });
    return is_clean && href.find('@') != href.npos ? "mailto:" + std::string(href.substr(7)) : "";
  }
  const auto url = Url::parse(href);
  const bool is_plain = url && url->is_http() && url->user_info.empty() && url->host.front() != '[';
  return is_plain ? url->text() : std::string();
}

// Collects paragraphs and writes each when it ends, below the quotes and lists it stands in.
class Converter {
 public:
  Converter(LineEnds line_ends, std::size_t bytes_max)
      : line_ends_(line_ends), bytes_max_(bytes_max) {}

  std::string run(std::string_view html) {
    HtmlReader reader(html);
    while (out_.size() < bytes_max_) {
      const auto& token = reader.next();
      if (token.kind == HtmlToken::Kind::kEndOfInput) break;
      if (token.kind == HtmlToken::Kind::kText) {
        add_text(markup::clean_text(markup::decode_references(token.text)));
      } else if (token.kind == HtmlToken::Kind::kStart) {
        open(token);
      } else {
        close(token.name);
      }
    }
    end_block();
    return std::string(markup::trim(markup::cut(out_, bytes_max_)));
  }

 private:
  struct Container {
    enum class Kind : std::uint8_t { kQuote, kBullets, kNumbers, kItem };
    Kind kind;
    std::size_t id;
    std::size_t number = 0;  // kNumbers: of the latest item
    std::string marker;      // kItem: "- ", until it was written
    std::size_t indent = 0;  // kItem: of its further lines
  };
  using Kind = Container::Kind;
  static bool is_shown(const Container& each) {
    return each.kind == Kind::kQuote || each.kind == Kind::kItem;
  }

  void open(const HtmlToken& token) {
    const std::string_view name = token.name;
    if (name == "br") {
      add_break();
      is_after_tag_ = true;
    } else if (name == "img") {
      if (const auto* alt = token.find("alt")) add_text(*alt);
    } else if (is_one_of(name, {"em", "i", "cite", "dfn", "var"})) {
      em_ = std::min(em_ + 1, kStyleDepthMax);
    } else if (is_one_of(name, {"strong", "b"})) {
      strong_ = std::min(strong_ + 1, kStyleDepthMax);
    } else if (is_one_of(name, {"code", "tt", "kbd", "samp"})) {
      code_ = std::min(code_ + 1, kStyleDepthMax);
    } else if (name == "a") {
      const auto* href = token.find("href");
      link_ = href ? link_target(*href) : "";
    } else if (is_one_of(name, {"td", "th"})) {
      add_text(" ");
    } else {
      open_block(name);
    }
  }

  void open_block(std::string_view name) {
    if (name == "pre") {
      end_block();
      in_pre_ = true;
    } else if (is_heading(name)) {
      end_block();
      in_heading_ = true;
    } else if (is_one_of(name, {"blockquote", "ul", "ol", "menu", "li"})) {
      open_container(name);
    } else if (std::find(std::begin(kBlocks), std::end(kBlocks), name) != std::end(kBlocks)) {
      end_block();
    }
  }

  void open_container(std::string_view name) {
    end_block();
    if (name == "li") {
      if (containers_.empty() || containers_.back().kind == Kind::kQuote) push(Kind::kBullets);
      if (!containers_.empty() && containers_.back().kind == Kind::kItem) containers_.pop_back();
      if (containers_.empty()) return;  // too deep for its list
      auto& list = containers_.back();
      if (list.kind != Kind::kBullets && list.kind != Kind::kNumbers) return;
      const auto marker = list.kind == Kind::kBullets ? "- " : std::to_string(++list.number) + ". ";
      if (push(Kind::kItem)) {
        containers_.back().marker = marker;
        containers_.back().indent = marker.size();
      }
    } else {
      push(name == "blockquote" ? Kind::kQuote : name == "ol" ? Kind::kNumbers : Kind::kBullets);
    }
  }

  bool push(Kind kind) {
    const auto shown = std::count_if(containers_.begin(), containers_.end(), is_shown);
    const bool is_too_many =
        is_shown({kind, 0}) && static_cast<std::size_t>(shown) == kContainersMax;
    if (is_too_many || containers_.size() == 2 * kContainersMax) {
      ++too_deep_;
      return false;
    }
    containers_.push_back({kind, ++last_id_});
    return true;
  }

  void close(std::string_view name) {
    if (is_one_of(name, {"em", "i", "cite", "dfn", "var"})) {
      em_ = std::max(em_ - 1, 0);
    } else if (is_one_of(name, {"strong", "b"})) {
      strong_ = std::max(strong_ - 1, 0);
    } else if (is_one_of(name, {"code", "tt", "kbd", "samp"})) {
      code_ = std::max(code_ - 1, 0);
    } else if (name == "a") {
      link_.clear();
    } else if (name == "pre") {
      end_block();
      in_pre_ = false;
    } else if (is_heading(name)) {
      end_block();
      in_heading_ = false;
    } else if (name == "blockquote") {
      close_container([](Kind kind) { return kind == Kind::kQuote; });
    } else if (is_one_of(name, {"ul", "ol", "menu"})) {
      close_container([](Kind kind) { return kind == Kind::kBullets || kind == Kind::kNumbers; });
    } else if (name == "li") {
      close_container([](Kind kind) { return kind == Kind::kItem; });
    } else if (std::find(std::begin(kBlocks), std::end(kBlocks), name) != std::end(kBlocks)) {
      end_block();
    }
  }

  template <class Matches>
  void close_container(Matches matches) {
    end_block();
    if (too_deep_ > 0) {
      --too_deep_;
      return;
    }
    const auto found = std::find_if(containers_.rbegin(), containers_.rend(),
                                    [&](const Container& each) { return matches(each.kind); });
    if (found != containers_.rend()) containers_.erase(std::prev(found.base()), containers_.end());
  }

  // Two in a row end the paragraph.
  void add_break() {
    if (in_pre_) {
      pre_ += '\n';
      return;
    }
    if (!has_text_) return;
    if (is_after_break_) {
      end_block();
      return;
    }
    Run& run = current_run();
    while (run.text.ends_with(' ')) run.text.pop_back();
    run.text += '\n';
    is_after_space_ = true;
    is_after_break_ = true;
  }

  void add_text(std::string_view text) {
    if (in_pre_) {
      pre_ += text;
      return;
    }
    constexpr std::string_view kNoBreakSpace = "\xc2\xa0";
    while (!text.empty()) {
      const bool is_no_break_space = text.starts_with(kNoBreakSpace);
      const char c = is_no_break_space ? ' ' : text.front();
      text.remove_prefix(is_no_break_space ? kNoBreakSpace.size() : 1);
      if (!markup::is_space(c)) {
        add_character(c);
      } else if (c == '\n' && line_ends_ == LineEnds::kBreak) {
        if (!is_after_tag_) add_break();
        is_after_tag_ = false;
      } else {
        add_space();
      }
    }
  }

  void add_space() {
    if (is_after_space_) return;
    current_run().text += ' ';
    is_after_space_ = true;
  }

  void add_character(char c) {
    current_run().text += c;
    is_after_space_ = false;
    is_after_break_ = false;
    is_after_tag_ = false;
    has_text_ = true;
  }

  Run& current_run() {
    const bool is_strong = strong_ > 0 || in_heading_;
    if (!runs_.empty()) {
      Run& last = runs_.back();
      if (last.is_em == (em_ > 0) && last.is_strong == is_strong && last.is_code == (code_ > 0) &&
          last.link == link_) {
        return last;
      }
    }
    return runs_.emplace_back(Run{"", em_ > 0, is_strong, code_ > 0, link_});
  }

  void end_block() {
    if (!pre_.empty()) {
      end_code();
    } else if (has_text_) {
      auto lines = markdown_lines(runs_);
      while (!lines.empty() && lines.back().empty()) lines.pop_back();
      write_block(lines);
    }
    runs_.clear();
    has_text_ = false;
    is_after_space_ = true;
    is_after_break_ = false;
  }

  void end_code() {
    std::string_view code = pre_;
    if (code.starts_with('\n')) code.remove_prefix(1);
    while (code.ends_with('\n')) code.remove_suffix(1);
    if (!markup::trim(code).empty()) {
      std::vector<std::string> lines{"```"};
      for (;;) {
        const auto line = code.substr(0, code.find('\n'));
        lines.push_back(code_line(line));
        if (line.size() == code.size()) break;
        code.remove_prefix(line.size() + 1);
      }
      lines.emplace_back("```");
      write_block(lines);
    }
    pre_.clear();
  }

  // A line that would end the code, or, without anything on it, the item around it, gets a space
  // that does not show.
  std::string code_line(std::string_view line) const {
    const auto text = markup::trim(line);
    const bool ends_code = text.starts_with("```") && text.find_first_not_of('`') == text.npos;
    const bool ends_item =
        text.empty() && std::any_of(containers_.begin(), containers_.end(),
                                    [](const Container& each) { return each.kind == Kind::kItem; });
    return (ends_code || ends_item ? "\xc2\xa0" : "") + std::string(line);
  }

  // What stands before a line in the first `depth` containers. The first line of an item takes its
  // marker.
  std::string prefix(std::size_t depth, bool takes_markers) {
    std::string out;
    for (std::size_t i = 0; i < std::min(depth, containers_.size()); ++i) {
      auto& container = containers_[i];
      if (container.kind == Kind::kQuote) {
        out += "> ";
      } else if (container.kind == Kind::kItem) {
        if (takes_markers && !container.marker.empty()) {
          out += container.marker;
          container.marker.clear();
        } else {
          out.append(container.indent, ' ');
        }
      }
    }
    return out;
  }

  // A blank line stands between blocks, unless an item of the same list starts.
  void separate() {
    if (out_.empty()) return;
    std::size_t common = 0;
    while (common < std::min(containers_.size(), written_in_.size()) &&
           containers_[common].id == written_in_[common]) {
      ++common;
    }
    const bool is_next_item =
        common > 0 && common < containers_.size() && containers_[common].kind == Kind::kItem;
    const bool is_list_in_item = common > 0 && common + 1 < containers_.size() &&
                                 containers_[common - 1].kind == Kind::kItem &&
                                 containers_[common + 1].kind == Kind::kItem;
    if (is_next_item || is_list_in_item) return;
    auto line = prefix(common, false);
    while (line.ends_with(' ')) line.pop_back();
    out_ += line + '\n';
  }

  void write_block(const std::vector<std::string>& lines) {
    separate();
    for (std::size_t i = 0; i < lines.size() && out_.size() < bytes_max_; ++i) {
      out_ += prefix(containers_.size(), true);
      out_ += lines[i];
      if (lines[i].empty()) {
        while (out_.ends_with(' ')) out_.pop_back();
      }
      out_ += '\n';
    }
    written_in_.clear();
    for (const auto& container : containers_) written_in_.push_back(container.id);
  }

  LineEnds line_ends_;
  std::size_t bytes_max_;
  std::string out_;
  std::vector<Run> runs_;
  std::string pre_;
  std::string link_;
  std::vector<Container> containers_;
  std::vector<std::size_t> written_in_;  // ids of the containers of the block written last
  std::size_t last_id_ = 0;
  std::size_t too_deep_ = 0;
  int em_ = 0;
  int strong_ = 0;
  int code_ = 0;
  bool in_pre_ = false;
  bool in_heading_ = false;
  bool has_text_ = false;
  bool is_after_space_ = true;
  bool is_after_break_ = false;
  bool is_after_tag_ = false;  // <br>: the line end behind it is not another
};

}  // namespace

std::string html_to_markdown(std::string_view html, LineEnds line_ends, std::size_t bytes_max) {
  html = markup::cut(html, kHtmlBytesMax);
  return Converter(line_ends, bytes_max).run(html);
}

}  // namespace tocsin::archive
