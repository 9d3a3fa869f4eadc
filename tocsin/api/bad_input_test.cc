// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tocsin/api/api_fixture.h"

namespace tocsin::api {
namespace {

struct Case {
  const char* what;
  std::string body;
  int status;
  const char* says;  // somewhere in the answer
};

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(BadInput, IsRefusedBeforeTheNewsroomSeesIt) {
  const Case cases[] = {
      {"no JSON", "{", 400, "json.malformed"},
      {"a member twice", R"({"headline":"a","headline":"b"})", 400, "json.malformed"},
      {"a number beyond a double", R"({"headline":1e999})", 400, "json.malformed"},
      {"invalid UTF-8", "{\"headline\":\"\xff\"}", 400, "json.malformed"},
      {"a comment", "{} // x", 400, "json.malformed"},
      {"too deep", nested(100'000), 413, "body.too_large"},
      {"too long", '"' + std::string(2 << 20, 'x') + '"', 413, "body.too_large"},
      {"no object", "[]", 422, "is not an object"},
      {"a misspelt field", R"({"headlin":"x"})", 400, R"(nearest name is \"headline\")"},
      {"a field that is ours", R"({"headline":"x","id":"1"})", 400, "#/id"},
      {"a missing field", "{}", 422, "#/headline"},
      {"a null", R"({"headline":null})", 422, "is not a string"},
      {"a wrong type", R"({"headline":1})", 422, "is not a string"},
      {"an empty text", R"({"headline":""})", 422, "is empty"},
      {"white space", R"({"headline":"  "})", 422, "#/headline"},
      {"a text too long", R"({"headline":")" + std::string(301, 'x') + "\"}", 422,
       "longer than 300"},
      {"a NUL", R"({"headline":"a\u0000b"})", 422, "NUL"},
      {"no list", R"({"headline":"x","topics":"World"})", 422, "is not a list"},
      {"a list too long",
       R"({"headline":"x","topics":)" +
           [] {
             Json list;
             for (int i = 0; i < 33; ++i) list.push("t" + std::to_string(i));
             return list.dump();
           }() +
           '}',
       422, "more than 32"},
      {"a wrong item", R"({"headline":"x","topics":["a",1]})", 422, "#/topics/1"},
      {"a state that is not put", R"({"headline":"x","state":"withdrawn"})", 422, "is not one of"},
      {"no time", R"({"headline":"x","published":"yesterday"})", 422, "#/published"},
      {"a URL that is none", R"({"headline":"x","url":"javascript:alert"})", 422, "#/url"},
      {"an unknown field inside", R"({"headline":"x","credits":[{"nam":"y"}]})", 400,
       "#/credits/0/nam"},
      {"a site that is not there", R"({"headline":"x","site":"000000000000f"})", 404,
       "site.unknown"},
  };
  for (const auto& [what, body, status, says] : cases) {
    TestApi api;
    const auto response = api.call("write", "POST", "/api/v1/stories", body);
    EXPECT_EQ(response.status, status) << what << response.body;
    EXPECT_NE(response.body.find(says), std::string::npos) << what << response.body;
    EXPECT_EQ(response.headers.find("content-type"), "application/problem+json");
    EXPECT_EQ(response.headers.find("cache-control"), "no-store");
  }
}

TEST(BadInput, OfAnAlertIsRefused) {
  const auto story = R"({"story":")" + core::StoryId{41}.text() + R"(","importance":"major")";
  const Case cases[] = {
      {"no importance", R"({"story":"0000000000019"})", 422, "#/importance"},
      {"no id", R"({"story":"x","importance":"major"})", 422, "is not an id"},
      {"another importance", R"({"story":"0000000000019","importance":"huge"})", 422, "breaking"},
      {"no time to live", story + R"(,"ttl_seconds":0})", 422, "#/ttl_seconds"},
      {"a month", story + R"(,"ttl_seconds":2600000})", 422, "#/ttl_seconds"},
      {"half a second", story + R"(,"ttl_seconds":1.5})", 422, "whole number"},
      {"three actions", story + R"(,"actions":[{},{},{}]})", 422, "more than 2"},
      {"an action without address", story + R"(,"actions":[{"title":"x"}]})", 422,
       "#/actions/0/url"},
      {"an action that runs", story + R"(,"actions":[{"title":"x","url":"javascript:1"}]})", 422,
       "#/actions/url"},
  };
  for (const auto& [what, body, status, says] : cases) {
    TestApi api;
    const auto response = api.call("alert", "POST", "/api/v1/alerts", body);
    EXPECT_EQ(response.status, status) << what << response.body;
    EXPECT_NE(response.body.find(says), std::string::npos) << what << response.body;
    EXPECT_EQ(api.content.alerts_of(core::StoryId{41}), 0U);
  }
}

TEST(BadInput, IsRefusedUnlessItIsSaidToBeJson) {
  TestApi api;
  for (const std::string type : {"", "text/plain", "application/x-www-form-urlencoded", "json"}) {
    http::Request request{.method = "POST", .path = "/api/v1/stories", .body = "{}"};
    request.headers.add("authorization", "Bearer write");
    if (!type.empty()) request.headers.add("content-type", type);
    EXPECT_EQ(api.call(request).status, 415) << type;
  }
}

TEST(BadInput, InAPathIsJustNotThere) {
  TestApi api;
  for (const std::string id : {"x", "0000000000000", "zzzzzzzzzzzzz", "41", "000000000000\xff",
                               "0000000000019 ", "0000000000019'--"}) {
    EXPECT_EQ(api.call("read", "GET", "/api/v1/stories/" + id).status, 404) << id;
  }
}

}  // namespace
}  // namespace tocsin::api
