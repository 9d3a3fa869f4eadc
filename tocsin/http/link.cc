// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/link.h"

#include <algorithm>
#include <optional>

namespace tocsin::http {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" \t"), text.size());
    if (end > 0) out.push_back(lower(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// What is left of the field value.
class Rest {
 public:
  explicit Rest(std::string_view text) : text_(text) {}

  bool empty() const { return text_.empty(); }
  void skip_blanks() {
    while (!text_.empty() && is_blank(text_.front())) text_.remove_prefix(1);
  }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Up to any of `ends`, or all.
  std::string_view until(std::string_view ends) {
    const auto taken = text_.substr(0, text_.find_first_of(ends));
    text_.remove_prefix(taken.size());
    return taken;
  }
  // Behind the opening quote. One that is not closed goes to the end.
  std::string quoted() {
    std::string out;
    while (!text_.empty()) {
      const char c = text_.front();
      text_.remove_prefix(1);
      if (c == '"') break;
      if (c == '\\' && !text_.empty()) {
        out.push_back(text_.front());
        text_.remove_prefix(1);
      } else {
        out.push_back(c);
      }
    }
    return out;
  }

 private:
  std::string_view text_;
};

void take_parameters(Rest& rest, Link& link) {
  bool has_rel = false;
  bool has_anchor = false;
  for (rest.skip_blanks(); rest.take(';'); rest.skip_blanks()) {
    rest.skip_blanks();
    const std::string name = lower(rest.until(" \t=;,"));
    rest.skip_blanks();
    std::string value;
    if (rest.take('=')) {
      rest.skip_blanks();
      value = rest.take('"') ? rest.quoted() : std::string(rest.until(" \t;,"));
    }
    if (name == "rel" && !has_rel) {
      has_rel = true;
      link.rels = words_of(value);
    } else if (name == "anchor" && !has_anchor) {
      has_anchor = true;
      link.anchor = std::move(value);
    }
  }
}

std::optional<Link> take_link(Rest& rest) {
  if (!rest.take('<')) return std::nullopt;
  Link link{.target = std::string(rest.until(">"))};
  if (!rest.take('>')) return std::nullopt;
  take_parameters(rest, link);
  return link;
}

}  // namespace

std::vector<Link> parse_link(std::string_view field) {
  std::vector<Link> out;
  Rest rest(field);
  while (out.size() < kLinksMax) {
    for (rest.skip_blanks(); rest.take(','); rest.skip_blanks()) continue;
    auto link = take_link(rest);
    if (!link) return out;
    out.push_back(*std::move(link));
    (void)rest.until(",");
  }
  return out;
}

}  // namespace tocsin::http
