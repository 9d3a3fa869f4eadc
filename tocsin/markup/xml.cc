// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markup/xml.h"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tocsin/markup/namespaces.h"
#include "tocsin/markup/scan.h"
#include "tocsin/markup/text.h"

namespace tocsin::markup {
namespace {

constexpr const char* kMalformed = "the XML is malformed";
constexpr const char* kTruncated = "the document ends before it is complete";

bool is_name_start(char c) {
  return is_letter(c) || c == '_' || c == ':' || static_cast<signed char>(c) < 0;
}

// What a byte is in a name: 0 for what ends it.
constexpr std::uint8_t kNameByte = 1;
constexpr std::uint8_t kUpperByte = 2;
constexpr std::uint8_t kColonByte = 4;
constexpr std::array<std::uint8_t, 256> kNameBytes = [] {
  std::array<std::uint8_t, 256> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = static_cast<char>(i);
    const bool is_end = is_space(c) || c == '/' || c == '>' || c == '=' || c == '<';
    if (is_end) continue;
    const bool is_upper = c >= 'A' && c <= 'Z';
    bytes[i] = c == ':' ? kNameByte | kColonByte : is_upper ? kNameByte | kUpperByte : kNameByte;
  }
  return bytes;
}();

struct Name {
  std::string_view text;
  std::string_view prefix;
  std::string_view local;
  bool has_upper = false;

  // xmlns or xmlns:prefix.
  bool declares_namespace() const { return prefix == "xmlns" || text == "xmlns"; }
};

struct RawAttribute {
  Name name;
  std::string_view value;
  bool is_plain = true;  // without references and white space other than spaces
};

class XmlReader {
 public:
  XmlReader(std::string_view text, XmlSink& sink, Warnings& warnings)
      : rest_(text), sink_(sink), warnings_(warnings) {}

  Status run() {
    const auto start = std::min(rest_.find('<'), rest_.size());
    if (!trim(rest_.substr(0, start)).empty()) warnings_.add("text before the document");
    rest_.remove_prefix(start);
    while (!rest_.empty()) {
      if (has_root_ && open_.empty()) {
        if (!only_comments_left()) warnings_.add("text after the document");
        return ok();
      }
      if (rest_.front() != '<') {
        read_text();
        continue;
      }
      TOCSIN_TRY(std::ignore, read_markup());
      if (sink_.is_done()) return ok();
    }
    if (!open_.empty()) warnings_.add(kTruncated);
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
    const auto plain = find_any<'<', '&'>(rest_);
    const bool has_references = plain < rest_.size() && rest_[plain] == '&';
    const auto text = rest_.substr(0, has_references ? rest_.find('<', plain) : plain);
    rest_.remove_prefix(text.size());
    if (!open_.empty()) {
      if (!has_references) return sink_.text(text, true);
      make_room(text.size());
      sink_.text(decoded(text), false);
    } else if (!trim(text).empty()) {
      warnings_.add("text before the document");
    }
  }

  // What is made of a text or a tag stands in `scratch_`, of which `used_` bytes are in use.
  void make_room(std::size_t bytes) {
    if (scratch_.size() < bytes) scratch_.resize(bytes);
    used_ = 0;
  }

  std::string_view decoded(std::string_view text) {
    char* const to = scratch_.data() + used_;
    const Decoding decoding = decode_references(text, to);
    if (!decoding.is_sound) warnings_.add("a bare ampersand or an unknown entity");
    used_ += decoding.length;
    return {to, decoding.length};
  }

  template <class Change>
  std::string_view changed(std::string_view text, const Change& change) {
    char* const to = scratch_.data() + used_;
    std::transform(text.begin(), text.end(), to, change);
    used_ += text.size();
    return {to, text.size()};
  }

  // "<!": a comment, CDATA, or a document type declaration.
  Status read_declaration() {
    if (begins_with(rest_, "<!--")) {
      rest_.remove_prefix(4);
      skip_to("-->");
    } else if (begins_with(rest_, "<![CDATA[")) {
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
      end = open_.empty() ? end : rest_.find("</" + std::string(open_.back()));
      end = std::min(end, rest_.size());
    }
    if (!open_.empty()) sink_.text(rest_.substr(0, end), true);
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

  // "<".
  Status read_markup() {
    const char next = rest_.size() > 1 ? rest_[1] : '\0';
    if (next == '/') {
      read_end_tag();
    } else if (is_name_start(next)) {
      read_start_tag();
    } else if (next == '!') {
      return read_declaration();
    } else if (next == '?') {
      skip_to("?>");
    } else {
      warnings_.add(kMalformed);
      if (!open_.empty()) sink_.text("<", true);
      rest_.remove_prefix(1);
    }
    return ok();
  }

  Name take_name() {
    std::size_t length = 0;
    unsigned seen = 0;
    for (; length < rest_.size(); ++length) {
      const unsigned byte = kNameBytes[static_cast<unsigned char>(rest_[length])];
      if (byte == 0) break;
      seen |= byte;
    }
    const auto text = rest_.substr(0, length);
    rest_.remove_prefix(length);
    const std::size_t colon = (seen & kColonByte) != 0 ? text.find(':') : text.npos;
    return {.text = text,
            .prefix = colon == text.npos ? "" : text.substr(0, colon),
            .local = colon == text.npos ? text : text.substr(colon + 1),
            .has_upper = (seen & kUpperByte) != 0};
  }

  void skip_space() {
    std::size_t length = 0;
    while (length < rest_.size() && is_space(rest_[length])) ++length;
    rest_.remove_prefix(length);
  }

  void read_end_tag() {
    rest_.remove_prefix(2);
    if (!open_.empty() && rest_.size() > open_.back().size() && rest_[open_.back().size()] == '>' &&
        rest_.starts_with(open_.back())) {
      rest_.remove_prefix(open_.back().size() + 1);
      return close_top();
    }
    const auto name = take_name().text;
    skip_space();
    if (!rest_.starts_with('>')) warnings_.add(kMalformed);
    rest_.remove_prefix(find_any<'<', '>'>(rest_));
    if (rest_.starts_with('>')) rest_.remove_prefix(1);
    close_named(name);
  }

  void close_named(std::string_view name) {
    if (!open_.empty() && open_.back() == name) return close_top();
    const auto found = std::find_if(open_.rbegin(), open_.rend(), [&](std::string_view open) {
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
      is_empty = begins_with(rest_, "/>");
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
    if (name.text.empty()) rest_.remove_prefix(1);
    skip_space();
    RawAttribute attribute{.name = name, .value = "", .is_plain = true};
    if (rest_.starts_with('=')) {
      rest_.remove_prefix(1);
      skip_space();
      take_value(attribute);
    } else {
      warnings_.add(kMalformed);
    }
    if (name.text.empty()) return;
    if (raw_.size() == kXmlAttributesMax) {
      warnings_.add("an element has more than 256 attributes");
      return;
    }
    raw_.push_back(attribute);
  }

  // A value has no '<' in it, so a quote that comes after one closes something else.
  void take_value(RawAttribute& attribute) {
    const bool is_double = rest_.starts_with('"');
    const bool is_quoted = is_double || rest_.starts_with('\'');
    if (is_quoted) {
      const auto inside = rest_.substr(1);
      const auto plain = is_double ? find_any<'"', '<', '&', '\n', '\t'>(inside)
                                   : find_any<'\'', '<', '&', '\n', '\t'>(inside);
      const auto after = inside.substr(plain);
      const auto end = plain + (is_double ? find_any<'"', '<'>(after) : find_any<'\'', '<'>(after));
      if (end < inside.size() && inside[end] != '<') {
        attribute.value = inside.substr(0, end);
        attribute.is_plain = end == plain;
        rest_.remove_prefix(end + 2);
        return;
      }
      rest_.remove_prefix(1);
    }
    warnings_.add(kMalformed);
    auto value = rest_.substr(
        0, is_quoted ? find_any<'<', '>'>(rest_) : find_any<' ', '\n', '\t', '<', '>'>(rest_));
    if (value.ends_with('/')) value.remove_suffix(1);  // of "/>"
    rest_.remove_prefix(value.size());
    attribute.value = value;
    attribute.is_plain = false;
  }

  void open_element(const Name& name, bool is_empty) {
    if (open_.size() == kXmlDepthMax) {
      warnings_.add("markup deeper than 64 elements was flattened");
      return;
    }
    has_root_ = true;
    const bool lasts = !has_changes(name);
    attributes_.clear();
    if (!raw_.empty()) read_attributes();
    sink_.open({space_of(name.prefix), !name.prefix.empty(), lowered(name), attributes_, lasts});
    open_.push_back(name.text);
    if (is_empty) close_top();
  }

  void read_attributes() {
    for (auto& [name, value, is_plain] : raw_) {
      if (!is_plain) value = normalised(value);
      if (!name.declares_namespace()) continue;
      scope_.declare(name.prefix.empty() ? "" : name.local, value, open_.size());
    }
    for (const auto& [name, value, is_plain] : raw_) {
      if (name.declares_namespace()) continue;
      const auto space = name.prefix.empty() ? Namespace::kNone : space_of(name.prefix);
      attributes_.push_back({space, lowered(name), value});
    }
  }

  // True if something has to be made of the tag. Then there is room for it: for its names and twice
  // its values.
  bool has_changes(const Name& name) {
    bool is_needed = name.has_upper;
    std::size_t bytes = name.text.size();
    for (const auto& each : raw_) {
      is_needed = is_needed || each.name.has_upper || !each.is_plain;
      bytes += each.name.text.size() + 2 * each.value.size();
    }
    if (is_needed) make_room(bytes);
    return is_needed;
  }

  std::string_view lowered(const Name& name) {
    if (!name.has_upper) return name.local;
    return changed(name.local, [](char c) { return lower(c); });
  }

  // White space as spaces (XML 1.0, section 3.3.3), references decoded.
  std::string_view normalised(std::string_view value) {
    const auto spaced = changed(value, [](char c) { return is_space(c) ? ' ' : c; });
    return spaced.find('&') == spaced.npos ? spaced : decoded(spaced);
  }

  Namespace space_of(std::string_view prefix) {
    const auto space = scope_.find(prefix);
    if (space) return *space;
    warnings_.add("a namespace prefix is not declared");
    return namespace_of_prefix(prefix);
  }

  std::string_view rest_;
  XmlSink& sink_;
  Warnings& warnings_;
  std::vector<std::string_view> open_;  // names as written
  std::vector<RawAttribute> raw_;
  std::vector<XmlAttribute> attributes_;
  std::size_t used_ = 0;
  std::string scratch_;  // what the sink sees of the present tag or text, where it had to be made
  NamespaceScope scope_;
  bool has_root_ = false;
  bool has_cdata_end_ = true;  // false once a search has failed: it would fail for ever
};

}  // namespace

std::optional<std::string_view> find_attribute(std::span<const XmlAttribute> attributes,
                                               std::string_view name, Namespace space) {
  for (const auto& each : attributes) {
    if (each.space == space && each.name == name) return each.value;
  }
  return std::nullopt;
}

Status read_xml(std::string_view text, XmlSink& sink, Warnings& warnings) {
  return XmlReader(text, sink, warnings).run();
}

}  // namespace tocsin::markup
