// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "tocsin/feed/fields.h"
#include "tocsin/markup/xml.h"

namespace tocsin::feed {

// Gathers what one element contains: text, and elements as tags of HTML. Little
// more than kFieldBytesMax is kept. Whoever reads it sanitises it.
class Capture {
 public:
  // Whether it is plain or HTML is what its type says (RFC 4287, section 3.1; Atom 0.3's mode); all
  // of RSS is HTML.
  explicit Capture(const markup::XmlElement& element);

  void open(const markup::XmlElement& element);
  void text(std::string_view text);
  // False if it was the captured element itself that closed.
  bool close();
  markup::Namespace space() const { return field_.space; }
  std::size_t depth() const { return open_tags_.size(); }  // elements open inside it
  // False for what is a line of text, whatever stands in it.
  bool may_have_markup() const;
  // After the last close().
  Field take();

 private:
  enum class Kind {
    kPlain,
    kHtml,    // text is markup already
    kXhtml,   // elements are markup, text is text
    kBase64,  // Atom 0.3
    kNothing,
  };
  static Kind kind_of(const markup::XmlElement& element);
  void append(std::string_view text);

  Field field_;
  Kind kind_;
  bool is_decoded_html_ = false;        // of kBase64
  std::vector<std::string> open_tags_;  // empty for a tag that was not written
};

}  // namespace tocsin::feed
