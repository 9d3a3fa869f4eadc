// SPDX-License-Identifier: Apache-2.0
#include "tocsin/text/text.h"

#include <gmock/gmock.h>

namespace tocsin::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

const std::string kFamily = "👩‍👩‍👧‍👦";

TEST(Graphemes, AreWhatReadersSeeAsOneCharacter) {
  EXPECT_EQ(graphemes("", 10), 0U);
  EXPECT_EQ(graphemes("abc", 10), 3U);
  EXPECT_EQ(graphemes("e\u0301", 10), 1U);
  EXPECT_EQ(graphemes(kFamily, 10), 1U);
  EXPECT_EQ(graphemes("🇩🇪🇫🇷", 10), 2U);
  EXPECT_EQ(graphemes("a\r\nb", 10), 3U);
}

TEST(Graphemes, AreCountedUpToALimit) {
  EXPECT_EQ(graphemes("abc", 2), 2U);
  EXPECT_EQ(graphemes("abc", 0), 0U);
}

TEST(Graphemes, OfOneBaseWithManyMarksAreOne) {
  EXPECT_EQ(graphemes("a" + repeated("\u0301", 10'000), 10), 1U);
}

TEST(Graphemes, TakeBrokenBytesForCharacters) { EXPECT_EQ(graphemes("a\xff\xfe", 10), 3U); }

TEST(CleanText, LeavesGoodTextAlone) {
  for (const std::string text : {"Grüße aus Köln!\n\nWie geht's?", "שלום עולם", "مرحبا بالعالم",
                                 "日本語のテキスト", "สวัสดีชาวโลก", "a\n\n\nb"}) {
    EXPECT_EQ(clean_text(text), text);
  }
}

TEST(CleanText, ReplacesBrokenBytes) {
  EXPECT_EQ(clean_text("a\xff z"), "a\uFFFD z");
  EXPECT_EQ(clean_text("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
  EXPECT_EQ(clean_text("\xc0\xaf"), "\uFFFD\uFFFD");            // an overlong '/'
  EXPECT_EQ(clean_text("\xef\xbf\xbf"), "\uFFFD");              // U+FFFF
}

TEST(CleanText, Composes) { EXPECT_EQ(clean_text("e\u0301"), "\u00e9"); }

TEST(CleanText, HasLineFeedsAndSpacesOnly) {
  EXPECT_EQ(clean_text("a\r\nb\rc\u2028d\te"), "a\nb\nc\nd e");
  EXPECT_EQ(clean_text(std::string_view("a\0b\x1b[31mc\x7f\u009b", 13)), "ab[31mc");
}

TEST(CleanText, ShortensBlankLinesAndTrims) {
  EXPECT_EQ(clean_text(" \n\n a\n\n\n\n\n\nb\n \n"), "a\n\n\nb");
  EXPECT_EQ(clean_text("a\n \n\t\n\u3000\n\nb"), "a\n\n\nb");
  EXPECT_EQ(clean_text("\n\n"), "");
}

TEST(CleanText, TakesBidirectionalControlsOut) {
  EXPECT_EQ(clean_text("a\u202ab\u202ec\u2066d\u2069e\u200ff"), "abcdef");
}

TEST(CleanText, TakesInvisibleCharactersOut) {
  EXPECT_EQ(clean_text("b\u200ba\u2060d\ufeff \u00adc\u034f\u3164\u206a\u115f\U000e0041"), "bad c");
  EXPECT_EQ(clean_text("b\u200da\u200cd\ufe0f"), "bad");
}

TEST(CleanText, KeepsJoinersThatSpellingNeeds) {
  for (const std::string text : {"می\u200cخواهم", "ක්\u200dෂ", "क्\u200dष", "ന്\u200d"}) {
    EXPECT_EQ(clean_text(text), text);
  }
  EXPECT_EQ(clean_text("می\u200c"), "می");
  EXPECT_EQ(clean_text("می\u200c\u200c\u200cخواهم"), "می\u200cخواهم");
}

TEST(CleanText, KeepsEmoji) {
  const std::string scotland = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f";
  for (const std::string& text :
       {kFamily, std::string("❤\ufe0f"), std::string("❤\ufe0f\u200d🔥"),
        std::string("1\ufe0f\u20e3"), std::string("👍🏽"), std::string("👩🏽\u200d🚀"),
        std::string("🏳\ufe0f\u200d🌈"), scotland}) {
    EXPECT_EQ(clean_text(text), text);
  }
  EXPECT_EQ(clean_text("1\ufe0f"), "1");
  EXPECT_EQ(clean_text("👩\u200d"), "👩");
  EXPECT_EQ(clean_text("葛\U000e0100"), "葛\U000e0100");
}

TEST(CleanText, BoundsAnEmojiOfManyJoiners) {
  const std::string cleaned = clean_text(repeated("👩\u200d", 1'000));
  EXPECT_GT(graphemes(cleaned, 10'000), 100U);
}

TEST(CleanText, KeepsFewMarksOnOneBase) {
  EXPECT_EQ(clean_text("x" + repeated("\u0335", 100) + "y"), "x" + repeated("\u0335", 4) + "y");
  EXPECT_EQ(clean_text("x" + repeated("\u0335\u200c", 100) + "y"),
            "x" + repeated("\u0335", 4) + "y");
}

TEST(CleanText, IsLinearInARunOfMarksThatWouldHaveToBeSorted) {
  const std::string cleaned = clean_text("a" + repeated("\u0301\u0316", 200'000));
  EXPECT_LE(cleaned.size(), 16U);
}

TEST(CleanName, IsOneLineOfCompatibleCharacters) {
  EXPECT_EQ(clean_name("  Ａｄａ \t\r\n \u3000 Lovelace\u00a0"), "Ada Lovelace");
  EXPECT_EQ(clean_name("ﬁn"), "fin");
}

TEST(CleanName, IsEmptyWhereNothingIsToBeSeen) {
  EXPECT_EQ(clean_name("\u200b\u3164 \u2800\u00ad"), "");
  EXPECT_EQ(clean_name("\u0301\u0301"), "");
}

TEST(CleanName, HasNoMarkWithoutABase) { EXPECT_EQ(clean_name("a \u0301b"), "a b"); }

TEST(Skeleton, IsOneForNamesThatLookAlike) {
  const std::string paul = skeleton("Paul");
  for (const char* name : {"paul", "PAUL", "PauI", "Pau1", "Pаul", "P a u l", "P.a-u_l", "Ｐａｕｌ",
                           "Pa\u200bul", "Рaul"}) {
    EXPECT_EQ(skeleton(name), paul) << name;
  }
  EXPECT_EQ(skeleton("ВОВ"), skeleton("bob"));
  EXPECT_EQ(skeleton("вов"), skeleton("ВОВ"));
  EXPECT_EQ(skeleton("modern"), skeleton("modem"));
  EXPECT_EQ(skeleton("Straße"), skeleton("straße"));
}

TEST(Skeleton, DiffersForNamesThatDoNot) {
  EXPECT_NE(skeleton("Paul"), skeleton("Paula"));
  EXPECT_NE(skeleton("Jose"), skeleton("Jos\u00e9"));
  EXPECT_NE(skeleton("😀"), skeleton("😢"));
  EXPECT_NE(skeleton("山田"), skeleton("山口"));
}

TEST(Words, AreFoldedAndInOrder) {
  EXPECT_THAT(words("Hello, WORLD! It\u2019s 3.5 Ｆｕｌｌ."),
              ElementsAre("hello", "world", "it's", "3.5", "full"));
  EXPECT_THAT(words("Stra\u00dfe STRASSE"), ElementsAre("strasse", "strasse"));
  EXPECT_THAT(words("b\u200ba\u00add"), ElementsAre("bad"));
  EXPECT_THAT(words("cafe\u0301"), ElementsAre("caf\u00e9"));
  EXPECT_THAT(words("— 😀 …"), IsEmpty());
}

TEST(Words, AreFoundWhereNoSpaceStands) {
  EXPECT_THAT(words("สวัสดีชาวโลก"), ElementsAre("สวัสดี", "ชาว", "โลก"));
}

}  // namespace
}  // namespace tocsin::text
