// SPDX-License-Identifier: Apache-2.0
#include "tocsin/text/word_list.h"

#include <gtest/gtest.h>

namespace tocsin::text {
namespace {

WordList list(std::string_view lines) {
  auto parsed = WordList::parse(lines);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return *std::move(parsed);
}

// "entry: written", or nothing.
std::string found(const WordList& words, std::string_view text) {
  const auto match = words.find(text);
  return match ? match->entry + ": " + match->written : "";
}

std::string error_of(std::string_view lines) {
  const auto parsed = WordList::parse(lines);
  return parsed ? "" : parsed.error().message;
}

TEST(WordList, FindsAWordAsItWasWritten) {
  const WordList words = list("bad\nhell\n");
  EXPECT_EQ(words.size(), 2U);
  EXPECT_EQ(found(words, "This is (BAD)!"), "bad: BAD");
  EXPECT_EQ(found(words, "badly he'll shell"), "");
  EXPECT_EQ(found(words, ""), "");
}

TEST(WordList, FindsAPhraseWhateverStandsBetweenItsWords) {
  const WordList words = list("buy now\nbuy gold bars");
  EXPECT_EQ(found(words, "Buy,\n NOW"), "buy now: Buy, NOW");
  EXPECT_EQ(found(words, "buy gold bars"), "buy gold bars: buy gold bars");
  EXPECT_EQ(found(words, "buy gold now"), "");
  EXPECT_EQ(found(words, "buy"), "");
}

TEST(WordList, FindsTheBeginningOfAWord) {
  const WordList words = list("casino*\nfree mon*");
  EXPECT_EQ(found(words, "best Casinos here"), "casino*: Casinos");
  EXPECT_EQ(found(words, "casino"), "casino*: casino");
  EXPECT_EQ(found(words, "mycasino"), "");
  EXPECT_EQ(found(words, "free money!"), "free mon*: free money");
}

TEST(WordList, FindsWordsSpelledInSingleLetters) {
  const WordList words = list("bad");
  for (const char* text : {"so b.a.d", "B A D", "b-a-d!", "b_a_d", "b\na\nd", "b * a * d"}) {
    EXPECT_NE(found(words, text), "") << text;
  }
  EXPECT_EQ(found(words, "is b.a.d here"), "bad: b.a.d");
  EXPECT_EQ(found(words, "b      a      d"), "");
  EXPECT_EQ(found(words, "b a d e"), "");
}

TEST(WordList, IsNotDeceivedByInvisibleCharactersOrWidth) {
  const WordList words = list("bad");
  for (const char* text :
       {"b\u200bad", "b\u00ada\u2060d", "ｂａｄ", "𝐛𝐚𝐝", "ⓑⓐⓓ", "b\u200d\u200ca\ufe0fd"}) {
    EXPECT_NE(found(words, text), "") << text;
  }
  EXPECT_EQ(found(words, "x b\u202ead y"), "bad: bad");
}

TEST(WordList, ReadsEntriesAsItReadsText) {
  EXPECT_EQ(found(list("STRASSE"), "Straße"), "STRASSE: Straße");
  EXPECT_EQ(found(list("can\u2019t"), "I can't"), "can\u2019t: can't");
  EXPECT_EQ(found(list("e\u0301lan"), "\u00c9LAN"), "e\u0301lan: \u00c9LAN");
}

TEST(WordList, CutsWhatItShows) {
  const auto match = list("a*").find("a" + std::string(100'000, 'b'));
  ASSERT_TRUE(match);
  EXPECT_EQ(match->written.size(), 64U);
}

TEST(WordList, SaysWhichLineIsWrong) {
  EXPECT_EQ(error_of("ok\n\nb*d"), "word list, line 3: a '*' may stand at the end only");
  EXPECT_EQ(error_of("*"), "word list, line 1: no word in it");
  EXPECT_EQ(error_of("!!!"), "word list, line 1: no word in it");
  EXPECT_EQ(error_of("bad *"), "word list, line 1: a '*' follows a word directly");
  EXPECT_EQ(error_of(std::string(65, 'a')), "word list, line 1: longer than 64 characters");
  EXPECT_EQ(error_of(std::string(64, 'a')), "");
  EXPECT_EQ(error_of("a" + std::string(600, ' ') + "b"),
            "word list, line 1: longer than 64 characters");
}

TEST(WordList, HasALimit) {
  std::string lines;
  for (std::size_t i = 0; i < WordList::kEntriesMax; ++i) lines += "w" + std::to_string(i) + "\n";
  EXPECT_EQ(error_of(lines), "");
  EXPECT_EQ(error_of(lines + "w"), "word list, line 2001: more than 2,000 entries");
}

TEST(WordList, TakesTimeThatIsLinearInTheText) {
  std::string phrase;
  for (int i = 0; i < 31; ++i) phrase += "a ";
  const WordList words = list(phrase + "b\n" + std::string(63, 'a') + "b");
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "a ";
  EXPECT_FALSE(words.find(text));
  EXPECT_FALSE(words.find(std::string(500'000, 'a')));
}

}  // namespace
}  // namespace tocsin::text
