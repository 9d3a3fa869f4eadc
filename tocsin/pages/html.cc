// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/html.h"

#include "tocsin/base/check.h"

namespace tocsin::pages {
namespace {

// For text and for attribute values in double quotes. Zero bytes and the other controls that may
// not stand in a document are left out.
void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default: {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
        if (!is_control) out += c;
      }
    }
  }
}

bool is_void(std::string_view element) {
  return element == "img" || element == "link" || element == "meta" || element == "br";
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (lower(text[i]) != prefix[i]) return false;
  }
  return true;
}

}  // namespace

bool is_safe_address(std::string_view address) {
  // Browsers drop tabs and line ends inside an address, so "/\t/host" would lead elsewhere.
  for (const char c : address) {
    if (static_cast<unsigned char>(c) < 0x20) return false;
  }
  if (address.starts_with('/')) {
    return address.size() == 1 || (address[1] != '/' && address[1] != '\\');
  }
  return address.starts_with('#') || address.starts_with('?') ||
         starts_with_ignoring_case(address, "https://") ||
         starts_with_ignoring_case(address, "http://");
}

Html::Html(std::string_view text) { append_escaped(markup_, text); }

Html Html::sanitised(std::string_view markup) {
  Html out;
  out.markup_ = markup;
  return out;
}

Html Html::data_block(Literal type, std::string_view json) {
  TOCSIN_CHECK(json.find('<') == std::string_view::npos);
  Html out;
  out.markup_.append("<script type=\"").append(type.view()).append("\">");
  out.markup_.append(json).append("</script>");
  return out;
}

Html& Html::operator+=(const Html& more) {
  markup_ += more.markup_;
  return *this;
}

ElementWriter::ElementWriter(std::string_view name, Attributes attributes) : name_(name) {
  std::string& out = out_.markup_;
  out.append("<").append(name);
  for (const Attribute& attribute : attributes) {
    if (const bool* is_present = std::get_if<bool>(&attribute.value)) {
      if (*is_present) out.append(" ").append(attribute.name);
      continue;
    }
    const auto& value = std::get<std::string>(attribute.value);
    const bool is_address = attribute.name == "href" || attribute.name == "src";
    if (is_address && !is_safe_address(value)) continue;
    out.append(" ").append(attribute.name).append("=\"");
    append_escaped(out, value);
    out += '"';
  }
  out += '>';
}

void ElementWriter::add(const Html& child) {
  TOCSIN_CHECK(!is_void(name_));
  out_ += child;
}

Html ElementWriter::finish() {
  if (!is_void(name_)) out_.markup_.append("</").append(name_).append(">");
  return std::move(out_);
}

}  // namespace tocsin::pages
