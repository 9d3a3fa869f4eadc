// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/message.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

TEST(Headers, FindsTheFirstFieldOfAName) {
  Headers headers;
  headers.add("link", "<a>");
  headers.add("link", "<b>");
  EXPECT_EQ(headers.find("link"), "<a>");
  EXPECT_EQ(headers.find("etag"), std::nullopt);
}

TEST(Request, DecodesItsParameters) {
  Request request;
  request.query = "q=storm+%26+flood&q=second&empty=&flag&%6eame=x=y&bad=%zz&";
  EXPECT_EQ(request.parameter("q"), "storm & flood");
  EXPECT_EQ(request.parameter("empty"), "");
  EXPECT_EQ(request.parameter("flag"), "");
  EXPECT_EQ(request.parameter("name"), "x=y");
  EXPECT_EQ(request.parameter("bad"), std::nullopt);
  EXPECT_EQ(request.parameter("absent"), std::nullopt);
}

TEST(Request, HasNoParametersWithoutAQuery) { EXPECT_EQ(Request{}.parameter("q"), std::nullopt); }

}  // namespace
}  // namespace tocsin::http
