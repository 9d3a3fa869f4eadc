// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::ingest {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(Advice, IsOneSentenceThatNamesTheStatus) {
  for (const int status : {204, 206, 301, 400, 401, 403, 404, 410, 418, 429, 500, 503}) {
    const std::string sentence = advice({.status = status});
    EXPECT_THAT(sentence, HasSubstr("(status " + std::to_string(status) + ")"));
    EXPECT_THAT(sentence, EndsWith("."));
  }
}

TEST(Advice, KnowsACaptcha) {
  EXPECT_THAT(advice({.status = 403, .headers = {{{"cf-mitigated", "challenge"}}}}),
              HasSubstr("captcha"));
}

TEST(Advice, CarriesTheDetailOfAFailure) {
  for (const auto failure :
       {FetchFailure::kUnreachable, FetchFailure::kTimeout, FetchFailure::kTooLarge,
        FetchFailure::kForbidden, FetchFailure::kRedirects, FetchFailure::kBroken}) {
    EXPECT_THAT(advice({.failure = failure, .detail = "news.example: why"}),
                HasSubstr("(news.example: why)"));
  }
  EXPECT_THAT(advice({.failure = FetchFailure::kBusy}), EndsWith("."));
  EXPECT_THAT(advice_not_a_feed("an HTML page"), HasSubstr("(an HTML page)"));
}

}  // namespace
}  // namespace tocsin::ingest
