// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markup/xml.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>

#include "tocsin/markup/namespaces.h"
#include "tocsin/markup/text.h"

namespace tocsin::markup {
namespace {

constexpr const char* kMalformed = "the XML is malformed";
constexpr const char* kTruncated = "the document ends before it is complete";

bool is_name_start(char c) {
  return is_letter(c) || c == '_' || c == ':' || static_cast<signed char>(c) < 0;
}

bool is_name_part(char c) { return !is_space(c) && c != '/' && c != '>' && c != '=' && c != '<'; }

class XmlReader {
 public:
  XmlReader(std::string_view text, XmlSink& sink, Warnings& warnings)
      : rest_(text), sink_(sink), warnings_(warnings) {}

  Status run() {
    const auto start = std::min(rest_.find('<'), rest_.size());
    if (!trim(rest_.substr(0, start)).empty()) warnings_.add("text before the document");
    rest_.remove_prefix(start);
    while (!rest_.empty() && !sink_.is_done()) {
      if (has_root_ && open_.empty()) {
        if (!only_comments_left()) warnings_.add("text after the document");
        return ok();
      }
      if (rest_.front() != '<') {
        read_text();
      } else if (rest_.starts_with("<!")) {
        TOCSIN_TRY(std::ignore, read_declaration());
      } else {
        read_markup();
      }
    }
    if (!open_.empty() && !sink_.is_done()) warnings_.add(kTruncated);
    return ok();
  }

 private:
  bool only_comments_left() const {
    std::string_view rest = trim(rest_);
    while (rest.starts_with("<!--") || rest.starts_with("<?")) {
      const std::string_view closing = rest[1] == '?' ? "?>" : "-->";
      const auto end = rest.find(closing, 2);
      if (end == rest.npos) return false;
      rest = trim(rest.substr(end + closing.size()));
    }
    return rest.empty();
  }

  void skip_to(std::string_view end) {
    const auto at = rest_.find(end);
    if (at == rest_.npos) warnings_.add(kTruncated);
    rest_.remove_prefix(at == rest_.npos ? rest_.size() : at + end.size());
  }

  void read_text() {
    auto text = rest_.substr(0, rest_.find('<'));
    rest_.remove_prefix(text.size());
    if (!open_.empty()) {
      emit_decoded(text);
    } else if (!trim(text).empty()) {
      warnings_.add("text before the document");
    }
  }

  void emit_decoded(std::string_view text) {
    if (text.find('&') == text.npos) {
      sink_.text(text);
    } else {
      sink_.text(decoded(text));
    }
  }

  std::string decoded(std::string_view text) {
    std::string out;
    while (!text.empty()) {
      const auto plain = text.substr(0, text.find('&'));
      out += plain;
      text.remove_prefix(plain.size());
      if (text.empty()) break;
      auto length = take_reference(text, out);
      if (length == 0) {
        warnings_.add("a bare ampersand or an unknown entity");
        out += '&';
        length = 1;
      }
      text.remove_prefix(length);
    }
    return out;
  }

  // "<!": a comment, CDATA, or a document type declaration.
  Status read_declaration() {
    if (rest_.starts_with("<!--")) {
      rest_.remove_prefix(4);
      skip_to("-->");
    } else if (rest_.starts_with("<![CDATA[")) {
      rest_.remove_prefix(9);
      read_cdata();
    } else {
      return skip_document_type();
    }
    return ok();
  }

  // Unclosed CDATA ends where the element that it is in does.
  void read_cdata() {
    auto end = has_cdata_end_ ? rest_.find("]]>") : rest_.npos;
    std::size_t closing = 3;
    if (end == rest_.npos) {
      has_cdata_end_ = false;
      warnings_.add(kMalformed);
      closing = 0;
      end = open_.empty() ? end : rest_.find("</" + open_.back());
      end = std::min(end, rest_.size());
    }
    if (!open_.empty()) sink_.text(rest_.substr(0, end));
    rest_.remove_prefix(end + closing);
  }

  Status skip_document_type() {
    int depth = 0;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      const auto here = rest_.substr(i);
      if (here.starts_with("<!--")) {
        const auto end = here.find("-->", 4);
        if (end == here.npos) break;
        i += end + 2;
      } else if (here.front() == '<') {
        if (equal_ignoring_case(here.substr(0, 8), "<!ENTITY")) {
          return Error{Errc::kCorrupt, "the document declares entities"};
        }
        ++depth;
      } else if (here.front() == '"' || here.front() == '\'') {
        const auto end = here.find(here.front(), 1);
        if (end != here.npos) i += end;
      } else if (here.front() == '>' && --depth == 0) {
        rest_.remove_prefix(i + 1);
        return ok();
      }
    }
    warnings_.add(kTruncated);
    rest_ = {};
    return ok();
  }

  void read_markup() {
    if (rest_.starts_with("<?")) {
      skip_to("?>");
    } else if (rest_.starts_with("</")) {
      read_end_tag();
    } else if (rest_.size() > 1 && is_name_start(rest_[1])) {
      read_start_tag();
    } else {
      warnings_.add(kMalformed);
      if (!open_.empty()) sink_.text("<");
      rest_.remove_prefix(1);
    }
  }

  std::string_view take_name() {
    std::size_t length = 0;
    while (length < rest_.size() && is_name_part(rest_[length])) ++length;
    const auto name = rest_.substr(0, length);
    rest_.remove_prefix(name.size());
    return name;
  }

  void skip_space() {
    std::size_t length = 0;
    while (length < rest_.size() && is_space(rest_[length])) ++length;
    rest_.remove_prefix(length);
  }

  void read_end_tag() {
    rest_.remove_prefix(2);
    const auto name = take_name();
    skip_space();
    if (!rest_.starts_with('>')) warnings_.add(kMalformed);
    rest_.remove_prefix(find_any(rest_, "<>"));
    if (rest_.starts_with('>')) rest_.remove_prefix(1);
    close_named(name);
  }

  void close_named(std::string_view name) {
    if (!open_.empty() && open_.back() == name) return close_top();
    const auto found = std::find_if(open_.rbegin(), open_.rend(), [&](const std::string& open) {
      return equal_ignoring_case(open, name);
    });
    warnings_.add(kMalformed);
    if (found == open_.rend()) return;
    const auto left = static_cast<std::size_t>(open_.rend() - found) - 1;
    while (open_.size() > left) close_top();
  }

  void close_top() {
    sink_.close();
    open_.pop_back();
    scope_.leave(open_.size());
  }

  void read_start_tag() {
    rest_.remove_prefix(1);
    const auto name = take_name();
    raw_.clear();
    bool is_empty = false;
    for (;;) {
      skip_space();
      if (rest_.empty()) {
        warnings_.add(kTruncated);
        return;
      }
      if (rest_.front() == '>') break;
      if (rest_.front() == '<') {  // the tag has no end
        warnings_.add(kMalformed);
        break;
      }
      is_empty = rest_.starts_with("/>");
      if (is_empty || rest_.front() == '/') {
        rest_.remove_prefix(1);
      } else {
        read_attribute();
      }
    }
    if (rest_.front() == '>') rest_.remove_prefix(1);
    open_element(name, is_empty);
  }

  // name="value", kept until all namespace declarations of the tag are known.
  void read_attribute() {
    const auto name = take_name();
    if (name.empty()) rest_.remove_prefix(1);
    skip_space();
    std::string value;
    if (rest_.starts_with('=')) {
      rest_.remove_prefix(1);
      skip_space();
      value = take_value();
      for (char& c : value) c = is_space(c) ? ' ' : c;  // XML 1.0, section 3.3.3
      if (value.find('&') != value.npos) value = decoded(value);
    } else {
      warnings_.add(kMalformed);
    }
    if (name.empty()) return;
    if (raw_.size() == kXmlAttributesMax) {
      warnings_.add("an element has more than 256 attributes");
      return;
    }
    raw_.push_back({name, std::move(value)});
  }

  // A value has no '<' in it, so a quote that comes after one closes something else.
  std::string_view take_value() {
    const bool is_quoted = rest_.starts_with('"') || rest_.starts_with('\'');
    if (is_quoted) {
      const auto inside = rest_.substr(1);
      const auto end =
          1 + (rest_.front() == '"' ? find_any(inside, "\"<") : find_any(inside, "'<"));
      if (end < rest_.size() && rest_[end] != '<') {
        const auto value = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        return value;
      }
      rest_.remove_prefix(1);
    }
    warnings_.add(kMalformed);
    auto value = rest_.substr(0, is_quoted ? find_any(rest_, "<>") : find_any(rest_, " \n\t<>"));
    if (value.ends_with('/')) value.remove_suffix(1);  // of "/>"
    rest_.remove_prefix(value.size());
    return value;
  }

  void open_element(std::string_view name, bool is_empty) {
    if (open_.size() == kXmlDepthMax) {
      warnings_.add("markup deeper than 64 elements was flattened");
      return;
    }
    has_root_ = true;
    for (const auto& [key, value] : raw_) {
      if (key == "xmlns") scope_.declare("", value, open_.size());
      if (key.starts_with("xmlns:")) scope_.declare(key.substr(6), value, open_.size());
    }
    XmlElement element;
    const auto [prefix, local] = split_name(name);
    element.is_prefixed = !prefix.empty();
    element.name = lower(local);
    element.space = space_of(prefix);
    for (auto& [key, value] : raw_) {
      if (key.starts_with("xmlns")) continue;
      const auto [attribute_prefix, attribute] = split_name(key);
      element.attributes.push_back(
          {attribute_prefix.empty() ? Namespace::kNone : space_of(attribute_prefix),
           lower(attribute), std::move(value)});
    }
    sink_.open(element);
    open_.emplace_back(name);
    if (is_empty) close_top();
  }

  Namespace space_of(std::string_view prefix) {
    const auto space = scope_.find(prefix);
    if (!space) warnings_.add("a namespace prefix is not declared");
    return space.value_or(namespace_of_prefix(prefix));
  }

  static std::pair<std::string_view, std::string_view> split_name(std::string_view name) {
    const auto colon = name.find(':');
    if (colon == name.npos) return {"", name};
    return {name.substr(0, colon), name.substr(colon + 1)};
  }

  std::string_view rest_;
  XmlSink& sink_;
  Warnings& warnings_;
  std::vector<std::string> open_;  // names as written
  std::vector<std::pair<std::string_view, std::string>> raw_;
  NamespaceScope scope_;
  bool has_root_ = false;
  bool has_cdata_end_ = true;  // false once a search has failed: it would fail for ever
};

}  // namespace

std::string_view XmlElement::attribute(std::string_view key, Namespace key_space) const {
  for (const auto& each : attributes) {
    if (each.space == key_space && std::string_view(each.name) == key) return each.value;
  }
  return {};
}

Status read_xml(std::string_view text, XmlSink& sink, Warnings& warnings) {
  return XmlReader(text, sink, warnings).run();
}

}  // namespace tocsin::markup
