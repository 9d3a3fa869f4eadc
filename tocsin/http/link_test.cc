// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/link.h"

#include <gtest/gtest.h>

namespace tocsin::http {
namespace {

std::string shown(std::string_view field) {
  std::string out;
  for (const auto& link : parse_link(field)) {
    out += link.target;
    for (const auto& rel : link.rels) out.append(" ").append(rel);
    if (!link.anchor.empty()) out.append(" of ").append(link.anchor);
    out += '|';
  }
  return out;
}

TEST(Link, ReadsTheExampleOfRfc8288) {  // section 3.5
  EXPECT_EQ(shown("<http://example.com/TheBook/chapter2>; rel=\"previous\"; "
                  "title=\"previous chapter\""),
            "http://example.com/TheBook/chapter2 previous|");
  EXPECT_EQ(shown("</terms>; rel=\"copyright\"; anchor=\"#foo\""), "/terms copyright of #foo|");
  EXPECT_EQ(shown("</TheBook/chapter2>; rel=\"previous\"; title*=UTF-8'de'letztes%20Kapitel, "
                  "</TheBook/chapter4>; rel=\"next\"; title*=UTF-8'de'n%c3%a4chstes%20Kapitel"),
            "/TheBook/chapter2 previous|/TheBook/chapter4 next|");
  EXPECT_EQ(shown("<http://example.org/>; rel=\"start http://example.net/relation/other\""),
            "http://example.org/ start http://example.net/relation/other|");
}

TEST(Link, MayHaveCommasAndSemicolonsInTargetsAndQuotes) {
  EXPECT_EQ(shown("<https://a.example/?a=1,2;b>; title=\"a, b; \\\"c\\\"\"; rel=hub,<b>;rel=self"),
            "https://a.example/?a=1,2;b hub|b self|");
}

TEST(Link, TakesBlanksAndLettersAsTheyCome) {
  EXPECT_EQ(shown(" , ,\t<a> ; REL = HUB ;x;y=,,<b>;rel=\" Self  x \""), "a hub|b self x|");
}

TEST(Link, BelievesTheFirstRelAlone) { EXPECT_EQ(shown("<a>; rel=self; rel=hub"), "a self|"); }

TEST(Link, DropsWhatComesBehindNonsense) {
  EXPECT_EQ(shown("<a>;rel=hub, b; rel=self, <c>;rel=x"), "a hub|");
  EXPECT_EQ(shown("<a"), "");
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown("<a>; rel=\"hub"), "a hub|");
  EXPECT_EQ(shown("<a>; rel"), "a|");
}

TEST(Link, IsCountedUpToALimit) {
  std::string field;
  for (std::size_t i = 0; i < 3 * kLinksMax; ++i) field += "<a>;rel=hub,";
  EXPECT_EQ(parse_link(field).size(), kLinksMax);
}

}  // namespace
}  // namespace tocsin::http
