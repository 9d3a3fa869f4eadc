// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/schema.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/id.h"
#include "tocsin/newsroom/text.h"

namespace tocsin::api {
namespace {

constexpr std::size_t kFindingsMax = 20;
constexpr std::size_t kNameCharactersShown = 64;

// Letters to insert, remove or replace (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string nearest(std::string_view name, const Schema& schema) {
  const auto closest = std::min_element(schema.fields.begin(), schema.fields.end(),
                                        [&](const auto& a, const auto& b) {
                                          return distance(name, a.name) < distance(name, b.name);
                                        });
  return closest == schema.fields.end() ? "" : std::string(closest->name);
}

// RFC 6901, section 3.
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

class Checker {
 public:
  explicit Checker(SchemaFindings& out) : out_(out) {}

  void object(const Json& json, const Schema& schema, const std::string& pointer, bool is_partial) {
    const auto* members = json.if_object();
    if (members == nullptr) return wrong(pointer, "is not an object");
    for (const auto& [name, value] : *members) {
      const Field* field = schema.find(name);
      if (field != nullptr) {
        value_of(value, *field, pointer + '/' + escaped(name));
      } else if (!schema.is_open) {
        unknown(pointer, name, schema);
      }
    }
    for (const auto& field : schema.fields) {
      const bool is_missing = field.is_required && json.find(field.name) == nullptr;
      if (is_missing && !is_partial) wrong(pointer + '/' + std::string(field.name), "is missing");
    }
  }

 private:
  void wrong(std::string pointer, std::string detail) {
    if (out_.wrong.size() < kFindingsMax) {
      out_.wrong.push_back({std::move(pointer), std::move(detail)});
    }
  }

  void unknown(const std::string& pointer, const std::string& name, const Schema& schema) {
    if (out_.unknown.size() >= kFindingsMax) return;
    const auto shown = newsroom::cut(name, kNameCharactersShown);
    out_.unknown.push_back({pointer + '/' + escaped(shown),
                            "is not known; the nearest name is \"" + nearest(shown, schema) + '"'});
  }

  void value_of(const Json& json, const Field& field, const std::string& pointer) {
    if (json.is_null() && field.is_nullable) return;
    if (!field.is_list) return single(json, field, pointer);
    const auto* items = json.if_array();
    if (items == nullptr) return wrong(pointer, "is not a list");
    if (items->size() > field.items_max) {
      return wrong(pointer, "has more than " + std::to_string(field.items_max) + " entries");
    }
    for (std::size_t i = 0; i < items->size(); ++i) {
      single((*items)[i], field, pointer + '/' + std::to_string(i));
    }
  }

  void single(const Json& json, const Field& field, const std::string& pointer) {
    switch (field.kind) {
      case Kind::kText:
      case Kind::kTime:
      case Kind::kId:
      case Kind::kSubscriptionId:
        return text(json, field, pointer);
      case Kind::kInteger:
        return integer(json, field, pointer);
      case Kind::kBoolean:
        if (!json.if_bool()) wrong(pointer, "is neither true nor false");
        return;
      case Kind::kObject:
        return object(json, *field.schema, pointer, false);
      case Kind::kMap:
      case Kind::kCounts:
        return map(json, field, pointer);
    }
  }

  void integer(const Json& json, const Field& field, const std::string& pointer) {
    const auto number = json.if_int();
    if (!number) return wrong(pointer, "is not a whole number");
    if (*number < field.min || *number > field.max) {
      wrong(pointer,
            "is not between " + std::to_string(field.min) + " and " + std::to_string(field.max));
    }
  }

  void text(const Json& json, const Field& field, const std::string& pointer) {
    const auto* value = json.if_string();
    if (value == nullptr) return wrong(pointer, "is not a string");
    if (field.kind == Kind::kTime && !parse_rfc3339(*value)) {
      return wrong(pointer, "is not a time such as 2026-11-23T09:41:00Z");
    }
    if (field.kind == Kind::kId && !Id<struct AnyKind>::parse(*value))
      return wrong(pointer, "is not an id");
    if (field.kind == Kind::kSubscriptionId && (value->size() != 32 || !unhex(*value))) {
      return wrong(pointer, "is not the id of a subscription");
    }
    if (!field.choices.empty() &&
        std::find(field.choices.begin(), field.choices.end(), *value) == field.choices.end()) {
      return wrong(pointer, "is not one of " + listed(field.choices));
    }
    const auto length = static_cast<std::int64_t>(newsroom::characters(*value).value_or(0));
    if (value->find('\0') != value->npos) return wrong(pointer, "holds a NUL character");
    if (length < field.min) return wrong(pointer, "is empty");
    if (length > field.max) {
      wrong(pointer, "is longer than " + std::to_string(field.max) + " characters");
    }
  }

  void map(const Json& json, const Field& field, const std::string& pointer) {
    const auto* members = json.if_object();
    if (members == nullptr) return wrong(pointer, "is not an object");
    for (const auto& [name, value] : *members) {
      const auto at = pointer + '/' + escaped(name);
      if (field.kind == Kind::kMap) {
        object(value, *field.schema, at, false);
      } else if (!value.if_int()) {
        wrong(at, "is not a whole number");
      }
    }
  }

  static std::string listed(const std::vector<std::string_view>& choices) {
    std::string out;
    for (const auto& choice : choices) {
      out += (out.empty() ? "\"" : ", \"") + std::string(choice) + '"';
    }
    return out;
  }

  SchemaFindings& out_;
};

Json reference(const Schema& schema) {
  return Json{{"$ref", "#/components/schemas/" + std::string(schema.name)}};
}

void set_type(Json& out, const char* type, bool is_nullable) {
  out.set("type", is_nullable ? Json::array({type, "null"}) : Json(type));
}

Json text_schema(const Field& field, bool is_nullable) {
  Json out;
  set_type(out, "string", is_nullable);
  if (field.kind == Kind::kTime) out.set("format", "date-time");
  if (field.kind == Kind::kId) out.set("pattern", "^[0-9a-hjkmnp-tv-z]{13}$");
  if (field.kind == Kind::kSubscriptionId) out.set("pattern", "^[0-9a-f]{32}$");
  if (field.min > 0) out.set("minLength", field.min);
  if (field.max < std::numeric_limits<std::int64_t>::max()) out.set("maxLength", field.max);
  if (!field.choices.empty()) {
    Json::Array choices(field.choices.begin(), field.choices.end());
    if (is_nullable) choices.emplace_back(nullptr);
    out.set("enum", std::move(choices));
  }
  return out;
}

Json single_schema(const Field& field, bool is_nullable) {
  Json out;
  switch (field.kind) {
    case Kind::kText:
    case Kind::kTime:
    case Kind::kId:
    case Kind::kSubscriptionId:
      return text_schema(field, is_nullable);
    case Kind::kInteger:
      set_type(out, "integer", is_nullable);
      out.set("minimum", field.min);
      if (field.max < std::numeric_limits<std::int64_t>::max()) out.set("maximum", field.max);
      return out;
    case Kind::kBoolean:
      set_type(out, "boolean", is_nullable);
      return out;
    case Kind::kObject:
      if (!is_nullable) return reference(*field.schema);
      return Json{{"anyOf", Json::array({reference(*field.schema), Json{{"type", "null"}}})}};
    case Kind::kMap:
      set_type(out, "object", is_nullable);
      out.set("additionalProperties", reference(*field.schema));
      return out;
    case Kind::kCounts:
      set_type(out, "object", is_nullable);
      out.set("additionalProperties", Json{{"type", "integer"}, {"minimum", 0}});
      return out;
  }
  return out;
}

}  // namespace

const Field* Schema::find(std::string_view field) const {
  for (const auto& each : fields) {
    if (each.name == field) return &each;
  }
  return nullptr;
}

SchemaFindings check(const Json& json, const Schema& schema, bool is_partial) {
  SchemaFindings out;
  Checker(out).object(json, schema, "#", is_partial);
  return out;
}

Json json_schema(const Schema& schema) {
  Json properties(Json::Object{});
  Json required(Json::Array{});
  for (const auto& field : schema.fields) {
    Json property;
    if (field.is_list) {
      set_type(property, "array", field.is_nullable);
      property.set("items", single_schema(field, false));
      property.set("maxItems", static_cast<std::int64_t>(field.items_max));
    } else {
      property = single_schema(field, field.is_nullable);
    }
    if (!field.about.empty()) property.set("description", field.about);
    properties.set(std::string(field.name), std::move(property));
    if (field.is_required) required.push(field.name);
  }
  Json out{{"type", "object"}};
  if (!schema.about.empty()) out.set("description", schema.about);
  out.set("properties", std::move(properties));
  if (!required.if_array()->empty()) out.set("required", std::move(required));
  if (!schema.is_open) out.set("additionalProperties", false);
  return out;
}

}  // namespace tocsin::api
