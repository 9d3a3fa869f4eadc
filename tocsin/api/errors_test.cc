// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/errors.h"

#include <set>

#include <gtest/gtest.h>

namespace tocsin::api {
namespace {

TEST(Errors, HaveOneRowEach) {
  std::set<std::string_view> codes;
  std::set<Refusal> refusals;
  for (const auto& row : error_rows()) {
    EXPECT_TRUE(codes.insert(row.code).second) << row.code;
    EXPECT_TRUE(refusals.insert(row.refusal).second) << row.code;
    EXPECT_TRUE(row.status >= 400 && row.status < 600);
    EXPECT_TRUE(row.title.ends_with('.') && row.remedy.ends_with('.')) << row.code;
  }
  EXPECT_EQ(refusals.size(), static_cast<std::size_t>(Refusal::kInternal) + 1);
}

TEST(Errors, LinkToTheirPlaceOnThePage) {
  const auto page = errors_markdown();
  EXPECT_TRUE(page.starts_with("# "));
  for (const auto& row : error_rows()) {
    const auto type = problem(row.refusal).type;
    const auto anchor = type.substr(type.find('#') + 1);
    EXPECT_NE(page.find("<a id=\"" + anchor + "\">"), std::string::npos) << row.code;
  }
}

TEST(Errors, OfTheNewsroomNameTheFieldOfTheBody) {
  const auto out = problem_of({Errc::kInvalidArgument, "story.credits.url: is wrong"});
  EXPECT_EQ(out.status, 422);
  ASSERT_EQ(out.errors.size(), 1U);
  EXPECT_EQ(out.errors[0].pointer, "#/credits/url");
  EXPECT_EQ(out.errors[0].detail, "is wrong");
  EXPECT_EQ(problem_of({Errc::kInvalidArgument, "alert.ttl: x"}).errors[0].pointer,
            "#/ttl_seconds");
  EXPECT_TRUE(problem_of({Errc::kInvalidArgument, "No field: x"}).errors.empty());
}

TEST(Errors, OfOurOwnAreNotShown) {
  for (const auto code : {Errc::kInternal, Errc::kCorrupt, Errc::kUnavailable}) {
    const auto out = problem_of({code, "sqlite: /var/lib/tocsin: disk full"});
    EXPECT_GE(out.status, 500);
    EXPECT_EQ(out.response().body.find("sqlite"), std::string::npos);
  }
}

}  // namespace
}  // namespace tocsin::api
