// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/text.h"

#include <gtest/gtest.h>

namespace tocsin::newsroom {
namespace {

TEST(Characters, AreCodePoints) {
  EXPECT_EQ(characters(""), 0u);
  EXPECT_EQ(characters("Zürich"), 6u);
  EXPECT_EQ(characters("🔥"), 1u);
  EXPECT_EQ(characters(std::string_view("a\0b", 3)), 3u);
}

TEST(Characters, AreNoneOfBrokenUtf8) {
  EXPECT_EQ(characters("a\xff"), std::nullopt);
  EXPECT_EQ(characters("\xc3"), std::nullopt);
  EXPECT_EQ(characters("\xc0\x80"), std::nullopt);
  EXPECT_EQ(characters("\xed\xa0\x80"), std::nullopt);
}

TEST(Cut, LeavesWhatFits) {
  EXPECT_EQ(cut("", 0), "");
  EXPECT_EQ(cut("Zürich", 6), "Zürich");
}

TEST(Cut, EndsAfterAWord) {
  EXPECT_EQ(cut("The quick brown fox", 14), "The quick…");
  EXPECT_EQ(cut("The quick brown fox", 16), "The quick brown…");
  EXPECT_EQ(cut("The quick, brown fox", 11), "The quick…");
}

TEST(Cut, PartsAWordThatIsAsLongAsAll) {
  EXPECT_EQ(cut(std::string(30, 'x'), 10), std::string(9, 'x') + "…");
  EXPECT_EQ(cut("ab", 1), "…");
  EXPECT_EQ(cut("ab", 0), "");
}

TEST(Cut, NeverPartsAGrapheme) {
  const std::string family = "👨‍👩‍👧";  // five code points
  EXPECT_EQ(cut(family + family + family, 12), family + family + "…");
  EXPECT_EQ(cut(std::string("e\xcc\x81") + "e\xcc\x81", 3), "e\xcc\x81…");
}

TEST(Cut, MendsBrokenUtf8) { EXPECT_EQ(cut("a\xff", 5), "a\xef\xbf\xbd"); }

TEST(PlainText, LeavesTagsOut) {
  EXPECT_EQ(plain_text("<p>One</p><p>two <b>th</b>ree</p>"), "One two three");
  EXPECT_EQ(plain_text("a<br/>b<img src=\"x\" alt=\"\">c"), "a b c");
  EXPECT_EQ(plain_text("open <a href=\"x"), "open");
  EXPECT_EQ(plain_text(" \n\t a  b "), "a b");
}

TEST(PlainText, ReadsCharacterReferences) {
  EXPECT_EQ(plain_text("Q&amp;A &lt;b&gt; &quot;x&quot; &#39;y&apos; a&nbsp;b"),
            "Q&A <b> \"x\" 'y' a b");
  EXPECT_EQ(plain_text("&#x1F525;&#252;"), "🔥ü");
  EXPECT_EQ(plain_text("AT&T &unknown; &; &#xD800; &#0; &#x; &"),
            "AT&T &unknown; &; \xef\xbf\xbd \xef\xbf\xbd &#x; &");
}

TEST(Collapsed, HasSingleSpaces) {
  EXPECT_EQ(collapsed("  a \n b\xc2\xa0 c\x01"), "a b c");
  EXPECT_EQ(collapsed(" \t"), "");
}

TEST(Folded, IsEqualForNamesThatDifferInCase) {
  EXPECT_EQ(folded("POLITICS"), folded("Politics"));
  EXPECT_EQ(folded("STRASSE"), folded("Straße"));
  EXPECT_NE(folded("Politics"), folded("Politic"));
}

}  // namespace
}  // namespace tocsin::newsroom
