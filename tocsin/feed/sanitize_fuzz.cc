// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/feed/sanitize/sanitize.h"
#include "tocsin/markup/text.h"

namespace {

using namespace tocsin;  // NOLINT(google-build-using-namespace): a program of one file

// Written down once more, so that a slip in the allowlist itself is found.
constexpr std::string_view kNames[] = {
    "a",      "abbr",   "address", "article",    "aside",   "audio", "b",      "bdi",
    "bdo",    "br",     "caption", "blockquote", "cite",    "code",  "col",    "colgroup",
    "dd",     "del",    "details", "dfn",        "div",     "dl",    "dt",     "em",
    "figure", "h1",     "h2",      "figcaption", "footer",  "h3",    "h4",     "h5",
    "h6",     "hr",     "header",  "i",          "img",     "ins",   "kbd",    "li",
    "main",   "mark",   "ol",      "p",          "picture", "pre",   "q",      "rp",
    "rt",     "ruby",   "s",       "samp",       "section", "small", "source", "span",
    "strike", "strong", "sub",     "summary",    "sup",     "table", "tbody",  "td",
    "tfoot",  "th",     "thead",   "time",       "tr",      "tt",    "u",      "ul",
    "var",    "video",  "wbr"};
constexpr std::string_view kVoid[] = {"br", "col", "hr", "img", "source", "wbr"};
constexpr std::string_view kAttributes[] = {
    "alt",     "cite", "colspan", "controls", "datetime", "dir",   "height", "href",
    "lang",    "open", "poster",  "preload",  "rel",      "scope", "span",   "reversed",
    "rowspan", "src",  "start",   "title",    "type",     "value", "width"};
constexpr std::string_view kAddresses[] = {"cite", "href", "poster", "src"};

template <std::size_t Count>
bool is_in(const std::string_view (&list)[Count], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// Checks that a text is sanitised HTML by a grammar far narrower than HTML's:
//   text, with < > & " only as one of four references
//   <name attribute="text" ...>, every name in the lists, each attribute once
//   </name> of the element opened last
class Grammar {
 public:
  explicit Grammar(std::string_view html) : rest_(html) {}

  void check() {
    while (!rest_.empty()) {
      if (!take("<")) {
        take_text();
      } else if (take("/")) {
        TOCSIN_CHECK(!open_.empty() && take_name() == open_.back() && take(">"));
        open_.pop_back();
      } else {
        take_start_tag();
      }
    }
    TOCSIN_CHECK(open_.empty());
  }

 private:
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  std::string_view take_name() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || markup::is_digit(c);
    });
    const auto name = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(name.size());
    return name;
  }

  // Up to a '<' or a '"'.
  std::string_view take_text() {
    const auto text = rest_.substr(0, rest_.find_first_of("<\""));
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto here = text.substr(i);
      TOCSIN_CHECK(here.front() != '>' && here.front() != '\0');
      TOCSIN_CHECK(here.front() != '&' || here.starts_with("&amp;") || here.starts_with("&lt;") ||
                   here.starts_with("&gt;") || here.starts_with("&quot;"));
    }
    rest_.remove_prefix(text.size());
    TOCSIN_CHECK(!text.empty() || !rest_.starts_with('"') || is_value_);
    return text;
  }

  void take_start_tag() {
    const auto name = take_name();
    TOCSIN_CHECK(is_in(kNames, name));
    std::vector<std::string_view> seen;
    while (take(" ")) {
      const auto attribute = take_name();
      TOCSIN_CHECK(is_in(kAttributes, attribute) && take("=\""));
      TOCSIN_CHECK(std::find(seen.begin(), seen.end(), attribute) == seen.end());
      seen.push_back(attribute);
      is_value_ = true;
      check_value(name, attribute, take_text());
      is_value_ = false;
      TOCSIN_CHECK(take("\""));
    }
    TOCSIN_CHECK(take(">"));
    if (!is_in(kVoid, name)) open_.push_back(name);
    TOCSIN_CHECK(open_.size() <= feed::kMarkupDepthMax);
  }

  static void check_value(std::string_view name, std::string_view attribute,
                          std::string_view value) {
    if (!is_in(kAddresses, attribute)) return;
    const bool is_mail = name == "a" && markup::equal_ignoring_case(value.substr(0, 7), "mailto:");
    TOCSIN_CHECK(value.starts_with("http://") || value.starts_with("https://") || is_mail);
  }

  std::string_view rest_;
  std::vector<std::string_view> open_;
  bool is_value_ = false;
};

}  // namespace

// Clean HTML is clean: sanitising it again changes nothing, and nothing is in it but what the
// grammar has.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text({data, size});
  for (const auto& base : {*Url::parse("https://example.org/a/b?c"), Url{}}) {
    const std::string once = feed::sanitize_html(text, base);
    TOCSIN_CHECK(feed::sanitize_html(once, base) == once);
    TOCSIN_CHECK(once.size() <= feed::kFieldBytesMax);
    Grammar(once).check();
  }
  const std::string line = feed::plain_text(text);
  TOCSIN_CHECK(markup::fold_space(line) == line);
  return 0;
}
