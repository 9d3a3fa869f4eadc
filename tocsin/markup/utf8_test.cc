// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markup/utf8.h"

#include <algorithm>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "tocsin/base/random.h"
#include "tocsin/markup/text.h"

namespace tocsin::markup {
namespace {

Utf8Count counted_one_by_one(std::string_view text) {
  Utf8Count count;
  bool is_changed = false;
  clean_text(text, &is_changed);
  count.is_clean = !is_changed && text.find('\r') == text.npos;
  while (!text.empty()) {
    const auto character = take_character(text);
    if (character == kNoCharacter) ++count.bad;
    if (character != kNoCharacter && character > 0x7f) ++count.good;
  }
  return count;
}

void expect_counted(const std::string& text) {
  const auto count = count_utf8(text);
  const auto expected = counted_one_by_one(text);
  EXPECT_EQ(count.good, expected.good) << testing::PrintToString(text);
  EXPECT_EQ(count.bad, expected.bad) << testing::PrintToString(text);
  EXPECT_EQ(count.is_clean, expected.is_clean) << testing::PrintToString(text);
}

TEST(Utf8, CountsEveryCharacterAtEveryPlace) {
  for (char32_t character = 0; character < 0x30000; character += character < 0x10000 ? 1 : 61) {
    std::string bytes;
    append_utf8(bytes, character);  // surrogates too, which are bad
    const std::size_t before = character % 131;
    expect_counted(std::string(before, 'x') + bytes + std::string(130 - before, 'y'));
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Utf8, CountsAnyMixtureAsOneByOne) {
  SeededRandom random(7);
  const std::string pieces[] = {"plain words of some length, ",
                                "\n",
                                "\t",
                                "é",
                                "–",
                                "“Łódź”",
                                "한국어",
                                "中文，",
                                "ไทย",
                                "🙂",
                                "\u00a0",
                                "\u0085",
                                "\ufeff",
                                "\uffff",
                                "\x7f",
                                "\x01",
                                "\r",
                                "\xc3",
                                "\xe2\x80",
                                "\x80",
                                "\xff",
                                "\xed\xa0\x80",
                                "\xf0\x9f"};
  constexpr std::size_t kMostlyGood = 12;
  for (int round = 0; round < 20'000; ++round) {
    const std::size_t kinds = round % 2 == 0 ? kMostlyGood : std::size(pieces);
    std::string text;
    for (std::size_t left = random.below(60); left > 0; --left) text += pieces[random.below(kinds)];
    text.resize(text.size() - std::min<std::size_t>(text.size(), random.below(3)));
    expect_counted(text);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace tocsin::markup
