// SPDX-License-Identifier: Apache-2.0
#include "tocsin/feed/sanitize/sanitize.h"

#include <gtest/gtest.h>

namespace tocsin::feed {
namespace {

const Url& base() {
  static const Url url = *Url::parse("https://example.org/news/");
  return url;
}

std::string clean(std::string_view html) {
  const std::string once = sanitize_html(html, base());
  EXPECT_EQ(sanitize_html(once, base()), once) << html;
  return once;
}

TEST(Sanitize, KeepsTextAndAllowedMarkup) {
  EXPECT_EQ(clean("<p>Fish &amp; <b>chips</b> &eacute; &lt;3</p>"),
            "<p>Fish &amp; <b>chips</b> é &lt;3</p>");
  EXPECT_EQ(clean("<H2 LANG=fr>A</H2><BR/>b"), "<h2 lang=\"fr\">A</h2><br>b");
  EXPECT_EQ(clean("<ol start=3 type=a><li value='4'>x</ol>"),
            "<ol start=\"3\" type=\"a\"><li value=\"4\">x</li></ol>");
  EXPECT_EQ(clean("a < b > c & d \"e\""), "a &lt; b &gt; c &amp; d &quot;e&quot;");
}

// What gets past sanitisers that trust the input's form. Nothing of it may be left but text.
TEST(Sanitize, DropsWhatRuns) {
  const struct {
    std::string_view html;
    std::string_view expected;
  } cases[] = {
      {"<script>alert(1)</script>", ""},
      {"<SCRIPT SRC=//evil.example/x.js></SCRIPT >x", "x"},
      {"<script>a</script x>b", "b"},
      {"<scr<script>ipt>alert(1)</script>", "ipt&gt;alert(1)"},
      {"<script", ""},
      {"<script>never closed", ""},
      {"<style>@import 'x'</style>", ""},
      {"<svg onload=alert(1)><a href=x>y</a></svg>z", "z"},
      {"<math><mtext><img src=x onerror=y></mtext></math>", ""},
      {"<img src=x onerror=alert(1)>", "<img src=\"https://example.org/news/x\">"},
      {"<img/src=x/onerror=alert(1)>", "<img src=\"https://example.org/news/x/onerror=alert(1)\">"},
      {"<img src=ftp://a.example/x src=y>", ""},
      {"<img src=\"x\"onerror=alert(1)>", "<img src=\"https://example.org/news/x\">"},
      {"<img alt=\"><script>x</script>\" src=y>",
       "<img alt=\"&gt;&lt;script&gt;x&lt;/script&gt;\" src=\"https://example.org/news/y\">"},
      {"<a href=\" javascript:alert(1)\">x</a>", "x"},
      {"<a href=\"java&#9;script:alert(1)\">x</a>", "x"},
      {"<a href=\"java&Tab;script:alert(1)\">x</a>", "x"},
      {"<a href=\"javascript&colon;alert(1)\">x</a>", "x"},
      {"<a href=\"\x01javascript:alert(1)\">x</a>", "x"},
      {"<a href=vbscript:x>x</a>", "x"},
      {"<a href=data:text/html;base64,PHN>x</a>", "x"},
      {"<a href=file:///etc/passwd>x</a>", "x"},
      {"<iframe srcdoc='<script>x</script>'></iframe>", ""},
      {"<object data=x><embed src=y></object>", ""},
      {"<base href=https://evil.example/><a href=x>y</a>",
       "<a href=\"https://example.org/news/x\" rel=\"noopener nofollow\">y</a>"},
      {"<meta http-equiv=refresh content='0;url=x'>", ""},
      {"<link rel=stylesheet href=x>", ""},
      {"<form><button formaction=x>y</button><select><option>z</select></form>", ""},
      {"<noscript><p title=\"</noscript><img src=x onerror=y>\"></noscript>",
       "<p title=\"&lt;/noscript&gt;&lt;img src=x onerror=y&gt;\"></p>"},
      {"<!--><script>x</script>-->", "--&gt;"},
      {"<!-- --!><script>x</script>-->y", "y"},
      {"<![CDATA[<b>x</b>]]>", "x]]&gt;"},
      {"<p style=\"background:url(javascript:x)\">y</p>", "<p>y</p>"},
      {"<template><b>x</b></template>y", "y"},
      {"<textarea><b>x</textarea>y", "y"},
      {"<video autoplay src=v.mp4 onplay=x></video>",
       "<video src=\"https://example.org/news/v.mp4\" controls=\"\" preload=\"none\"></video>"},
      {"\xff<b\xff>x", "\xef\xbf\xbdx"},
  };
  for (const auto& [html, expected] : cases) EXPECT_EQ(clean(html), expected) << html;
}

TEST(Sanitize, BalancesWhatItWrites) {
  EXPECT_EQ(clean("<p>a<p>b<div>c</p>d"), "<p>a</p><p>b</p><div>cd</div>");
  EXPECT_EQ(clean("<b><i>a</b>b</i>"), "<b><i>a</i></b>b");
  EXPECT_EQ(clean("<ul><li>a<ul><li>b</ul><li>c</ul>"),
            "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>");
  EXPECT_EQ(clean("<dl><dt>a<dd>b<dt>c</dl>"), "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>");
  EXPECT_EQ(clean("<div><table><tr><td>a</div>b<td>c</table>"),
            "<div><table><tr><td>ab</td><td>c</td></tr></table></div>");
  EXPECT_EQ(clean("<a href=x>a<a href=y>b</a>"),
            "<a href=\"https://example.org/news/x\" rel=\"noopener nofollow\">a</a>"
            "<a href=\"https://example.org/news/y\" rel=\"noopener nofollow\">b</a>");
}

TEST(Sanitize, MakesAddressesAbsolute) {
  EXPECT_EQ(clean("<a href='../x?a=1&amp;b=2#c'>y</a>"),
            "<a href=\"https://example.org/x?a=1&amp;b=2#c\" rel=\"noopener nofollow\">y</a>");
  EXPECT_EQ(clean("<a href='mailto:a@example.org'>y</a><img src='mailto:a@example.org'>"),
            "<a href=\"mailto:a@example.org\" rel=\"noopener nofollow\">y</a>");
  EXPECT_EQ(clean("<blockquote cite=//b.example/>y</blockquote>"),
            "<blockquote cite=\"https://b.example/\">y</blockquote>");
  EXPECT_EQ(sanitize_html("<a href='/x'>y</a><a href='https://a.example'>z</a>", Url{}),
            "y<a href=\"https://a.example/\" rel=\"noopener nofollow\">z</a>");
}

TEST(Sanitize, DropsPicturesThatAreThereToCount) {
  EXPECT_EQ(clean("<img src=a width=1 height=1><img src=b height='0'><img src=c width=1px>"), "");
  EXPECT_EQ(clean("<img src=a style='DISPLAY : none'>"), "");
  EXPECT_EQ(clean("<img src=a width=10>"), "<img src=\"https://example.org/news/a\" width=\"10\">");
}

TEST(Sanitize, BoundsDepthAndSize) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<b>";
  const std::string flat = clean(deep + "x");
  EXPECT_EQ(flat.size(), kMarkupDepthMax * 7 + 1);

  const std::string cut = clean("<p>" + std::string(kFieldBytesMax, '&') + "</p>");
  EXPECT_LE(cut.size(), kFieldBytesMax);
  EXPECT_TRUE(cut.ends_with("&amp;</p>"));

  std::string links;
  for (int i = 0; i < 100'000; ++i) links += "<a href=x>";
  EXPECT_LE(clean(links).size(), kFieldBytesMax);
}

TEST(PlainText, IsWhatAReaderReads) {
  EXPECT_EQ(plain_text(" <p>One</p><p>two <b>thr</b>ee<br>four</p>\n"), "One two three four");
  EXPECT_EQ(plain_text("Fish &amp; Chips &#8217;n&rsquo;&nbsp; peas"), "Fish & Chips ’n’ peas");
  EXPECT_EQ(plain_text("a<script>b</script><!-- c -->d"), "ad");
  EXPECT_EQ(plain_text("1 < 2 > 0"), "1 < 2 > 0");
  EXPECT_EQ(plain_text("a\xff\x01"), "a\xef\xbf\xbd");
  EXPECT_EQ(plain_text(""), "");
}

TEST(AbsoluteLink, IsWebOrNothing) {
  EXPECT_EQ(absolute_link(" a ", base()), "https://example.org/news/a");
  EXPECT_EQ(absolute_link("", base()), "");
  EXPECT_EQ(absolute_link("ftp://example.org/a", base()), "");
  EXPECT_EQ(absolute_link("a", Url{}), "");
}

}  // namespace
}  // namespace tocsin::feed
