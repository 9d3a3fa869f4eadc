// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tocsin/base/result.h"

namespace tocsin {

struct JsonLimits {
  std::size_t bytes_max = 1 << 20;
  std::size_t depth_max = 32;
};

// A JSON value (RFC 8259) that owns what it holds. Objects keep the order of their members.
//
//   Json({{"ok", true}, {"items", Json::array({1, 2})}}).dump() == R"({"ok":true,"items":[1,2]})"
class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  // NOLINTBEGIN(google-explicit-constructor): a value stands where JSON is wanted.
  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(std::int64_t value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(unsigned value) : value_(std::int64_t{value}) {}
  Json(std::uint64_t value) : value_(static_cast<std::int64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}
  Json(std::initializer_list<Member> members) : value_(Object(members)) {}
  // The value, or null where there is none.
  template <class T>
  Json(const std::optional<T>& value) {
    if (value) *this = Json(*value);
  }
  // NOLINTEND(google-explicit-constructor)
  static Json array(std::initializer_list<Json> items) { return Json(Array(items)); }

  // Reads one JSON text, strictly: UTF-8, no comments, nothing after it, no member twice, no
  // number beyond a double.
  //
  // Errors:
  //   kExhausted        over limits.
  //   kInvalidArgument  not JSON; the message says at which byte.
  static Result<Json> parse(std::string_view text, const JsonLimits& limits = {});

  // One line. Invalid UTF-8 is written as U+FFFD. '<' is written \u003c, so that the text may
  // stand in a <script> element.
  std::string dump() const;
  // Two spaces an indent, for people.
  std::string pretty() const;

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  const std::string* if_string() const { return std::get_if<std::string>(&value_); }
  const Array* if_array() const { return std::get_if<Array>(&value_); }
  const Object* if_object() const { return std::get_if<Object>(&value_); }
  Object* if_object() { return std::get_if<Object>(&value_); }
  Array* if_array() { return std::get_if<Array>(&value_); }
  std::optional<bool> if_bool() const;
  std::optional<std::int64_t> if_int() const;  // whole numbers only
  std::optional<double> if_number() const;     // whole or not

  // The member of that name; null pointer if this is no object or has none.
  const Json* find(std::string_view name) const;
  // The member's text; nothing if absent or not a string.
  std::optional<std::string> text(std::string_view name) const;

  // Appends a member; this must be an object (null becomes one). The name must be new.
  void set(std::string name, Json value);
  // Appends an item; this must be an array (null becomes one).
  void push(Json value);

  bool operator==(const Json&) const = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

}  // namespace tocsin
