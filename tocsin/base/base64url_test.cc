// SPDX-License-Identifier: Apache-2.0
#include "tocsin/base/base64url.h"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

using namespace std::literals;

TEST(Base64, ReproducesTheVectorsOfRfc4648) {  // section 10
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(base64(as_bytes(plain)), coded);
    EXPECT_EQ(as_text(unbase64(coded).value()), plain);
  }
}

TEST(Base64, WritesTheUrlAlphabetWithoutPadding) {
  EXPECT_EQ(base64url(Bytes{0xfb, 0xff}), "-_8");
  EXPECT_EQ(unbase64("-_8"), (Bytes{0xfb, 0xff}));
  EXPECT_EQ(unbase64("+/8="), (Bytes{0xfb, 0xff}));
}

TEST(Base64, RefusesWhatNoEncoderWrites) {
  for (const auto text :
       {"A", "AAAAA", "A=", "Zg=", "Zg===", "=Zg=", "Zm9v=", "Zh", "Z g", "Zg\n"}) {
    EXPECT_FALSE(unbase64(text)) << text;
  }
  EXPECT_FALSE(unbase64("Zm\0v"sv));
}

}  // namespace
}  // namespace tocsin
