// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
  std::string name;  // without prefix, in lower case
  std::string value;
};

struct XmlElement {
  Namespace space = Namespace::kNone;
  bool is_prefixed = false;
  std::string name;  // without prefix, in lower case
  std::vector<XmlAttribute> attributes;

  // Empty if there is none.
  std::string_view attribute(std::string_view name, Namespace space = Namespace::kNone) const;
};

class XmlSink {
 public:
  virtual ~XmlSink() = default;
  virtual void open(const XmlElement& element) = 0;
  virtual void text(std::string_view text) = 0;  // decoded; in any number of pieces
  virtual void close() = 0;                      // the element opened last of those still open
  virtual bool is_done() const = 0;              // asked after every tag; true ends the reading
};

// Reads XML 1.0, and what was meant to be XML: bare ampersands, HTML's entities, tags that do not
// match, unquoted values, undeclared prefixes, text around the document and unclosed CDATA are
// mended with a warning. Elements still open where the text ends are not closed. What a document
// type declaration says is skipped, so nothing is ever expanded, read or fetched. `text` is clean
// (encoding.h). Linear in the text, and keeps no more than one tag of it.
//
// Errors: kCorrupt: the document declares entities.
Status read_xml(std::string_view text, XmlSink& sink, Warnings& warnings);

}  // namespace tocsin::markup
