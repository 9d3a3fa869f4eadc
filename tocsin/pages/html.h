// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

// Writes HTML such that text cannot become markup: every string is escaped for where it stands,
// names of elements and attributes are literals of the source, and the one way for foreign markup
// in is called Html::sanitised.
//
//   h("p", {{"class", "meta"}}, story.dateline, ": ", h("a", {{"href", credit.url}}, credit.name))
namespace tocsin::pages {

// Text that was written in the source: only a literal converts to it.
class Literal {
 public:
  template <std::size_t N>
  consteval Literal(const char (&text)[N]) : text_(text, N - 1) {}  // NOLINT
  constexpr std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

// A piece of a document: well formed if the sanitised parts in it are.
class Html {
 public:
  Html() = default;
  // NOLINTBEGIN(google-explicit-constructor): text stands where a child is wanted.
  Html(std::string_view text);  // escaped
  Html(const std::string& text) : Html(std::string_view(text)) {}
  Html(const char* text) : Html(std::string_view(text)) {}
  // NOLINTEND(google-explicit-constructor)

  // The markup of a record's *_html field, which was sanitised when it came in.
  static Html sanitised(std::string_view markup);
  // A <script type="..."> that holds data. `json` is what Json::dump() writes, which has no '<'.
  static Html data_block(Literal type, std::string_view json);

  Html& operator+=(const Html& more);
  bool empty() const { return markup_.empty(); }
  const std::string& markup() const { return markup_; }

 private:
  friend class ElementWriter;
  std::string markup_;
};

// One attribute. A value of `href` or `src` must be an http or https address, or one of this site
// ("/..."); an element leaves out an attribute with any other scheme.
struct Attribute {
  // NOLINTBEGIN(google-explicit-constructor): attributes are written as pairs.
  Attribute(Literal the_name, std::string the_value)
      : name(the_name.view()), value(std::move(the_value)) {}
  Attribute(Literal the_name, std::string_view the_value)
      : name(the_name.view()), value(std::string(the_value)) {}
  Attribute(Literal the_name, const char* the_value)
      : name(the_name.view()), value(std::string(the_value)) {}
  // Present without a value, or absent.
  template <std::same_as<bool> Bool>
  Attribute(Literal the_name, Bool is_present) : name(the_name.view()), value(is_present) {}
  // NOLINTEND(google-explicit-constructor)

  std::string_view name;
  std::variant<std::string, bool> value;
};
using Attributes = std::initializer_list<Attribute>;

// True for what may stand in href and src.
bool is_safe_address(std::string_view address);

// Writes one element; for h() alone.
class ElementWriter {
 public:
  ElementWriter(std::string_view name, Attributes attributes);
  void add(const Html& child);
  Html finish();

 private:
  std::string_view name_;
  Html out_;
};

// An element. Void elements (img, link, meta, br) take no children.
template <class... Children>
Html h(Literal name, Attributes attributes, const Children&... children) {
  ElementWriter writer(name.view(), attributes);
  (writer.add(Html(children)), ...);
  return writer.finish();
}

}  // namespace tocsin::pages
