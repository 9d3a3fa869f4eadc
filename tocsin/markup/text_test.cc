// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markup/text.h"

#include <gtest/gtest.h>

namespace tocsin::markup {
namespace {

using namespace std::string_view_literals;

TEST(Text, DecodesReferences) {
  EXPECT_EQ(decode_references("&lt;&#233;&#xE9;&eacute;&apos;&hearts;&AElig;"), "<ééé'♥Æ");
  EXPECT_EQ(decode_references("&amp;lt;"), "&lt;");  // once
  EXPECT_EQ(decode_references("a & b &; &x &#; &#x; &#12a; &nosuch; &amp"),
            "a & b &; &x &#; &#x; &#12a; &nosuch; &amp");
  EXPECT_EQ(decode_references("&#150;&#0;&#xD800;&#x110000;"), "–\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Text, EscapesWhatIsMarkup) {
  EXPECT_EQ(escape("<a b=\"c\">&'"), "&lt;a b=&quot;c&quot;&gt;&amp;'");
  EXPECT_EQ(decode_references(escape("<\"&amp;>")), "<\"&amp;>");
}

// The examples of the Unicode standard, section 3.9, tables 3-8 to 3-11.
TEST(Text, ReplacesInvalidUtf8AsUnicodeRecommends) {
  const std::string r = "\xef\xbf\xbd";
  EXPECT_EQ(clean_text("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41"),
            r + r + r + r + r + r + r + r + "A");
  EXPECT_EQ(clean_text("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41"),
            r + r + r + r + r + r + r + r + "A");
  EXPECT_EQ(clean_text("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42"),
            r + r + r + r + r + "A" + r + r + "B");
  EXPECT_EQ(clean_text("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41"), r + r + r + r + "A");
}

TEST(Text, KeepsEveryCharacterItCanKeep) {
  for (const char32_t c :
       {0x24U, 0xa3U, 0x7ffU, 0x800U, 0x20acU, 0xffeeU, 0x10348U, 0x10ffffU - 2}) {
    std::string text;
    append_utf8(text, c);
    EXPECT_EQ(clean_text(text), text);
    std::string_view rest = text;
    EXPECT_EQ(take_character(rest), c);
    EXPECT_TRUE(rest.empty());
  }
}

TEST(Text, RemovesControlCharacters) {
  bool changed = false;
  EXPECT_EQ(clean_text("a\r\nb\rc\td\n", &changed), "a\nb\nc\td\n");
  EXPECT_FALSE(changed);
  EXPECT_EQ(clean_text("a\0b\x1f\x7f\xef\xbb\xbf"sv, &changed), "ab");
  EXPECT_TRUE(changed);
  EXPECT_EQ(clean_text("it\xc2\x92s"), "it’s");  // windows-1252 in disguise
}

TEST(Text, CutsBetweenCharacters) {
  EXPECT_EQ(cut("aé", 3), "aé");
  EXPECT_EQ(cut("aé", 2), "a");
  EXPECT_EQ(cut("é", 0), "");
}

TEST(Text, FoldsSpace) {
  EXPECT_EQ(fold_space(" a\n\t b\xc2\xa0\xc2\xa0"
                       "c "),
            "a b c");
}

}  // namespace
}  // namespace tocsin::markup
