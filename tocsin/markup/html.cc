// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markup/html.h"

#include <algorithm>
#include <iterator>

#include "tocsin/markup/text.h"

namespace tocsin::markup {
namespace {

// Elements whose content goes with them.
constexpr std::string_view kSkipped[] = {"applet",  "button",   "head",   "iframe",    "math",
                                         "noembed", "noframes", "object", "plaintext", "script",
                                         "select",  "style",    "svg",    "template",  "textarea",
                                         "title",   "xmp"};

bool is_skipped(std::string_view name) {
  return std::find(std::begin(kSkipped), std::end(kSkipped), name) != std::end(kSkipped);
}

bool is_name_end(char c) { return is_space(c) || c == '/' || c == '>'; }

}  // namespace

const std::string* HtmlToken::find(std::string_view attribute) const {
  for (const auto& [key, value] : attributes) {
    if (key == attribute) return &value;
  }
  return nullptr;
}

const HtmlToken& HtmlReader::next() {
  while (!rest_.empty()) {
    if (rest_.front() != '<' || rest_.size() < 2) break;
    const char c = rest_[1];
    if (c == '!' || c == '?') {
      skip_comment();
    } else if (is_letter(c) || (c == '/' && rest_.size() > 2 && is_letter(rest_[2]))) {
      if (!read_tag()) continue;
      return token_;
    } else {
      break;
    }
  }
  token_.kind = rest_.empty() ? HtmlToken::Kind::kEndOfInput : HtmlToken::Kind::kText;
  token_.text = rest_.substr(0, rest_.find('<', 1));
  rest_.remove_prefix(token_.text.size());
  return token_;
}

void HtmlReader::skip_comment() {
  const bool is_comment = rest_.starts_with("<!--");
  const auto end = is_comment ? rest_.find("-->", 2) : rest_.find('>');
  rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + (is_comment ? 3 : 1));
}

// False if nothing is to be delivered.
bool HtmlReader::read_tag() {
  const bool is_end = rest_[1] == '/';
  rest_.remove_prefix(is_end ? 2 : 1);
  const auto end = std::find_if(rest_.begin(), rest_.end(), is_name_end);
  const auto length = static_cast<std::size_t>(end - rest_.begin());
  token_.kind = is_end ? HtmlToken::Kind::kEnd : HtmlToken::Kind::kStart;
  token_.name = lower(rest_.substr(0, length));
  token_.attributes.clear();
  rest_.remove_prefix(length);
  read_attributes();
  if (!is_skipped(token_.name) || (with_head_ && token_.name == "head")) return true;
  if (!is_end) skip_content_of(token_.name);
  return false;
}

void HtmlReader::read_attributes() {
  for (;;) {
    while (!rest_.empty() && (is_space(rest_.front()) || rest_.front() == '/')) {
      rest_.remove_prefix(1);
    }
    if (rest_.empty()) return;
    if (rest_.front() == '>') {
      rest_.remove_prefix(1);
      return;
    }
    read_attribute();
  }
}

void HtmlReader::read_attribute() {
  std::size_t length = 1;  // a name may start with '='
  while (length < rest_.size() && rest_[length] != '=' && !is_name_end(rest_[length])) ++length;
  const auto name = rest_.substr(0, length);
  rest_.remove_prefix(length);

  std::string_view after = rest_;
  while (!after.empty() && is_space(after.front())) after.remove_prefix(1);
  std::string_view value;
  if (after.starts_with('=')) {
    after.remove_prefix(1);
    while (!after.empty() && is_space(after.front())) after.remove_prefix(1);
    const bool is_quoted = after.starts_with('"') || after.starts_with('\'');
    if (is_quoted) {
      value = after.substr(1, std::min(after.find(after.front(), 1), after.size()) - 1);
      after.remove_prefix(std::min(value.size() + 2, after.size()));
    } else {
      const auto end =
          std::find_if(after.begin(), after.end(), [](char c) { return is_space(c) || c == '>'; });
      value = after.substr(0, static_cast<std::size_t>(end - after.begin()));
      after.remove_prefix(value.size());
    }
    rest_ = after;
  }
  if (token_.attributes.size() == kAttributesMax || token_.kind == HtmlToken::Kind::kEnd) return;
  const bool is_plain = plain_length(value) == value.size();
  token_.attributes.emplace_back(
      lower(name), is_plain ? std::string(value) : clean_text(decode_references(value)));
}

void HtmlReader::skip_content_of(std::string_view name) {
  for (;;) {
    const auto start = rest_.find("</");
    if (start == rest_.npos) break;
    rest_.remove_prefix(start + 2);
    if (!equal_ignoring_case(rest_.substr(0, name.size()), name)) continue;
    if (rest_.size() > name.size() && !is_name_end(rest_[name.size()])) continue;
    rest_.remove_prefix(std::min(rest_.find('>'), rest_.size() - 1) + 1);
    return;
  }
  rest_ = {};
}

}  // namespace tocsin::markup
