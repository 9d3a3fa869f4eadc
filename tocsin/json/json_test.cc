// SPDX-License-Identifier: Apache-2.0
#include "tocsin/json/json.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace tocsin {
namespace {

TEST(Json, ReadsAndWritesEveryKindOfValue) {
  const std::string text =
      R"({"null":null,"yes":true,"no":false,"int":-7,"real":2.5,"text":"é\n","list":[1,[],{}]})";
  const auto json = Json::parse(text);
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ(json->dump(), text);
  EXPECT_EQ(json->find("int")->if_int(), -7);
  EXPECT_EQ(json->find("real")->if_number(), 2.5);
  EXPECT_EQ(json->text("text"), "é\n");
  EXPECT_EQ(json->find("list")->if_array()->size(), 3u);
  EXPECT_EQ(json->find("absent"), nullptr);
}

TEST(Json, RefusesWhatIsNotStrictJson) {
  for (const auto* text : {"", "{", "[1,]", "{'a':1}", "[1] x", "NaN", "1e999", "// c\n1",
                           "\"\x01\"", R"({"a":1,"a":2})", "\"\xff\"", R"("\ud800")", "01",
                           "\xef\xbb\xbf"
                           "1"}) {
    const auto json = Json::parse(text);
    ASSERT_FALSE(json) << text;
    EXPECT_EQ(json.error().code, Errc::kInvalidArgument) << text;
  }
}

TEST(Json, ReadsNumbersToTheLastBit) {
  for (const auto* text :
       {"444077777777555555555548", "1.7976931348623157e+308", "5e-324", "0.1",
        "9007199254740993.5", "-18446744073709551615", "9223372036854775808", "-0e1"}) {
    const auto json = Json::parse(text);
    ASSERT_TRUE(json) << text;
    EXPECT_EQ(json->if_number(), std::strtod(text, nullptr)) << text;
    EXPECT_EQ(Json::parse(json->dump())->dump(), json->dump());
  }
  EXPECT_EQ(Json::parse("-9223372036854775808")->if_int(), INT64_MIN);
}

TEST(Json, SaysWhichMemberStandsTwice) {
  EXPECT_NE(Json::parse(R"({"a":1,"a":2})").error().message.find("twice"), std::string::npos);
}

TEST(Json, StopsAtItsLimits) {
  EXPECT_EQ(Json::parse(std::string(100'000, '[')).error().code, Errc::kExhausted);
  EXPECT_EQ(Json::parse("[1,2,3]", {.bytes_max = 6}).error().code, Errc::kExhausted);
  EXPECT_TRUE(Json::parse("[[1]]", {.depth_max = 2}));
  EXPECT_FALSE(Json::parse("[[[1]]]", {.depth_max = 2}));
}

TEST(Json, WritesTextThatMayStandInAScriptElement) {
  EXPECT_EQ(Json("</script>").dump(), R"("\u003c/script>")");
}

TEST(Json, WritesInvalidUtf8AsTheReplacementCharacter) {
  EXPECT_EQ(Json("a\xff\xed\xa0\x80z").dump(),
            "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"");
}

TEST(Json, PrettyPrintsForPeople) {
  EXPECT_EQ(Json({{"a", Json::array({1, 2})}, {"b", Json(Json::Object{})}}).pretty(),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

}  // namespace
}  // namespace tocsin
