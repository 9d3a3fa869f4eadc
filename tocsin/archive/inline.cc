// SPDX-License-Identifier: Apache-2.0
#include "tocsin/archive/inline.h"

#include <algorithm>

#include "tocsin/archive/archive.h"
#include "tocsin/markup/text.h"

namespace tocsin::archive {
namespace {

constexpr std::string_view kHexadecimal = "0123456789ABCDEF";
constexpr std::string_view kNoBreakSpace = "\xc2\xa0";
constexpr std::size_t kBackticksMax = 8;  // of a fence that comment_html() knows

bool is_word(char c) {
  return markup::is_digit(c) || markup::is_letter(c) || static_cast<signed char>(c) < 0;
}

bool is_punctuation(char c) { return c > ' ' && c < 0x7f && !is_word(c); }
bool is_white(char c) { return c == ' ' || c == '\n'; }

// A character of a bare address that no reader of Markdown takes for anything else.
bool is_plain_in_address(char c) {
  return is_word(c) || std::string_view("-._~:/?#@!$&'()+,;=%").find(c) != std::string_view::npos;
}
bool ends_address(char c) { return markup::is_space(c) || c == '<' || c == '>' || c == '"'; }

void append_percent(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kHexadecimal[byte >> 4];
  out += kHexadecimal[byte & 15];
}

bool starts_address(std::string_view text) {
  return markup::equal_ignoring_case(text.substr(0, 7), "http://") ||
         markup::equal_ignoring_case(text.substr(0, 8), "https://");
}

// True if what follows `text` directly would belong to a bare address.
bool ends_in_address(std::string_view text) {
  const auto space = text.find_last_of(" \n<>\"");
  if (space != text.npos) text.remove_prefix(space + 1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (starts_address(text.substr(i, 8))) return true;
  }
  return false;
}

// What stands between the parentheses of a link.
std::string destination(std::string_view url) {
  std::string out;
  for (const char c : url) {
    if (std::string_view("()[]\\<>\"*").find(c) != std::string_view::npos || markup::is_space(c)) {
      append_percent(out, c);
    } else {
      out += c;
    }
  }
  return out;
}

std::string_view without_scheme(std::string_view url) {
  if (starts_address(url)) url.remove_prefix(url[4] == ':' ? 7 : 8);
  if (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

// True if `label` is the link's own address, whole or shortened: "http://a/b...", "a/b".
bool is_address_of(std::string_view label, std::string_view url) {
  url = without_scheme(url);
  for (const std::string_view dots : {"...", "\xe2\x80\xa6"}) {
    if (!label.ends_with(dots)) continue;
    label = without_scheme(label.substr(0, label.size() - dots.size()));
    return !label.empty() && url.starts_with(label);
  }
  return without_scheme(label) == url;
}

// True if `url` reads the same as a bare address.
bool may_stand_bare(std::string_view url) {
  return starts_address(url) && std::all_of(url.begin(), url.end(), is_plain_in_address) &&
         ((is_word(url.back()) && url.back() != '_') || url.back() == '/');
}

std::string label_of(const std::vector<Run>& runs, std::size_t begin, std::size_t end) {
  std::string label;
  for (auto i = begin; i < end; ++i) label += runs[i].text;
  for (char& c : label) {
    if (c == '\n') c = ' ';
    if (c == '[') c = '(';
    if (c == ']') c = ')';
  }
  return label;
}

// Writes what comment_html() reads as the runs are. A backslash takes the meaning from *, ` and [;
// nothing takes it from a backslash, so that one at a marker costs the marker.
class LineWriter {
 public:
  void add(const std::vector<Run>& runs) {
    for (std::size_t i = 0; i < runs.size();) {
      auto end = i + 1;
      while (end < runs.size() && !runs[i].link.empty() && runs[end].link == runs[i].link) ++end;
      const char next = end == runs.size() ? ' ' : first_of(runs[end]);
      if (runs[i].link.empty()) {
        add_lines(runs[i], next);
      } else {
        add_link(label_of(runs, i, end), runs[i].link, next);
      }
      i = end;
    }
  }
  std::vector<std::string> take() {
    end_line();
    return std::move(lines_);
  }

 private:
  // A letter where it is not certain what will stand there: what may stand at a letter may stand
  // anywhere.
  static char first_of(const Run& run) {
    if (run.text.empty()) return 'a';
    return run.link.empty() || is_white(run.text.front()) ? run.text.front() : 'a';
  }

  void add_lines(const Run& run, char next) {
    std::string_view rest = run.text;
    for (;;) {
      const auto line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(line.size());
      add_line(run, line, rest.empty() ? next : '\n');
      if (rest.empty()) return;
      rest.remove_prefix(1);
      end_line();
    }
  }

  void add_line(const Run& run, std::string_view text, char next) {
    const auto start = std::min(text.find_first_not_of(' '), text.size());
    add_text(text.substr(0, start));
    text.remove_prefix(start);
    const auto stop = text.find_last_not_of(' ') + 1;  // 0 where there is none
    const auto tail = text.substr(stop);
    text = text.substr(0, stop);
    if (text.empty()) return;
    const bool is_code = run.is_code && may_be_code(text);
    std::string_view marker = run.is_em ? (run.is_strong ? "***" : "*") : run.is_strong ? "**" : "";
    if (!fits(text, is_code, tail.empty() ? next : ' ')) marker = {};
    line_ += marker;
    if (is_code) {
      add_code(text);
    } else {
      add_text(text);
    }
    line_ += marker;
    is_after_marker_ = !marker.empty();
    add_text(tail);
  }

  // Markers stand only where they are taken for markers: one next to punctuation opens or closes
  // only towards white space or other punctuation.
  bool fits(std::string_view text, bool is_code, char next) const {
    const char before = line_.empty() ? ' ' : line_.back();
    const char first = is_code ? '`' : text.front();
    const char last = is_code ? '`' : text.back();
    const bool opens = !is_word(before) || !is_punctuation(first);
    const bool closes = is_white(next) || is_punctuation(next) || !is_punctuation(last);
    return opens && closes && before != '\\' && last != '\\' && !is_after_marker_ && !in_address_ &&
           (is_code || !ends_in_address(text));
  }

  static bool may_be_code(std::string_view text) {
    return fence_for(text, 1).size() <= kBackticksMax;
  }

  // A code span does not follow a backtick of another.
  void add_code(std::string_view text) {
    if (line_.ends_with('`') || line_.ends_with('\\')) line_ += ' ';
    const auto fence = fence_for(text, 1);
    const std::string_view pad = text.front() == '`' || text.back() == '`' ? " " : "";
    line_.append(fence).append(pad).append(text).append(pad).append(fence);
    in_address_ = false;
  }

  void add_link(std::string_view label, const std::string& url, char next) {
    const auto start = std::min(label.find_first_not_of(' '), label.size());
    add_text(label.substr(0, start));
    label.remove_prefix(start);
    const auto stop = label.find_last_not_of(' ') + 1;
    const auto tail = label.substr(stop);
    label = label.substr(0, stop);
    const auto address = destination(url);
    if (!tail.empty()) next = ' ';
    const bool is_separate = (line_.empty() || line_.back() == ' ') && is_white(next);
    if (label.empty() || address.size() > kUrlBytesMax) {
      add_text(label);
    } else if (is_separate && is_address_of(label, url) && may_stand_bare(url)) {
      line_ += url;
      in_address_ = true;
      is_after_marker_ = false;
    } else {
      if (line_.ends_with('\\')) line_ += ' ';
      line_.append("[").append(label).append("](").append(address).append(")");
      in_address_ = is_after_marker_ = false;
    }
    add_text(tail);
  }

  void add_text(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      is_after_marker_ = false;
      if (in_address_ && ends_address(c)) in_address_ = false;
      if (!in_address_ && (line_.empty() || !is_word(line_.back()))) {
        in_address_ = starts_address(text.substr(i, 8));
      }
      if (in_address_) {
        // What ends the sentence is not the address's; an underscore that does would be lost.
        const bool is_plain =
            c == '_' ? i + 1 < text.size() && is_word(text[i + 1]) : is_plain_in_address(c);
        if (is_plain) line_ += c;
        if (!is_plain) append_percent(line_, c);
        continue;
      }
      if (c == '*' || c == '`' || c == '[') line_ += '\\';
      line_ += c;
    }
  }

  void end_line() {
    while (line_.ends_with(' ')) line_.pop_back();
    line_.erase(0, std::min(line_.find_first_not_of(' '), line_.size()));
    if (starts_block()) line_.insert(0, kNoBreakSpace);
    lines_.push_back(std::move(line_));
    line_.clear();
    in_address_ = is_after_marker_ = false;
  }

  // True if the line would be a quote, an item or code. No backslash helps there.
  bool starts_block() const {
    const std::string_view line = line_;
    if (line.starts_with('>') || line.starts_with("```")) return true;
    const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
    const auto mark = line.substr(digits, 2);
    return digits > 0 ? mark == ". " || mark == ") " : mark == "- " || mark == "* ";
  }

  std::vector<std::string> lines_;
  std::string line_;
  bool is_after_marker_ = false;  // a second one would join it
  bool in_address_ = false;       // what follows without a space belongs to a bare address
};

}  // namespace

std::string fence_for(std::string_view code, std::size_t fewest) {
  std::size_t longest = 0;
  std::size_t length = 0;
  for (const char c : code) {
    length = c == '`' ? length + 1 : 0;
    longest = std::max(longest, length);
  }
  return std::string(longest < fewest ? fewest : longest + 1, '`');
}

std::vector<std::string> markdown_lines(const std::vector<Run>& runs) {
  LineWriter writer;
  writer.add(runs);
  return writer.take();
}

}  // namespace tocsin::archive
