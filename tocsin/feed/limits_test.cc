// SPDX-License-Identifier: Apache-2.0
#include <ctime>

#include <gtest/gtest.h>

#include "tocsin/feed/feed.h"
#include "tocsin/feed/sanitize/sanitize.h"

// Documents made to be expensive. Each has to end within the time of kPatience on a slow machine
// under sanitizers: far above what linear time takes, far below what quadratic time does.
namespace tocsin::feed {
namespace {

constexpr double kPatience = 10;  // seconds of processor time

std::string repeated(std::string_view text, std::size_t bytes_max) {
  std::string out;
  out.reserve(bytes_max);
  while (out.size() + text.size() <= bytes_max) out += text;
  return out;
}

std::string rss(const std::string& inside) {
  return "<rss version=\"2.0\"><channel>" + inside + "</channel></rss>";
}

Result<ParsedFeed> parse_in_time(const std::string& document) {
  const auto start = std::clock();
  auto feed = parse(as_bytes(document), {.content_type = "", .base_url = "https://example.org/"});
  const auto printed = feed ? to_json(*feed) : feed.error();
  const double taken = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  EXPECT_LT(taken, kPatience);
  if (!printed) return printed.error();
  return feed;
}

constexpr std::size_t kRoom = kFeedBytesMax - 1000;
constexpr std::size_t kMany = 2'000'000;  // for what is repeated in many ways

TEST(Limits, RefusesADocumentThatIsTooLong) {
  EXPECT_EQ(parse_in_time(std::string(kFeedBytesMax + 1, ' ')).error().code, Errc::kExhausted);
}

TEST(Limits, KeepsTheFirstFiveThousandItems) {
  const auto feed = parse_in_time(rss("<item><title>First</title></item>" +
                                      repeated("<item><guid>1</guid></item>", 2'700'000)));
  ASSERT_TRUE(feed);
  EXPECT_EQ(feed->items.size(), kItemsMax);
  EXPECT_EQ(feed->items.front().title, "First");
  EXPECT_EQ(feed->warnings, std::vector<std::string>{"items after the first 5000 were left out"});
}

TEST(Limits, CutsALongField) {
  const auto feed = parse_in_time(rss("<title>" + repeated("\xc3\xa9", kRoom) + "</title>"));
  ASSERT_TRUE(feed);
  EXPECT_EQ(feed->title.size(), kFieldBytesMax);
  EXPECT_EQ(feed->warnings, std::vector<std::string>{"a text longer than 1 MB was cut"});
}

TEST(Limits, SurvivesDeepMarkup) {
  const auto feed =
      parse_in_time(rss("<item><title>A</title></item>" + repeated("<a>", 900'000) + "x" +
                        repeated("</a>", 1'200'000) + "<item><title>B</title></item>"));
  ASSERT_TRUE(feed);
  EXPECT_EQ(feed->items.size(), 2U);
}

TEST(Limits, SurvivesMarkupThatNeverCloses) {
  EXPECT_TRUE(parse_in_time("<rss><channel>" + repeated("<a b='c'>", kRoom)));
}

TEST(Limits, SurvivesManyAttributes) {
  std::string attributes;
  for (int i = 0; i < 300'000; ++i) attributes += " a" + std::to_string(i) + "=''";
  const auto feed = parse_in_time(rss("<item" + attributes + "><title>A</title></item>"));
  ASSERT_TRUE(feed);
  EXPECT_EQ(feed->items.size(), 1U);
  EXPECT_EQ(feed->warnings, std::vector<std::string>{"an element has more than 256 attributes"});
}

TEST(Limits, SurvivesManyNamespaces) {
  std::string declarations;
  for (int i = 0; i < 250; ++i) declarations += " xmlns:n" + std::to_string(i) + "='u'";
  const std::string nested = "<x" + declarations + "><x" + declarations + ">";
  EXPECT_TRUE(parse_in_time("<rss><channel>" + nested + repeated("<p:a q:b=''/>", 9'000'000)));
}

TEST(Limits, BoundsWhatAShortLinkAtALongBaseBecomes) {
  const std::string base = "https://example.org/" + repeated("a", 2000) + "/";
  const auto feed = parse_in_time("<rss><channel xml:base='" + base + "'>" +
                                  repeated("<item><enclosure url='x'/></item>", kRoom - 3000) +
                                  "</channel></rss>");
  ASSERT_TRUE(feed);
  EXPECT_LE(feed->items.size(), kItemsMax);

  const auto many = parse_in_time("<rss><channel xml:base='" + base + "'>" +
                                  repeated("<item><description>&lt;a href=x>&lt;a href=x>&lt;a "
                                           "href=x>&lt;a href=x></description></item>",
                                           kRoom - 3000) +
                                  "</channel></rss>");
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code, Errc::kExhausted);
}

TEST(Limits, TakesLinearTimeForHtml) {
  for (const char* const unit : {"&lt;a>&lt;b>&lt;font>", "&lt;a href=x>", "&lt;!--", "&lt;p a='",
                                 "&lt;script>&lt;/", "&amp;amp;", "&lt;/p>", "&lt;table>&lt;td>"}) {
    const std::string field = repeated(unit, 100'000);
    const auto feed = parse_in_time(
        rss(repeated("<item><description>" + field + "</description></item>", kMany)));
    EXPECT_TRUE(feed || feed.error().code == Errc::kExhausted) << unit;
  }
}

TEST(Limits, TakesLinearTimeForBrokenXml) {
  for (const char* const unit : {"&",         "&a",      "<",         "<a",
                                 "<a b",      "<a b='",  "<![CDATA[", "<a><![CDATA[</a>",
                                 "<!--",      "<!",      "<!a>",      "<?",
                                 "</a>",      "<a></b>", "]]>",       "<item>",
                                 "\"",        "<x:y/>",  "<a b=c d",  "\xff",
                                 "<a xmlns='"}) {
    EXPECT_TRUE(parse_in_time("<rss><channel>" + repeated(unit, kMany))) << unit;
  }
  for (const char* const unit : {"<!DOCTYPE", "<!DOCTYPE [", "'", "\"'", "<!--", "<!DOCTYPE '>"}) {
    EXPECT_FALSE(parse_in_time("<!DOCTYPE " + repeated(unit, kMany))) << unit;
  }
}

TEST(Limits, TakesLinearTimeForJson) {
  const std::string start = R"({"version":"https://jsonfeed.org/version/1","items":[)";
  EXPECT_EQ(parse_in_time(start + repeated("1,", kMany) + "1]}").error().code, Errc::kExhausted);
  EXPECT_EQ(parse_in_time(start + repeated("[", kMany)).error().code, Errc::kExhausted);
  EXPECT_EQ(parse_in_time(start + repeated("[", 100'000)).error().code, Errc::kExhausted);
  EXPECT_TRUE(parse_in_time(start + repeated("1,", 900'000) + "1]}"));
  EXPECT_TRUE(parse_in_time(start + repeated("{},", 600'000) + "{}]}"));
  EXPECT_FALSE(parse_in_time(start + '"' + repeated("\\", kMany)));
}

}  // namespace
}  // namespace tocsin::feed
