// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "tocsin/base/result.h"
#include "tocsin/markup/warnings.h"

namespace tocsin::markup {

inline constexpr std::size_t kXmlDepthMax = 64;        // deeper tags are left out, their text stays
inline constexpr std::size_t kXmlAttributesMax = 256;  // of one element; more are left out
inline constexpr std::size_t kXmlNamespacesMax = 64;   // in scope at one place; more are unknown

// The vocabularies that feeds are written in.
enum class Namespace : std::uint8_t {
  kNone,
  kUnknown,
  kXml,
  kAtom10,
  kAtom03,
  kRdf,
  kRss10,
  kRss09,
  kDublinCore,
  kDublinCoreTerms,
  kContent,
  kSyndication,
  kFeedburner,
  kSlash,      // how many comments an RSS item has
  kThreading,  // RFC 4685
  kMedia,
  kItunes,
  kXhtml,
};

struct XmlAttribute {
  Namespace space = Namespace::kNone;
  std::string_view name;  // without prefix, in lower case
  std::string_view value;
};

// The first attribute of that name; nothing if there is none.
std::optional<std::string_view> find_attribute(std::span<const XmlAttribute> attributes,
                                               std::string_view name, Namespace space);

struct XmlElement {
  Namespace space = Namespace::kNone;
  bool is_prefixed = false;
  std::string_view name;  // without prefix, in lower case
  std::span<const XmlAttribute> attributes;
  bool lasts = false;  // true if all these are pieces of the document itself

  // Empty if there is none.
  std::string_view attribute(std::string_view key, Namespace in = Namespace::kNone) const {
    return find_attribute(attributes, key, in).value_or("");
  }
};

class XmlSink {
 public:
  virtual ~XmlSink() = default;
  // The views of what does not last end with the call.
  virtual void open(const XmlElement& element) = 0;
  // Decoded, in any number of pieces. It `lasts` if it is a piece of the document itself.
  virtual void text(std::string_view text, bool lasts) = 0;
  virtual void close() = 0;          // the element opened last of those still open
  virtual bool is_done() const = 0;  // asked after every tag; true ends the reading
};

// Reads XML 1.0, and what was meant to be XML: bare ampersands, HTML's entities, tags that do not
// match, unquoted values, undeclared prefixes, text around the document and unclosed CDATA are
// mended with a warning. Elements still open where the text ends are not closed. What a document
// type declaration says is skipped, so nothing is ever expanded, read or fetched. `text` is clean
// (encoding.h). Linear in the text, and keeps no more than one tag or text of it.
//
// Errors: kCorrupt: the document declares entities.
Status read_xml(std::string_view text, XmlSink& sink, Warnings& warnings);

}  // namespace tocsin::markup
