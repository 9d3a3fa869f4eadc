// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "tocsin/http/problem.h"
#include "tocsin/json/json.h"

// What a JSON body looks like, said once: requests are checked against it and the OpenAPI document
// is made from it.
namespace tocsin::api {

struct Schema;

enum class Kind {
  kText,
  kInteger,
  kBoolean,
  kTime,            // RFC 3339
  kId,              // 13 characters of base32
  kSubscriptionId,  // 32 characters of hexadecimal
  kObject,          // of `schema`
  kMap,             // any names, values of `schema`
  kCounts,          // any names, whole numbers
};

struct Field {
  std::string_view name;
  Kind kind = Kind::kText;
  std::string_view about;
  bool is_required = false;  // in a request that creates; in every answer
  bool is_nullable = false;
  bool is_list = false;           // of `kind`
  std::size_t items_max = 1'000;  // of a list
  std::int64_t min = 0;           // of a number; characters of a text
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string_view> choices{};  // of a text
  const Schema* schema = nullptr;
};

struct Schema {
  std::string_view name;
  std::string_view about;
  std::vector<Field> fields;
  bool is_open = false;  // has members that are not ours to name

  const Field* find(std::string_view field) const;
};

struct SchemaFindings {
  std::vector<http::FieldProblem> unknown;  // with the nearest known name
  std::vector<http::FieldProblem> wrong;

  bool empty() const { return unknown.empty() && wrong.empty(); }
};

// What is wrong with `json`, 20 findings at most. In a partial body no field is required.
SchemaFindings check(const Json& json, const Schema& schema, bool is_partial);

// JSON Schema (draft 2020-12), as OpenAPI 3.1 has it. Other schemas are referred to.
Json json_schema(const Schema& schema);

}  // namespace tocsin::api
