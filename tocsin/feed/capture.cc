// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/capture.h"

#include <algorithm>

#include "tocsin/base/base64url.h"
#include "tocsin/feed/sanitize/sanitize.h"
#include "tocsin/markup/text.h"

namespace tocsin::feed {
namespace {

// One character more than is used, so that whoever cuts it knows.
constexpr std::size_t kKeptBytesMax = kFieldBytesMax + 4;

// Without parameters.
std::string type_of(const markup::XmlElement& element) {
  if (element.attributes.empty()) return {};
  const auto type = element.attribute("type");
  return markup::lower(markup::trim(type.substr(0, type.find(';'))));
}

bool is_html_type(std::string_view type) { return type == "html" || type == "text/html"; }

bool is_xhtml_type(std::string_view type) {
  return type == "xhtml" || type == "application/xhtml+xml";
}

bool is_text_construct(std::string_view name) {
  return name == "title" || name == "summary" || name == "content";
}

}  // namespace

Capture::Kind Capture::kind_of(const markup::XmlElement& element) {
  const std::string type = type_of(element);
  switch (element.space) {
    case markup::Namespace::kAtom10:
      if (!is_text_construct(element.name)) return Kind::kPlain;
      if (!element.attribute("src").empty()) return Kind::kNothing;
      if (is_xhtml_type(type)) return Kind::kXhtml;
      if (is_html_type(type)) return Kind::kHtml;
      return type.empty() || type.starts_with("text") ? Kind::kPlain : Kind::kNothing;
    case markup::Namespace::kAtom03:
      if (!is_text_construct(element.name)) return Kind::kPlain;
      if (element.attribute("mode") == "base64") return Kind::kBase64;
      if (is_xhtml_type(type)) return Kind::kXhtml;
      return is_html_type(type) ? Kind::kHtml : Kind::kPlain;
    case markup::Namespace::kMedia:
      return is_html_type(type) ? Kind::kHtml : Kind::kPlain;
    case markup::Namespace::kXhtml:
      return Kind::kXhtml;
    default:
      return Kind::kHtml;
  }
}

Capture::Capture(const markup::XmlElement& element)
    : field_{element.space, element.name, element.attributes, "", false},
      kind_(kind_of(element)),
      is_decoded_html_(is_html_type(type_of(element))) {}

void Capture::append(std::string_view text) {
  const std::size_t room = kKeptBytesMax - std::min(field_.text.size(), kKeptBytesMax);
  field_.text += markup::cut(text, room);
}

void Capture::open(const markup::XmlElement& element) {
  // The div around Atom's XHTML is not part of it (RFC 4287, section 3.1.1.3).
  const bool is_wrapper = kind_ == Kind::kXhtml && open_tags_.empty() && element.name == "div" &&
                          field_.space != markup::Namespace::kXhtml;
  if (is_wrapper) field_.inner_base = element.attribute("base", markup::Namespace::kXml);
  if (is_wrapper || (kind_ != Kind::kHtml && kind_ != Kind::kXhtml)) {
    open_tags_.emplace_back();
    return;
  }
  std::string tag = '<' + element.name;
  for (const auto& attribute : element.attributes) {
    if (attribute.space != markup::Namespace::kNone) continue;
    tag += ' ' + attribute.name + "=\"" + markup::escape(attribute.value) + '"';
  }
  append(tag + '>');
  open_tags_.push_back(element.name);
}

void Capture::text(std::string_view text) {
  if (kind_ == Kind::kNothing) return;
  append(kind_ == Kind::kXhtml ? std::string_view(markup::escape(text)) : text);
}

bool Capture::close() {
  if (open_tags_.empty()) return false;
  if (!open_tags_.back().empty()) append("</" + open_tags_.back() + '>');
  open_tags_.pop_back();
  return true;
}

bool Capture::may_have_markup() const {
  const auto& name = field_.name;
  return name == "description" || name == "summary" || name == "content" || name == "encoded" ||
         name == "image";
}

Field Capture::take() {
  field_.is_html = kind_ == Kind::kHtml || kind_ == Kind::kXhtml;
  if (kind_ == Kind::kBase64) {
    std::erase_if(field_.text, markup::is_space);
    const auto bytes = unbase64(field_.text);
    field_.text = bytes ? markup::clean_text(as_text(*bytes)) : "";
    field_.is_html = is_decoded_html_;
  }
  return std::move(field_);
}

}  // namespace tocsin::feed
