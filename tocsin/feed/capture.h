// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/feed/fields.h"
#include "tocsin/markup/xml.h"

namespace tocsin::feed {

// Gathers what one element contains, one after another: text, and elements as tags of HTML. Little
// more than kFieldBytesMax is kept. Whoever reads it sanitises it.
class Capture {
 public:
  // Whether it is plain or HTML is what its type says (RFC 4287, section 3.1; Atom 0.3's mode); all
  // of RSS is HTML.
  void begin(const markup::XmlElement& element);

  void open(const markup::XmlElement& element);
  // As XmlSink::text(); the document outlives the capture.
  void text(std::string_view text, bool lasts);
  // False if it was the captured element itself that closed.
  bool close();
  markup::Namespace space() const { return field_.space; }
  std::size_t depth() const { return open_tags_.size(); }  // elements open inside it
  // False for what is a line of text, whatever stands in it.
  bool may_have_markup() const;
  // After the last close(). Valid until the next begin().
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
  void keep();
  std::string_view kept(std::string_view text);
  void append(std::string_view text);

  Field field_;
  Kind kind_ = Kind::kPlain;
  bool is_decoded_html_ = false;  // of kBase64
  std::string names_and_values_;  // what field_ has views of
  std::vector<markup::XmlAttribute> attributes_;
  std::string_view whole_;  // the only piece of text so far, if it lasts
  std::string text_;        // else all pieces
  std::string inner_base_;
  std::vector<std::string> open_tags_;  // empty for a tag that was not written
};

}  // namespace tocsin::feed
