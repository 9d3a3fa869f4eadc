// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/problem.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

TEST(Problem, IsAnsweredAsProblemJson) {
  const Problem problem{.status = 422,
                        .code = "subscription.key_invalid",
                        .title = "A key cannot be used.",
                        .detail = "p256dh has 64 bytes, not 65.",
                        .type = "https://docs.example/errors#subscription.key_invalid",
                        .errors = {{"#/keys/p256dh", "64 bytes"}}};
  const Response response = problem.response();
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.headers.find("content-type"), "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"https://docs.example/errors#subscription.key_invalid",)"
            R"("title":"A key cannot be used.","status":422,)"
            R"("detail":"p256dh has 64 bytes, not 65.","code":"subscription.key_invalid",)"
            R"("errors":[{"pointer":"#/keys/p256dh","detail":"64 bytes"}]})");
}

TEST(Problem, LeavesOutWhatItDoesNotHave) {
  const Problem problem{.status = 404, .title = "Not found"};
  EXPECT_EQ(problem.response().body, R"({"type":"about:blank","title":"Not found","status":404})");
}

}  // namespace
}  // namespace tocsin::http
