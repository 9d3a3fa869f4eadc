// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tocsin/api/api_fixture.h"
#include "tocsin/api/routes.h"

namespace tocsin::api {
namespace {

std::string target_of(const Route& route) {
  std::string out(route.pattern);
  const auto at = out.find("{id}");
  return at == std::string::npos ? out : out.replace(at, 4, core::StoryId{41}.text());
}

// Every route with every token there is.
TEST(Authorisation, IsAsTheTableOfRoutesSays) {
  for (const auto& route : routes()) {
    const auto needed = scope_of(route.access);
    const bool is_session = route.handle == get_session || route.handle == sign_in ||
                            route.handle == sign_out || route.handle == set_password ||
                            route.handle == set_up;
    // A reader's token is none of these: see below. A session has a cookie: conversation_test.cc.
    if (route.access == Access::kWriter || is_session) continue;
    for (const std::string token :
         {"", "stranger", "read", "write", "alert", "moderate", "admin"}) {
      TestApi api;
      const auto response = api.call(token, std::string(route.method), target_of(route), "{}");
      const bool is_known = !token.empty() && token != "stranger";
      const bool may = !needed || token == text(*needed) || token == "admin";
      const int expected = may ? 0 : is_known ? 403 : 401;
      const int refusal = response.status == 401 || response.status == 403 ? response.status : 0;
      EXPECT_EQ(refusal, expected) << route.method << ' ' << route.pattern << " as " << token;
      EXPECT_EQ(response.headers.find("www-authenticate").has_value(), expected != 0);
      if (!may) {
        EXPECT_TRUE(api.newsroom.commands.empty());
      }
    }
  }
}

// What a reader does is done by nobody else, whatever their scope.
TEST(Authorisation, OfWhatReadersDoIsTheReadersAlone) {
  int writer_routes = 0;
  for (const auto& route : routes()) {
    if (route.access != Access::kWriter) continue;
    ++writer_routes;
    for (const std::string token :
         {"", "stranger", "read", "write", "alert", "moderate", "admin", "user", "reader"}) {
      TestApi api;
      api.content.write(core::Reader{.id = core::ReaderId{71}, .site = newsroom::sample::kSite});
      std::string session = token;
      const auto keep = [&](const Result<std::string>& made) { session = *made; };
      if (token == "reader") api.accounts.sign_in(core::ReaderId{71}, keep);
      if (token == "user") api.accounts.sign_in(core::UserId{81}, keep);
      const auto response = api.call(session, std::string(route.method), target_of(route), "{}");
      EXPECT_EQ(json_of(response).text("code") == "reader.unknown", token != "reader")
          << route.method << ' ' << route.pattern << " as " << token << ": " << response.body;
      if (token != "reader") {
        EXPECT_EQ(response.status, 401);
        EXPECT_TRUE(api.newsroom.commands.empty());
      }
    }
  }
  EXPECT_GE(writer_routes, 10);
}

TEST(Authorisation, NamesTheMissingScope) {
  TestApi api;
  const auto response = api.call("read", "POST", "/api/v1/alerts", "{}");
  EXPECT_EQ(response.status, 403);
  EXPECT_NE(json_of(response).text("detail")->find("\"alert\""), std::string::npos);
  EXPECT_EQ(response.headers.find("www-authenticate"),
            "Bearer realm=\"tocsin\", error=\"insufficient_scope\", scope=\"alert\"");
}

TEST(Authorisation, ReadsTheFieldAsTheRfcSays) {
  TestApi api;
  const auto status = [&](const std::string& value) {
    return api.call("", "GET", "/api/v1/sites", "", {{{"authorization", value}}}).status;
  };
  EXPECT_EQ(status("bearer read"), 200);
  EXPECT_EQ(status("BEARER  read"), 200);
  for (const auto& value : {std::string(), std::string("read"), std::string("Bearer"),
                            std::string("Bearer "), std::string("Basic read"),
                            "Bearer " + std::string(600, 'x'), std::string("Bearer read x")}) {
    EXPECT_EQ(status(value), 401) << value;
  }
}

TEST(Authorisation, DoesNotTellAStrangerWhatThereIs) {
  TestApi api;
  const auto there = api.call("", "GET", "/api/v1/stories/" + core::StoryId{41}.text());
  const auto missing = api.call("", "GET", "/api/v1/stories/" + core::StoryId{99}.text());
  EXPECT_EQ(there.status, 401);
  EXPECT_EQ(there.body, missing.body);
}

TEST(Authorisation, PrintsAndReadsScopes) {
  for (const auto scope :
       {Scope::kRead, Scope::kWrite, Scope::kAlert, Scope::kModerate, Scope::kAdmin}) {
    EXPECT_EQ(parse_scope(text(scope)), scope);
  }
  EXPECT_FALSE(parse_scope("root"));
}

}  // namespace
}  // namespace tocsin::api
