// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/percent.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

TEST(Percent, DecodesEveryByte) {
  EXPECT_EQ(percent_decode("a%2Fb%c3%a9+"), "a/b\xc3\xa9+");
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
  EXPECT_EQ(percent_decode(""), "");
}

TEST(Percent, RefusesABrokenEscape) {
  for (const auto* text : {"%", "%4", "%zz", "a%2", "%%41", "% 41"}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
}

TEST(Percent, EncodesAllThatIsNotUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-._~ /?&=+%\xff"), "aZ09-._~%20%2F%3F%26%3D%2B%25%FF");
}

}  // namespace
}  // namespace tocsin::http
