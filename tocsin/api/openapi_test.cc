// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/openapi.h"

#include <set>

#include <gtest/gtest.h>

#include "tocsin/api/routes.h"

namespace tocsin::api {
namespace {

// Every "$ref" in the document.
void collect_references(const Json& json, std::set<std::string>& out) {
  if (const auto* members = json.if_object()) {
    for (const auto& [name, value] : *members) {
      if (name == "$ref") out.insert(*value.if_string());
      collect_references(value, out);
    }
  }
  if (const auto* items = json.if_array()) {
    for (const auto& item : *items) collect_references(item, out);
  }
}

TEST(Openapi, HasEveryRouteAndNoOther) {
  const auto document = openapi_document("1.2.3");
  std::set<std::string> described;
  for (const auto& [path, methods] : *document.find("paths")->if_object()) {
    for (const auto& [method, operation] : *methods.if_object()) {
      described.insert(method + ' ' + path);
      EXPECT_TRUE(operation.text("summary")) << path;
      EXPECT_TRUE(operation.find("responses")->find("default")) << path;
      const bool has_id = path.find("{id}") != path.npos;
      const auto* parameters = operation.find("parameters");
      EXPECT_EQ(has_id, parameters && (*parameters->if_array())[0].text("in") == "path") << path;
    }
  }
  std::set<std::string> routed;
  std::set<std::string_view> operations;
  for (const auto& route : routes()) {
    std::string method(route.method);
    for (auto& c : method) c = static_cast<char>(std::tolower(c));
    routed.insert(method + ' ' + std::string(route.pattern));
    EXPECT_TRUE(operations.insert(route.operation).second) << route.operation;
  }
  EXPECT_EQ(described, routed);
}

TEST(Openapi, RefersToWhatItHas) {
  const auto document = openapi_document("1.2.3");
  std::set<std::string> references;
  collect_references(document, references);
  const Json* components = document.find("components");
  for (const auto& reference : references) {
    const std::string prefix = "#/components/";
    ASSERT_TRUE(reference.starts_with(prefix)) << reference;
    const auto slash = reference.find('/', prefix.size());
    const Json* part = components->find(reference.substr(prefix.size(), slash - prefix.size()));
    ASSERT_NE(part, nullptr) << reference;
    EXPECT_NE(part->find(reference.substr(slash + 1)), nullptr) << reference;
  }
  for (const auto& [name, schema] : *components->find("schemas")->if_object()) {
    EXPECT_TRUE(references.contains("#/components/schemas/" + name)) << name << " is not used";
    EXPECT_EQ(schema.text("type"), "object");
  }
}

TEST(Openapi, IsOneJsonDocument) {
  const auto document = openapi_document("1.2.3");
  EXPECT_TRUE(Json::parse(document.pretty(), {.bytes_max = 1 << 22}));
  EXPECT_EQ(document.find("info")->text("version"), "1.2.3");
}

}  // namespace
}  // namespace tocsin::api
