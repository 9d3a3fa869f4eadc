// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/capture.h"

#include <algorithm>
#include <utility>

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

void Capture::begin(const markup::XmlElement& element) {
  kind_ = kind_of(element);
  is_decoded_html_ = kind_ == Kind::kBase64 && is_html_type(type_of(element));
  whole_ = {};
  text_.clear();
  inner_base_.clear();
  attributes_.assign(element.attributes.begin(), element.attributes.end());
  field_ = {element.space, element.name, attributes_, "", false, ""};
  if (!element.lasts) keep();
}

// Copies what field_ has views of.
void Capture::keep() {
  std::size_t bytes = field_.name.size();
  for (const auto& each : attributes_) bytes += each.name.size() + each.value.size();
  names_and_values_.clear();
  names_and_values_.reserve(bytes);
  field_.name = kept(field_.name);
  for (auto& each : attributes_) {
    each.name = kept(each.name);
    each.value = kept(each.value);
  }
}

std::string_view Capture::kept(std::string_view text) {
  names_and_values_ += text;
  return std::string_view(names_and_values_).substr(names_and_values_.size() - text.size());
}

void Capture::append(std::string_view text) {
  text_ += std::exchange(whole_, {});
  text_ += markup::cut(text, kKeptBytesMax - std::min(text_.size(), kKeptBytesMax));
}

void Capture::open(const markup::XmlElement& element) {
  // The div around Atom's XHTML is not part of it (RFC 4287, section 3.1.1.3).
  const bool is_wrapper = kind_ == Kind::kXhtml && open_tags_.empty() && element.name == "div" &&
                          field_.space != markup::Namespace::kXhtml;
  if (is_wrapper) inner_base_ = element.attribute("base", markup::Namespace::kXml);
  if (is_wrapper || (kind_ != Kind::kHtml && kind_ != Kind::kXhtml)) {
    open_tags_.emplace_back();
    return;
  }
  std::string tag = "<" + std::string(element.name);
  for (const auto& attribute : element.attributes) {
    if (attribute.space != markup::Namespace::kNone) continue;
    tag.append(" ").append(attribute.name).append("=\"");
    tag.append(markup::escape(attribute.value)).append("\"");
  }
  append(tag + '>');
  open_tags_.emplace_back(element.name);
}

void Capture::text(std::string_view text, bool lasts) {
  if (kind_ == Kind::kNothing) return;
  if (kind_ == Kind::kXhtml) return append(markup::escape(text));
  const bool is_first = whole_.empty() && text_.empty();
  // White space around CDATA is nobody's.
  if (is_first && lasts) {
    whole_ = markup::trim(text).empty() ? "" : markup::cut(text, kKeptBytesMax);
  } else {
    append(text);
  }
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
  field_.inner_base = inner_base_;
  if (kind_ == Kind::kBase64) {
    append("");
    std::erase_if(text_, markup::is_space);
    const auto bytes = unbase64(text_);
    text_ = bytes ? markup::clean_text(as_text(*bytes)) : "";
    field_.is_html = is_decoded_html_;
  }
  field_.text = whole_.empty() ? std::string_view(text_) : whole_;
  return field_;
}

}  // namespace tocsin::feed
