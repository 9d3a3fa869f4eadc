// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::markup {

// One piece of HTML as a browser would cut it.
struct HtmlToken {
  enum class Kind { kText, kStart, kEnd, kEndOfInput };
  Kind kind = Kind::kEndOfInput;
  std::string_view text;  // kText: as written, references and all
  std::string name;       // of a tag, in lower case
  std::vector<std::pair<std::string, std::string>>
      attributes;  // name in lower case, value decoded and clean

  // The first attribute of that name; null pointer if there is none.
  const std::string* find(std::string_view attribute) const;
};

// Cuts HTML into text and tags. Comments, declarations and the content of elements that hold no
// markup of ours (script, style, iframe, svg, ...) are left out. Linear in the input, and keeps
// nothing but the token. Holds a view: the text must outlive it.
class HtmlReader {
 public:
  static constexpr std::size_t kAttributesMax = 256;  // of one tag; more are left out

  // `with_head`: the content of <head> too, which is left out otherwise.
  explicit HtmlReader(std::string_view html, bool with_head = false)
      : rest_(html), with_head_(with_head) {}
  // Valid until the next call.
  const HtmlToken& next();

 private:
  bool read_tag();
  void read_attributes();
  void read_attribute();
  void skip_comment();
  void skip_content_of(std::string_view name);

  std::string_view rest_;
  bool with_head_;
  HtmlToken token_;
};

}  // namespace tocsin::markup
