// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/schema.h"

#include <gtest/gtest.h>

namespace tocsin::api {
namespace {

const Schema kInner{"Inner", "", {{.name = "a/b", .is_required = true}}};
const Schema kSchema{
    "Outer",
    "",
    {{.name = "title", .is_required = true, .min = 1, .max = 3},
     {.name = "inner", .kind = Kind::kObject, .is_list = true, .items_max = 2, .schema = &kInner},
     {.name = "count", .kind = Kind::kInteger, .is_nullable = true, .min = 1, .max = 5}}};

std::string first_finding(const std::string& json, bool is_partial = false) {
  const auto found = check(*Json::parse(json), kSchema, is_partial);
  if (found.empty()) return "";
  const auto& finding = found.unknown.empty() ? found.wrong.front() : found.unknown.front();
  return finding.pointer + ' ' + finding.detail;
}

TEST(Schema, TakesWhatFits) {
  EXPECT_EQ(first_finding(R"({"title":"äöü","inner":[{"a/b":""}],"count":null})"), "");
  EXPECT_EQ(first_finding("{}", true), "");
}

TEST(Schema, PointsAtWhatDoesNot) {
  EXPECT_EQ(first_finding("{}"), "#/title is missing");
  EXPECT_EQ(first_finding(R"({"title":"x","inner":[{}]})"), "#/inner/0/a/b is missing");
  EXPECT_EQ(first_finding(R"({"title":"x","inner":[{"a/b":1}]})"),
            "#/inner/0/a~1b is not a string");
  EXPECT_EQ(first_finding(R"({"title":"x","count":6})"), "#/count is not between 1 and 5");
  EXPECT_EQ(first_finding(R"({"titel":"x"})"),
            "#/titel is not known; the nearest name is \"title\"");
}

TEST(Schema, ReportsABoundedNumberOfFindings) {
  Json many(Json::Object{});
  for (int i = 0; i < 1000; ++i) many.set("x" + std::to_string(i), 1);
  const auto found = check(many, kSchema, false);
  EXPECT_EQ(found.unknown.size(), 20U);
}

TEST(Schema, BecomesJsonSchema) {
  EXPECT_EQ(
      json_schema(kSchema).dump(),
      R"({"type":"object","properties":{)"
      R"("title":{"type":"string","minLength":1,"maxLength":3},)"
      R"("inner":{"type":"array","items":{"$ref":"#/components/schemas/Inner"},"maxItems":2},)"
      R"("count":{"type":["integer","null"],"minimum":1,"maximum":5}},)"
      R"("required":["title"],"additionalProperties":false})");
}

}  // namespace
}  // namespace tocsin::api
