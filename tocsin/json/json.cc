// SPDX-License-Identifier: Apache-2.0
#include "tocsin/json/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_set>

#include <boost/json/basic_parser_impl.hpp>

namespace tocsin {
namespace {

// Receives Boost.JSON's events and builds a Json. Containers under construction stand on a stack,
// so that nothing recurses with the depth of the input.
struct Builder {
  // NOLINTBEGIN(readability-identifier-naming): Boost.JSON looks for these names.
  static constexpr std::size_t max_object_size = 100'000;
  static constexpr std::size_t max_array_size = 1'000'000;
  static constexpr std::size_t max_key_size = 1 << 16;
  static constexpr std::size_t max_string_size = 1 << 28;
  // NOLINTEND(readability-identifier-naming)

  struct Open {
    Json value;
    std::string name;  // of the member being read
    std::unordered_set<std::string> names;
  };

  using Errors = boost::system::error_code;

  Json root;
  std::vector<Open> open;
  std::string text;
  bool has_duplicate = false;

  bool add(Json value) {
    if (open.empty()) {
      root = std::move(value);
    } else if (open.back().value.if_object() != nullptr) {
      open.back().value.if_object()->emplace_back(std::move(open.back().name), std::move(value));
    } else {
      open.back().value.push(std::move(value));
    }
    return true;
  }
  bool close() {
    Json done = std::move(open.back().value);
    open.pop_back();
    return add(std::move(done));
  }

  bool on_document_begin(Errors&) { return true; }
  bool on_document_end(Errors&) { return true; }
  bool on_object_begin(Errors&) {
    open.push_back({Json(Json::Object{}), {}, {}});
    return true;
  }
  bool on_object_end(std::size_t, Errors&) { return close(); }
  bool on_array_begin(Errors&) {
    open.push_back({Json(Json::Array{}), {}, {}});
    return true;
  }
  bool on_array_end(std::size_t, Errors&) { return close(); }
  bool on_key_part(boost::json::string_view part, std::size_t, Errors&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_key(boost::json::string_view part, std::size_t, Errors& errors) {
    text.append(part.data(), part.size());
    auto& object = open.back();
    object.name = std::exchange(text, {});
    if (!object.names.insert(object.name).second) {
      has_duplicate = true;
      errors = boost::json::error::syntax;
      return false;
    }
    return true;
  }
  bool on_string_part(boost::json::string_view part, std::size_t, Errors&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_string(boost::json::string_view part, std::size_t, Errors&) {
    text.append(part.data(), part.size());
    return add(std::exchange(text, {}));
  }
  // Boost 1.81 rounds a double to within a few units of its last place only, so numbers that are
  // no int64 are read from their text.
  bool on_number_part(boost::json::string_view part, Errors&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_int64(std::int64_t number, boost::json::string_view, Errors&) {
    text.clear();
    return add(number);
  }
  bool on_uint64(std::uint64_t, boost::json::string_view part, Errors& errors) {
    return on_double(0, part, errors);  // Boost calls this above the int64 range only
  }
  bool on_double(double, boost::json::string_view part, Errors& errors) {
    text.append(part.data(), part.size());
    const std::string number = std::exchange(text, {});
    double value = 0;
    const char* end = number.data() + number.size();
    const auto read = std::from_chars(number.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end || !std::isfinite(value)) {
      errors = boost::json::error::exponent_overflow;
      return false;
    }
    return add(value);
  }
  bool on_bool(bool value, Errors&) { return add(value); }
  bool on_null(Errors&) { return add(nullptr); }
  bool on_comment_part(boost::json::string_view, Errors&) { return true; }
  bool on_comment(boost::json::string_view, Errors&) { return true; }
};

// The length of the UTF-8 sequence at the front of `text`; 0 if it is invalid there.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xc2   ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
  const bool beyond = lead == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

void write_escaped(char c, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (static_cast<unsigned char>(c) >= 0x20 && c != '<' && c != 0x7f) {
    out += c;
    return;
  }
  out += "\\u00";
  out += kDigits[static_cast<unsigned char>(c) >> 4];
  out += kDigits[c & 15];
}

void write_string(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      out += "\xef\xbf\xbd";
      text.remove_prefix(1);
    } else if (length == 1) {
      write_escaped(text.front(), out);
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  out += '"';
}

struct Writer {
  std::string& out;
  int indent = 0;  // spaces a level; 0: one line
  int depth = 0;

  void line() const {
    if (indent == 0) return;
    out += '\n';
    out.append(static_cast<std::size_t>(indent) * static_cast<std::size_t>(depth), ' ');
  }
  void number(double value) const {
    if (value == 0 && std::signbit(value)) {
      out += "-0.0";  // "-0" would be read as a whole number, which has no sign at zero
      return;
    }
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out.append(buffer, end);
  }
  template <class Container, class Each>
  void container(const Container& items, std::string_view brackets, const Each& each) {
    out += brackets[0];
    ++depth;
    for (bool first = true; const auto& item : items) {
      if (!std::exchange(first, false)) out += ',';
      line();
      each(item);
    }
    --depth;
    if (!items.empty()) line();
    out += brackets[1];
  }
  void value(const Json& json) {
    if (const auto* text = json.if_string()) {
      write_string(*text, out);
    } else if (const auto* array = json.if_array()) {
      container(*array, "[]", [&](const Json& item) { value(item); });
    } else if (const auto* object = json.if_object()) {
      container(*object, "{}", [&](const Json::Member& member) {
        write_string(member.first, out);
        out += indent == 0 ? ":" : ": ";
        value(member.second);
      });
    } else if (const auto flag = json.if_bool()) {
      out += *flag ? "true" : "false";
    } else if (const auto whole = json.if_int()) {
      out += std::to_string(*whole);
    } else if (const auto real = json.if_number()) {
      number(*real);
    } else {
      out += "null";
    }
  }
};

}  // namespace

Result<Json> Json::parse(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes_max) return Error{Errc::kExhausted, "JSON is too long"};
  boost::json::parse_options options;
  options.max_depth = limits.depth_max;
  boost::json::basic_parser<Builder> parser(options);
  boost::json::error_code failure;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
  if (!failure && read < text.size()) failure = boost::json::error::extra_data;
  if (!failure) return std::move(parser.handler().root);

  if (failure == boost::json::error::too_deep) {
    return Error{Errc::kExhausted, "JSON is nested too deeply"};
  }
  const std::string reason =
      parser.handler().has_duplicate ? "a member stands twice" : failure.message();
  return Error{Errc::kInvalidArgument, "not JSON: " + reason + " at byte " + std::to_string(read)};
}

std::string Json::dump() const {
  std::string out;
  Writer{out, 0}.value(*this);
  return out;
}

std::string Json::pretty() const {
  std::string out;
  Writer{out, 2}.value(*this);
  return out;
}

std::optional<bool> Json::if_bool() const {
  const auto* value = std::get_if<bool>(&value_);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::optional<std::int64_t> Json::if_int() const {
  const auto* value = std::get_if<std::int64_t>(&value_);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::optional<double> Json::if_number() const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto whole = if_int()) return static_cast<double>(*whole);
  return std::nullopt;
}

const Json* Json::find(std::string_view name) const {
  const auto* object = if_object();
  if (object == nullptr) return nullptr;
  const auto found = std::find_if(object->begin(), object->end(),
                                  [&](const Member& member) { return member.first == name; });
  return found == object->end() ? nullptr : &found->second;
}

std::optional<std::string> Json::text(std::string_view name) const {
  const Json* member = find(name);
  const std::string* value = member != nullptr ? member->if_string() : nullptr;
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

void Json::set(std::string name, Json value) {
  if (is_null()) value_ = Object{};
  TOCSIN_CHECK(if_object() != nullptr);
  if_object()->emplace_back(std::move(name), std::move(value));
}

void Json::push(Json value) {
  if (is_null()) value_ = Array{};
  TOCSIN_CHECK(if_array() != nullptr);
  if_array()->push_back(std::move(value));
}

}  // namespace tocsin
