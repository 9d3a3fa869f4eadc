// SPDX-License-Identifier: Apache-2.0
#include "tocsin/archive/markdown.h"

#include <array>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "tocsin/markdown/markdown.h"
#include "tocsin/markup/text.h"

namespace tocsin::archive {
namespace {

std::string without_space(std::string_view text) {
  std::string out;
  for (const char c : markup::fold_space(text)) {
    if (c != ' ') out += c;
  }
  return out;
}

TEST(HtmlToMarkdown, KeepsParagraphsAndBreaks) {
  EXPECT_EQ(html_to_markdown("<p>One\n two</p><p>Three<br>four<br/>\nfive</p>"),
            "One two\n\nThree\nfour\nfive");
  EXPECT_EQ(html_to_markdown("a<br><br>b"), "a\n\nb");
  EXPECT_EQ(html_to_markdown("a<div>b</div>c"), "a\n\nb\n\nc");
}

TEST(HtmlToMarkdown, ReadsLineEndsAsWordPressDoes) {
  EXPECT_EQ(html_to_markdown("a\nb\n\nc", LineEnds::kBreak), "a\nb\n\nc");
  EXPECT_EQ(html_to_markdown("a<br />\nb", LineEnds::kBreak), "a\nb");
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
            "see [this page](https://e.example/a_%28b%29).");
  EXPECT_EQ(html_to_markdown("<a href='https://e.example/abc'>https://e.example/a...</a>"),
            "https://e.example/abc");
  EXPECT_EQ(html_to_markdown("<a href='https://e.example/a'>https://e.example/a</a>b"),
            "[https://e.example/a](https://e.example/a)b");
  EXPECT_EQ(html_to_markdown("<a href='javascript:alert(1)'>x</a><a href='/a'>y</a>"), "xy");
  EXPECT_EQ(html_to_markdown("<a href='mailto:a@b.example'>write</a>"),
            "[write](mailto:a@b.example)");
  EXPECT_EQ(html_to_markdown("wow!<a href='https://e.example/'>x</a>"),
            "wow![x](https://e.example/)");
}

TEST(HtmlToMarkdown, WritesQuotesAndLists) {
  EXPECT_EQ(html_to_markdown("<blockquote><p>a</p><p>b<br>c</p></blockquote>d"),
            "> a\n>\n> b\n> c\n\nd");
  EXPECT_EQ(html_to_markdown("<ul><li>a</li><li>b<ol><li>c<li>d</ol></li></ul>"),
            "- a\n- b\n  1. c\n  2. d");
  EXPECT_EQ(html_to_markdown("<blockquote>a</blockquote><blockquote>b</blockquote>"), "> a\n\n> b");
  EXPECT_EQ(html_to_markdown("<li>a<li>b"), "- a\n- b");
}

TEST(HtmlToMarkdown, WritesCode) {
  EXPECT_EQ(html_to_markdown("use <code>a*b</code> or <code>`</code>"), "use `a*b` or `` ` ``");
  EXPECT_EQ(html_to_markdown("<pre><code>if (a &lt; b) {\n  ```\n}</code></pre>"),
            "```\nif (a < b) {\n\u00a0  ```\n}\n```");
}

TEST(HtmlToMarkdown, EscapesWhatMarkdownWouldTake) {
  EXPECT_EQ(html_to_markdown("*a* _b_ c_d [e](f) `g` \\h"), "\\*a\\* _b_ c_d \\[e](f) \\`g\\` \\h");
  EXPECT_EQ(html_to_markdown("# a<br>- b<br>1. c<br>&gt; d<br>-5 e<br>2020"),
            "# a\n\u00a0- b\n\u00a01. c\n\u00a0> d\n-5 e\n2020");
  EXPECT_EQ(html_to_markdown("a &lt;b&gt; &amp;amp; 1 < 2 & 3"), "a <b> &amp; 1 < 2 & 3");
  EXPECT_EQ(html_to_markdown("see https://e.example/a_b*c_"), "see https://e.example/a_b%2Ac%5F");
}

TEST(HtmlToMarkdown, KeepsTheTextOfWhatItDoesNotKnow) {
  EXPECT_EQ(html_to_markdown("<x-y>a</x-y><script>b</script><style>c</style><h2>d</h2>"),
            "a\n\n**d**");
  EXPECT_EQ(html_to_markdown("<img alt='🎺' src=x><img src=y> <table><tr><td>a<td>b</table>"),
            "🎺\n\na b");
  EXPECT_EQ(html_to_markdown("<b>never closed"), "**never closed**");
}

TEST(HtmlToMarkdown, KeepsBackslashesFromTakingAMeaning) {
  EXPECT_EQ(
      html_to_markdown("<b>a\\</b> \\<code>b</code> \\<a href='https://e.example/'>c</a> \\*"),
      "a\\ \\ `b` \\ [c](https://e.example/) \\\\*");
}

TEST(HtmlToMarkdown, KeepsAnAddressWithinItsBounds) {
  EXPECT_EQ(html_to_markdown("<b>https://e.example/a</b> b"), "https://e.example/a b");
  EXPECT_EQ(html_to_markdown("https://e.example/<b>a*</b>"), "https://e.example/a%2A");
  EXPECT_EQ(html_to_markdown("<a href='https://e.example/a/b'>e.example/a…</a>"),
            "https://e.example/a/b");
}

// What the page shows of what `html_to_markdown(html)` makes, without white space.
std::string shown(const std::string& html) {
  std::string out;
  bool in_tag = false;
  for (const char c : markdown::comment_html(html_to_markdown(html))) {
    if (c == '<') in_tag = true;
    if (!in_tag) out += c;
    if (c == '>') in_tag = false;
  }
  return without_space(markup::decode_references(out));
}

// A tree of elements around odd texts. The page shows those texts, whatever is in them.
struct Sample {
  std::string html;
  std::string text;
};
class SampleMaker {
 public:
  explicit SampleMaker(unsigned seed) : random_(seed) {}

  Sample make(int depth) {
    Sample sample;
    for (auto parts = pick(4) + 1; parts > 0; --parts) {
      if (depth == 0 || pick(3) == 0) {
        const std::string text = some_text();
        sample.html += markup::escape(text);
        sample.text += text;
        continue;
      }
      const auto inner = make(depth - 1);
      const auto element = kElements[pick(kElements.size())];
      sample.html += std::string(element.open) + inner.html + std::string(element.close);
      sample.text += inner.text;
    }
    return sample;
  }

 private:
  struct Element {
    std::string_view open;
    std::string_view close;
  };
  static constexpr std::array<Element, 12> kElements{{{"<p>", "</p>"},
                                                      {"<b>", "</b>"},
                                                      {"<i>", "</i>"},
                                                      {"<code>", "</code>"},
                                                      {"<blockquote>", "</blockquote>"},
                                                      {"<ul><li>", "</li></ul>"},
                                                      {"<ol><li>", "</li></ol>"},
                                                      {"<div>", "</div>"},
                                                      {"<br>", "<br>"},
                                                      {"<pre>", "</pre>"},
                                                      {"<span>", "</span>"},
                                                      {"<i><b>", "</b></i>"}}};

  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }
  std::string some_text() {
    constexpr std::array<std::string_view, 24> kPieces = {
        "a",  "b",    "word", " ", "  ", "\n", "*",  "**", "***", "`",  "``",    "```",
        "[x", "](y)", "\\",   "-", "- ", "1.", "1 ", ">",  "é",   "_z", "&amp;", "<b>"};
    std::string out;
    for (auto count = pick(6) + 1; count > 0; --count) out += kPieces[pick(kPieces.size())];
    return out;
  }

  std::mt19937 random_;
};

TEST(HtmlToMarkdown, ShowsTheTextWhateverIsInIt) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    const auto sample = SampleMaker(seed).make(3);
    EXPECT_EQ(shown(sample.html), without_space(sample.text))
        << "seed " << seed << "\nhtml: " << sample.html
        << "\nsource: " << html_to_markdown(sample.html);
    if (testing::Test::HasFailure()) return;
  }
}

// Two pieces of code side by side become one.
std::string joined(const std::string& page) {
  constexpr std::string_view kJoint = "</code><code>";
  auto out = without_space(page);
  for (auto at = out.find(kJoint); at != out.npos; at = out.find(kJoint)) {
    out.erase(at, kJoint.size());
  }
  return out;
}

TEST(HtmlToMarkdown, ComesBackFromThePageAsItWas) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    const auto source = html_to_markdown(SampleMaker(seed).make(3).html);
    const auto page = markdown::comment_html(source);
    EXPECT_EQ(joined(markdown::comment_html(html_to_markdown(page))), joined(page))
        << "seed " << seed << "\nsource: " << source << "\nagain: " << html_to_markdown(page);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(HtmlToMarkdown, IsBounded) {
  EXPECT_LE(html_to_markdown(std::string(100000, '*'), LineEnds::kSpace, 100).size(), 100U);
  std::string deep;
  for (int i = 0; i < 10000; ++i) deep += "<blockquote>";
  EXPECT_EQ(html_to_markdown(deep + "a"), "> > > > a");
  std::string closed = deep + "a";
  for (int i = 0; i < 10000; ++i) closed += "</blockquote>";
  EXPECT_TRUE(html_to_markdown(closed + "b").ends_with("a\n\nb"));
}

}  // namespace
}  // namespace tocsin::archive
