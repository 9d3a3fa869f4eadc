// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/html_check.h"

namespace tocsin::pages::check {
namespace {

bool is_void(std::string_view name) {
  return name == "img" || name == "link" || name == "meta" || name == "br" || name == "hr";
}

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

class Reader {
 public:
  explicit Reader(std::string_view html) : rest_(html) {}

  Reading run() {
    skip("<!doctype html>\n");
    while (!rest_.empty() && out_.problem.empty()) {
      if (rest_.starts_with("</")) {
        close();
      } else if (rest_.starts_with("<")) {
        open();
      } else {
        text();
      }
    }
    if (out_.problem.empty() && !path_.empty()) fail("unclosed " + path_.back());
    return std::move(out_);
  }

 private:
  void fail(const std::string& what) {
    if (out_.problem.empty()) out_.problem = what + " before: " + std::string(rest_.substr(0, 80));
  }

  bool skip(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  std::string name() {
    std::size_t size = 0;
    while (size < rest_.size() && is_name(rest_[size])) ++size;
    std::string out(rest_.substr(0, size));
    rest_.remove_prefix(size);
    if (out.empty()) fail("a name is missing");
    return out;
  }

  void check_escapes(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '&') continue;
      const auto end = text.find(';', i);
      if (end == std::string_view::npos || end - i > 10) fail("a bare '&'");
    }
  }

  void attribute(Element& element) {
    const auto key = name();
    std::string value;
    if (skip("=\"")) {
      const auto end = rest_.find('"');
      if (end == std::string_view::npos) return fail("an unclosed attribute");
      value = rest_.substr(0, end);
      rest_.remove_prefix(end + 1);
      if (value.find('<') != std::string::npos) fail("'<' in an attribute");
      check_escapes(value);
    }
    if (!element.attributes.emplace(key, value).second) fail("attribute twice: " + key);
  }

  void open() {
    skip("<");
    Element element{name(), {}, {}};
    while (out_.problem.empty() && skip(" ")) attribute(element);
    if (!skip(">")) return fail("a tag that does not end");
    if (element.name == "script") {
      const auto end = rest_.find("</script>");
      if (end == std::string_view::npos) return fail("an unclosed script");
      element.text = rest_.substr(0, end);
      rest_.remove_prefix(end);
    }
    if (!is_void(element.name)) path_.push_back(element.name);
    out_.elements.push_back(std::move(element));
    is_first_text_ = true;
  }

  void close() {
    skip("</");
    const auto closed = name();
    if (!skip(">")) return fail("a closing tag that does not end");
    if (path_.empty() || path_.back() != closed) return fail("closes " + closed);
    path_.pop_back();
    is_first_text_ = false;
  }

  void text() {
    const auto end = rest_.find('<');
    const auto words = rest_.substr(0, end);
    check_escapes(words);
    if (words.find('>') != std::string_view::npos) fail("a bare '>'");
    if (is_first_text_ && !out_.elements.empty()) out_.elements.back().text = words;
    is_first_text_ = false;
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
  }

  std::string_view rest_;
  std::vector<std::string> path_;
  Reading out_;
  bool is_first_text_ = false;
};

}  // namespace

const Element* Reading::find(std::string_view name) const {
  for (const auto& element : elements) {
    if (element.name == name) return &element;
  }
  return nullptr;
}

const Element* Reading::with(std::string_view attribute, std::string_view value) const {
  for (const auto& element : elements) {
    const auto found = element.attributes.find(std::string(attribute));
    if (found != element.attributes.end() && found->second == value) return &element;
  }
  return nullptr;
}

std::string Reading::outline() const {
  std::string out;
  for (const auto& element : elements) out += element.name + ' ';
  return out;
}

Reading read(std::string_view html) { return Reader(html).run(); }

}  // namespace tocsin::pages::check
