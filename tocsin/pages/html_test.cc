// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/html.h"

#include <gtest/gtest.h>

namespace tocsin::pages {
namespace {

TEST(Html, EscapesTextAndAttributes) {
  const Html out = h("p", {{"title", "a\"b'c&d<e>"}}, "<b>&amp;\"'");
  EXPECT_EQ(out.markup(),
            "<p title=\"a&quot;b&#39;c&amp;d&lt;e&gt;\">&lt;b&gt;&amp;amp;&quot;&#39;</p>");
}

TEST(Html, NestsElementsWithoutEscapingThemAgain) {
  const std::string name = "A & B";
  EXPECT_EQ(h("p", {}, "By ", h("b", {}, name), Html::sanitised("<i>x</i>")).markup(),
            "<p>By <b>A &amp; B</b><i>x</i></p>");
}

TEST(Html, LeavesOutControlCharacters) {
  EXPECT_EQ(Html(std::string_view("a\0b\x1b\x7f\n\tc", 8)).markup(), "ab\n\tc");
}

TEST(Html, ClosesAllButVoidElements) {
  EXPECT_EQ(h("meta", {{"charset", "utf-8"}}).markup(), "<meta charset=\"utf-8\">");
  EXPECT_EQ(h("p", {}).markup(), "<p></p>");
}

TEST(Html, WritesAPresentAttributeWithoutAValueAndAnAbsentOneNot) {
  EXPECT_EQ(h("script", {{"async", true}, {"defer", false}}).markup(), "<script async></script>");
  EXPECT_EQ(h("img", {{"alt", ""}}).markup(), "<img alt=\"\">");
}

TEST(Html, LeavesOutAddressesThatCouldRun) {
  for (const char* bad :
       {"javascript:alert(1)", " javascript:alert(1)", "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)", "data:text/html,<script>", "vbscript:x", "", "//evil.example/",
        "/\\evil.example", "/\t/evil.example", "s/relative", "\x01https://x.example/"}) {
    EXPECT_FALSE(is_safe_address(bad)) << bad;
    EXPECT_EQ(h("a", {{"href", bad}}, "x").markup(), "<a>x</a>") << bad;
  }
  for (const char* good :
       {"https://a.example/", "HTTP://a.example", "/", "/s/x", "#content", "?topic=x"}) {
    EXPECT_TRUE(is_safe_address(good)) << good;
  }
}

TEST(Html, ADataBlockCannotEndItsScript) {
  EXPECT_EQ(Html::data_block("application/ld+json", R"({"a":"\u003c/script>"})").markup(),
            R"(<script type="application/ld+json">{"a":"\u003c/script>"}</script>)");
}

}  // namespace
}  // namespace tocsin::pages
