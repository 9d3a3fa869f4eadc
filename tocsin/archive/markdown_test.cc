// SPDX-License-Identifier: Apache-2.0
#include "tocsin/archive/markdown.h"

#include <string>

#include <gtest/gtest.h>

namespace tocsin::archive {
namespace {

TEST(HtmlToMarkdown, KeepsParagraphsAndBreaks) {
  EXPECT_EQ(html_to_markdown("<p>One\n two</p><p>Three<br>four<br/>\nfive</p>"),
            "One two\n\nThree  \nfour  \nfive");
  EXPECT_EQ(html_to_markdown("a<br><br>b"), "a\n\nb");
  EXPECT_EQ(html_to_markdown("a<div>b</div>c"), "a\n\nb\n\nc");
}

TEST(HtmlToMarkdown, ReadsLineEndsAsWordPressDoes) {
  EXPECT_EQ(html_to_markdown("a\nb\n\nc", LineEnds::kBreak), "a  \nb\n\nc");
  EXPECT_EQ(html_to_markdown("a<br />\nb", LineEnds::kBreak), "a  \nb");
  EXPECT_EQ(html_to_markdown("a\r\n\r\n\r\nb", LineEnds::kBreak), "a\n\nb");
}

TEST(HtmlToMarkdown, MarksEmphasisWhereMarkdownCan) {
  EXPECT_EQ(html_to_markdown("<b>bold</b>, <i>slanted</i>"), "**bold**, *slanted*");
  EXPECT_EQ(html_to_markdown("<b>bold <i>both</i></b>"), "**bold** ***both***");
  EXPECT_EQ(html_to_markdown("a<b> b </b>c"), "a **b** c");
  EXPECT_EQ(html_to_markdown("a<b>(b)</b>c"), "a(b)c");
  EXPECT_EQ(html_to_markdown("a<b>b</b><i>c</i>"), "a**b**c");
}

TEST(HtmlToMarkdown, WritesLinks) {
  EXPECT_EQ(html_to_markdown("see <a href='https://e.example/a_(b)'>this <b>page</b></a>."),
            "see [this **page**](https://e.example/a_%28b%29).");
  EXPECT_EQ(html_to_markdown("<a href='https://e.example/abc'>https://e.example/a...</a>"),
            "https://e.example/abc");
  EXPECT_EQ(html_to_markdown("<a href='https://e.example/a'>https://e.example/a</a>b"),
            "[https://e.example/a](https://e.example/a)b");
  EXPECT_EQ(html_to_markdown("<a href='javascript:alert(1)'>x</a><a href='/a'>y</a>"), "xy");
  EXPECT_EQ(html_to_markdown("<a href='mailto:a@b.example'>write</a>"),
            "[write](mailto:a@b.example)");
  EXPECT_EQ(html_to_markdown("wow!<a href='https://e.example/'>x</a>"),
            "wow\\![x](https://e.example/)");
}

TEST(HtmlToMarkdown, WritesQuotesAndLists) {
  EXPECT_EQ(html_to_markdown("<blockquote><p>a</p><p>b<br>c</p></blockquote>d"),
            "> a\n>\n> b  \n> c\n\nd");
  EXPECT_EQ(html_to_markdown("<ul><li>a</li><li>b<ol><li>c<li>d</ol></li></ul>"),
            "- a\n- b\n  1. c\n  2. d");
  EXPECT_EQ(html_to_markdown("<blockquote>a</blockquote><blockquote>b</blockquote>"), "> a\n\n> b");
  EXPECT_EQ(html_to_markdown("<li>a<li>b"), "- a\n- b");
}

TEST(HtmlToMarkdown, WritesCode) {
  EXPECT_EQ(html_to_markdown("use <code>a*b</code> or <code>`</code>"), "use `a*b` or `` ` ``");
  EXPECT_EQ(html_to_markdown("<pre><code>if (a &lt; b) {\n  ```\n}</code></pre>"),
            "````\nif (a < b) {\n  ```\n}\n````");
}

TEST(HtmlToMarkdown, EscapesWhatMarkdownWouldTake) {
  EXPECT_EQ(html_to_markdown("*a* _b_ c_d [e](f) `g` \\h"),
            "\\*a\\* \\_b\\_ c_d \\[e\\](f) \\`g\\` \\\\h");
  EXPECT_EQ(html_to_markdown("# a<br>- b<br>1. c<br>&gt; d<br>-5 e<br>2020"),
            "\\# a  \n\\- b  \n1\\. c  \n\\> d  \n-5 e  \n2020");
  EXPECT_EQ(html_to_markdown("a &lt;b&gt; &amp;amp; 1 < 2 & 3"), "a \\<b> \\&amp; 1 < 2 & 3");
  EXPECT_EQ(html_to_markdown("see https://e.example/a_b*c_"), "see https://e.example/a_b%2Ac%5F");
}

TEST(HtmlToMarkdown, KeepsTheTextOfWhatItDoesNotKnow) {
  EXPECT_EQ(html_to_markdown("<x-y>a</x-y><script>b</script><style>c</style><h2>d</h2>"),
            "a\n\n**d**");
  EXPECT_EQ(html_to_markdown("<img alt='🎺' src=x><img src=y> <table><tr><td>a<td>b</table>"),
            "🎺\n\na b");
  EXPECT_EQ(html_to_markdown("<b>never closed"), "**never closed**");
}

TEST(HtmlToMarkdown, IsBounded) {
  EXPECT_LE(html_to_markdown(std::string(100000, '*'), LineEnds::kSpace, 100).size(), 100U);
  std::string deep;
  for (int i = 0; i < 10000; ++i) deep += "<blockquote>";
  EXPECT_EQ(html_to_markdown(deep + "a"), "> > > > > > > > > > > > > > > > a");
  std::string closed = deep + "a";
  for (int i = 0; i < 10000; ++i) closed += "</blockquote>";
  EXPECT_TRUE(html_to_markdown(closed + "b").ends_with("a\n\nb"));
}

}  // namespace
}  // namespace tocsin::archive
