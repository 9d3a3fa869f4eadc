// SPDX-License-Identifier: Apache-2.0
#include "tocsin/archive/inline.h"

#include <algorithm>

#include "tocsin/markup/text.h"

namespace tocsin::archive {
namespace {

constexpr std::string_view kHexadecimal = "0123456789ABCDEF";

bool is_alphanumeric(char c) {
  return markup::is_digit(c) || markup::is_letter(c) || static_cast<signed char>(c) < 0;
}

bool is_punctuation(char c) { return c > ' ' && c < 0x7f && !is_alphanumeric(c); }

// A character of a bare address that no reader of Markdown takes for anything else.
bool is_plain_in_address(char c) {
  return is_alphanumeric(c) ||
         std::string_view("-.~:/?#@!$&'()+,;=%").find(c) != std::string_view::npos;
}

void append_percent(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kHexadecimal[byte >> 4];
  out += kHexadecimal[byte & 15];
}

// True if `text` starts with what opens or closes a tag, or an address in angle brackets.
bool starts_tag(std::string_view text) {
  return text.size() > 1 &&
         (markup::is_letter(text[1]) || text[1] == '/' || text[1] == '!' || text[1] == '?');
}

bool starts_reference(std::string_view text) {
  return text.size() > 1 && (markup::is_letter(text[1]) || text[1] == '#');
}

// An underscore within a word means nothing.
bool is_within_word(std::string_view text, std::size_t at) {
  return at > 0 && at + 1 < text.size() && is_alphanumeric(text[at - 1]) &&
         is_alphanumeric(text[at + 1]);
}

bool needs_escape(std::string_view text, std::size_t at) {
  switch (text[at]) {
    case '\\':
    case '*':
    case '`':
    case '[':
    case ']':
      return true;
    case '_':
      return !is_within_word(text, at);
    case '<':
      return starts_tag(text.substr(at));
    case '&':
      return starts_reference(text.substr(at));
    default:
      return false;
  }
}

// Appends the address that `text` starts with, and returns its length; 0 if there is none.
std::size_t take_address(std::string_view text, std::string& out) {
  const auto scheme = text.starts_with("http://") ? 7U : text.starts_with("https://") ? 8U : 0U;
  if (scheme == 0 || text.size() == scheme || !is_alphanumeric(text[scheme])) return 0;
  std::size_t length = 0;
  for (; length < text.size(); ++length) {
    const char c = text[length];
    if (markup::is_space(c) || c == '<' || c == '>' || c == '"') break;
    if (is_plain_in_address(c) || (c == '_' && is_within_word(text, length))) {
      out += c;
    } else {
      append_percent(out, c);
    }
  }
  return length;
}

void append_escaped(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == 'h' && (i == 0 || !is_alphanumeric(text[i - 1]))) {
      if (const auto length = take_address(text.substr(i), out); length > 0) {
        i += length - 1;
        continue;
      }
    }
    if (needs_escape(text, i)) out += '\\';
    out += text[i];
  }
}

// `text` between backticks, as it is.
std::string code_span(std::string_view text) {
  const auto fence = fence_for(text, 1);
  const bool is_padded =
      text.front() == '`' || text.back() == '`' || (text.front() == ' ' && text.back() == ' ');
  const std::string_view pad = is_padded ? " " : "";
  std::string out = fence;
  out.append(pad).append(text).append(pad).append(fence);
  return out;
}

// What stands between the parentheses of a link.
std::string destination(std::string_view url) {
  std::string out;
  for (const char c : url) {
    if (c == '(' || c == ')' || c == '\\' || c == '<' || c == '>' || c == '&' || c == '*' ||
        c == '_') {
      // & and _ mean nothing to CommonMark here, but to simpler readers they may.
      if (c == '&' || c == '_') {
        out += c;
      } else {
        append_percent(out, c);
      }
    } else if (markup::is_space(c)) {
      append_percent(out, c);
    } else {
      out += c;
    }
  }
  return out;
}

// True if `label` is the link's own address, whole or shortened as Disqus does ("http://a/b...").
bool is_address_of(std::string_view label, std::string_view url) {
  if (label == url) return true;
  for (const std::string_view dots : {"...", "\xe2\x80\xa6"}) {
    if (!label.ends_with(dots)) continue;
    label.remove_suffix(dots.size());
    return label.starts_with("http") && url.starts_with(label);
  }
  return label.starts_with("http") && url.size() == label.size() + 1 && url.starts_with(label) &&
         url.ends_with('/');
}

// True if `url` reads the same as a bare address.
bool may_stand_bare(std::string_view url) {
  if (!url.starts_with("http") || !std::all_of(url.begin(), url.end(), is_plain_in_address))
    return false;
  return is_alphanumeric(url.back()) || url.back() == '/';
}

class LineWriter {
 public:
  void add(const std::vector<Run>& runs) {
    for (std::size_t i = 0; i < runs.size();) {
      auto end = i + 1;
      while (end < runs.size() && !runs[i].link.empty() && runs[end].link == runs[i].link) ++end;
      if (runs[i].link.empty()) {
        add_run(runs[i], i + 1 < runs.size() ? first_of(runs[i + 1]) : ' ');
      } else {
        add_link(runs, i, end);
      }
      i = end;
    }
  }
  std::vector<std::string> take() {
    end_line();
    return std::move(lines_);
  }

 private:
  static char first_of(const Run& run) { return run.text.empty() ? ' ' : run.text.front(); }

  void add_link(const std::vector<Run>& runs, std::size_t begin, std::size_t end) {
    std::string label;
    for (auto i = begin; i < end; ++i) label += runs[i].text;
    const auto& url = runs[begin].link;
    const char next = end < runs.size() ? first_of(runs[end]) : ' ';
    if (markup::trim(label).empty()) {
      add_text(label);
      return;
    }
    const bool is_separate =
        (line_.empty() || line_.back() == ' ') && (next == ' ' || next == '\n');
    if (is_separate && is_address_of(label, url) && may_stand_bare(url)) {
      line_ += url;
      is_after_marker_ = false;
      return;
    }
    if (line_.ends_with('!')) line_.insert(line_.size() - 1, "\\");
    line_ += '[';
    is_after_marker_ = false;
    in_link_ = true;
    for (auto i = begin; i < end; ++i) add_run(runs[i], i + 1 < end ? first_of(runs[i + 1]) : ']');
    in_link_ = false;
    line_ += "](" + destination(url) + ')';
    is_after_marker_ = false;
  }

  // Markers stand directly at the text, and only where CommonMark takes them for markers: a
  // delimiter next to punctuation opens or closes only towards a space or other punctuation.
  void add_run(const Run& run, char next) {
    auto text = std::string_view(run.text);
    const auto start = std::min(text.find_first_not_of(" \n"), text.size());
    add_text(text.substr(0, start));
    text.remove_prefix(start);
    const auto stop = text.find_last_not_of(" \n") + 1;  // 0 where there is none
    const auto tail = text.substr(stop);
    text = text.substr(0, stop);
    if (text.empty()) return;
    std::string_view marker = run.is_em ? (run.is_strong ? "***" : "*") : run.is_strong ? "**" : "";
    if (!tail.empty()) next = ' ';
    const char before = line_.empty() ? ' ' : line_.back();
    const bool opens = opens_after(before, text.front());
    const bool closes =
        next == ' ' || next == '\n' || is_punctuation(next) || !is_punctuation(text.back());
    // Code is bounded by punctuation of its own.
    const bool fits_code =
        !run.is_code || ((is_space_or_punctuation(before)) && next_is_open(next));
    if (!opens || !closes || !fits_code || is_after_marker_ || text.find('\n') != text.npos)
      marker = {};
    line_ += marker;
    if (run.is_code) {
      add_code(text);
    } else {
      add_text(text);
    }
    line_ += marker;
    is_after_marker_ = !marker.empty();
    add_text(tail);
  }

  static bool next_is_open(char next) {
    return next == ' ' || next == '\n' || is_punctuation(next);
  }
  static bool is_space_or_punctuation(char c) { return c == ' ' || is_punctuation(c); }
  static bool opens_after(char before, char first) {
    return before == ' ' || is_punctuation(before) ||
           (!is_punctuation(first) && static_cast<signed char>(before) > 0);
  }

  // A code span does not follow a backtick of another.
  void add_code(std::string_view text) {
    while (!text.empty()) {
      const auto part = text.substr(0, text.find('\n'));
      if (line_.ends_with('`')) line_ += ' ';
      if (!markup::trim(part).empty()) line_ += code_span(part);
      text.remove_prefix(part.size());
      if (text.empty()) break;
      text.remove_prefix(1);
      break_line();
    }
  }

  void add_text(std::string_view text) {
    while (!text.empty()) {
      const auto part = text.substr(0, text.find('\n'));
      if (!part.empty()) {
        append_escaped(line_, part);
        is_after_marker_ = false;
      }
      text.remove_prefix(part.size());
      if (text.empty()) break;
      text.remove_prefix(1);
      break_line();
    }
  }

  // A label stays on one line: simple readers of Markdown look for its end there.
  void break_line() {
    if (in_link_) {
      line_ += ' ';
    } else {
      end_line();
    }
    is_after_marker_ = false;
  }

  void end_line() {
    while (line_.ends_with(' ')) line_.pop_back();
    line_.erase(0, std::min(line_.find_first_not_of(' '), line_.size()));
    escape_start();
    lines_.push_back(std::move(line_));
    line_.clear();
  }

  // What would make a quote, a heading, a list or a line of the text.
  void escape_start() {
    if (line_.empty()) return;
    const char c = line_.front();
    const auto digits = std::min(line_.find_first_not_of("0123456789"), line_.size());
    const auto after = digits == 0 ? 1 : digits + 1;
    const bool is_item = line_.size() <= after || line_[after] == ' ' || line_[after] == c;
    if (c == '>' || c == '#' || c == '=' || c == '~' || ((c == '-' || c == '+') && is_item)) {
      line_.insert(0, "\\");
    } else if (digits > 0 && digits < line_.size() &&
               (line_[digits] == '.' || line_[digits] == ')') && is_item) {
      line_.insert(digits, "\\");
    }
  }

  std::vector<std::string> lines_;
  std::string line_;
  bool is_after_marker_ = false;  // a second one would join it
  bool in_link_ = false;
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
