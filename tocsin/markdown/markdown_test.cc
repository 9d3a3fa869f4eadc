// SPDX-License-Identifier: Apache-2.0
#include "tocsin/markdown/markdown.h"

#include <gtest/gtest.h>

#include "tocsin/base/random.h"
#include "tocsin/markdown/comment_html_check.h"

namespace tocsin::markdown {
namespace {

std::string link(const std::string& address, const std::string& text) {
  return "<a href=\"" + address + "\" rel=\"ugc nofollow noopener\">" + text + "</a>";
}

TEST(CommentHtml, MakesParagraphsAndKeepsLineBreaks) {
  EXPECT_EQ(comment_html("One\ntwo\n\n\nthree"), "<p>One<br>two</p><p>three</p>");
  EXPECT_EQ(comment_html("One\r\ntwo"), "<p>One<br>two</p>");
  EXPECT_EQ(comment_html(""), "");
  EXPECT_EQ(comment_html(" \n\t\n"), "");
}

TEST(CommentHtml, EmphasisesBetweenAsterisks) {
  EXPECT_EQ(comment_html("a *b* **c** ***d***"),
            "<p>a <em>b</em> <strong>c</strong> <em><strong>d</strong></em></p>");
  EXPECT_EQ(comment_html("**a *b* c**"), "<p><strong>a <em>b</em> c</strong></p>");
  EXPECT_EQ(comment_html("*a\nb*"), "<p><em>a<br>b</em></p>");
}

TEST(CommentHtml, LeavesAsterisksThatEmphasiseNothing) {
  EXPECT_EQ(comment_html("2 * 3 * 4"), "<p>2 * 3 * 4</p>");
  EXPECT_EQ(comment_html("5 stars *****"), "<p>5 stars *****</p>");
  EXPECT_EQ(comment_html("*a"), "<p>*a</p>");
  EXPECT_EQ(comment_html("\\*a\\*"), "<p>*a*</p>");
  EXPECT_EQ(comment_html("¯\\_(ツ)_/¯ snake_case_name"), "<p>¯\\_(ツ)_/¯ snake_case_name</p>");
}

TEST(CommentHtml, ShowsCodeAsItIs) {
  EXPECT_EQ(comment_html("`a *b* <c>`"), "<p><code>a *b* &lt;c&gt;</code></p>");
  EXPECT_EQ(comment_html("``a`b``"), "<p><code>a`b</code></p>");
  EXPECT_EQ(comment_html("one ` only"), "<p>one ` only</p>");
  EXPECT_EQ(comment_html("```cpp\nint *a;\n\n> b\n```\nend"),
            "<pre><code>int *a;\n\n&gt; b\n</code></pre><p>end</p>");
  EXPECT_EQ(comment_html("```\nopen"), "<pre><code>open\n</code></pre>");
}

TEST(CommentHtml, QuotesAndNestsQuotes) {
  EXPECT_EQ(comment_html("> a\n> b\n\nc"), "<blockquote><p>a<br>b</p></blockquote><p>c</p>");
  EXPECT_EQ(comment_html("> a\n>> b"),
            "<blockquote><p>a</p><blockquote><p>b</p></blockquote></blockquote>");
  EXPECT_EQ(comment_html(">>>>>> a"),
            "<blockquote><blockquote><blockquote><blockquote><p>&gt;&gt; a</p></blockquote>"
            "</blockquote></blockquote></blockquote>");
}

TEST(CommentHtml, MakesLists) {
  EXPECT_EQ(comment_html("- a\n- b"), "<ul><li>a</li><li>b</li></ul>");
  EXPECT_EQ(comment_html("1. a\n2. b"), "<ol><li>a</li><li>b</li></ol>");
  EXPECT_EQ(comment_html("- a\n  - b\n- c"), "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>");
  EXPECT_EQ(comment_html("- a\n\n- b"), "<ul><li>a</li><li>b</li></ul>");
  EXPECT_EQ(comment_html("- a\n\n  b"), "<ul><li><p>a</p><p>b</p></li></ul>");
  EXPECT_EQ(comment_html("text\n- a"), "<p>text</p><ul><li>a</li></ul>");
}

TEST(CommentHtml, TakesNoYearAndNoMinusForAList) {
  EXPECT_EQ(comment_html("2024. A year."), "<p>2024. A year.</p>");
  EXPECT_EQ(comment_html("-5 degrees\n- "), "<p>-5 degrees<br>-</p>");
}

TEST(CommentHtml, LinksToTheWebAndToMail) {
  EXPECT_EQ(comment_html("[a](https://a.example/?b&c)"),
            "<p>" + link("https://a.example/?b&amp;c", "a") + "</p>");
  EXPECT_EQ(comment_html("[a](mailto:a@b.example)"),
            "<p>" + link("mailto:a@b.example", "a") + "</p>");
  EXPECT_EQ(comment_html("[a](https://a.example/b_(c))"),
            "<p>" + link("https://a.example/b_(c)", "a") + "</p>");
}

TEST(CommentHtml, ShowsBareAddressesShortened) {
  EXPECT_EQ(comment_html("See https://a.example/."),
            "<p>See " + link("https://a.example/", "a.example") + ".</p>");
  EXPECT_EQ(comment_html("(HTTP://a.example/b_(c))"),
            "<p>(" + link("HTTP://a.example/b_(c)", "a.example/b_(c)") + ")</p>");
  EXPECT_EQ(comment_html("**https://a.example**"),
            "<p><strong>" + link("https://a.example", "a.example") + "</strong></p>");
  const std::string address = "https://a.example/" + std::string(60, 'x');
  EXPECT_EQ(comment_html(address),
            "<p>" + link(address, "a.example/" + std::string(30, 'x') + "…") + "</p>");
}

TEST(CommentHtml, LeavesAddressesThatMayNotBeLinked) {
  for (const char* const source :
       {"[x](javascript:alert(1))", "[x](JaVaScript:alert(1))", "[x](data:text/html,a)",
        "[x](vbscript:a)", "[x](file:///etc/passwd)", "[x](//a.example)", "[x](/a)", "[x]()",
        "[x](http://)", "[x](https:// a.example)", "[x](mailto:)", "https://",
        "https://bank.example@evil.example/", "[x](https://bank.example:1@evil.example)",
        "https://evil.example\\@bank.example", "[x](java\tscript:a)", "www.a.example",
        "ahttps://a.example"}) {
    EXPECT_EQ(comment_html(source).find("<a"), std::string::npos) << source;
  }
}

TEST(CommentHtml, EscapesHtml) {
  EXPECT_EQ(comment_html("<script>alert('&amp;\")</script>"),
            "<p>&lt;script&gt;alert(&#39;&amp;amp;&quot;)&lt;/script&gt;</p>");
  EXPECT_EQ(comment_html("![x](https://a.example/a.png)"),
            "<p>!" + link("https://a.example/a.png", "x") + "</p>");
  EXPECT_EQ(comment_html("# No heading"), "<p># No heading</p>");
}

TEST(CommentHtml, CountsLinks) {
  EXPECT_EQ(count_links("no link, <a href=x>, `https://a.example`"), 0U);
  EXPECT_EQ(count_links("https://a.example [b](https://b.example) > [c](mailto:c@c.example)"), 3U);
}

TEST(CommentHtml, IsWellFormedForRandomMarkup) {
  const std::uint64_t seed = 20261125;
  SeededRandom random(seed);
  const std::string alphabet[] = {"*",
                                  "**",
                                  "`",
                                  "```",
                                  "[",
                                  "](",
                                  ")",
                                  "> ",
                                  "- ",
                                  "1. ",
                                  "\n",
                                  "\n\n",
                                  "  ",
                                  "a",
                                  " ",
                                  "<",
                                  "&",
                                  "\"",
                                  "https://a.example/",
                                  "mailto:a@b.example",
                                  "\\",
                                  "é"};
  for (int i = 0; i < 5000; ++i) {
    std::string source;
    for (std::uint64_t n = random.below(40); n > 0; --n) source += alphabet[random.below(22)];
    const std::string html = comment_html(source);
    ASSERT_EQ(fault_of(html), "") << "seed " << seed << ": " << source << "\n" << html;
  }
}

TEST(CommentHtml, TakesTimeInProportionToItsLength) {
  // Each would take minutes if it were quadratic.
  for (const char* const part : {"*a ", "[", "[a](", "`", "`a``b", "> ", "- ", "https://[",
                                 "http://", "(", "**a*", "1. a\n  ", "[a](https://b(", "\n>"}) {
    std::string source;
    while (source.size() < 1'000'000) source += part;
    EXPECT_EQ(fault_of(comment_html(source)), "") << part;
  }
}

}  // namespace
}  // namespace tocsin::markdown
