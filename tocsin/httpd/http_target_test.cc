// SPDX-License-Identifier: Apache-2.0
#include "tocsin/httpd/http_target.h"

#include <gtest/gtest.h>

namespace tocsin::httpd {
namespace {

using namespace std::string_view_literals;

TEST(HttpTarget, DecodesThePathAndKeepsTheQuery) {
  const auto target = parse_http_target("/s/caf%C3%A9%20au%20lait?q=a%20b&x=1");
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->path, "/s/caf\xc3\xa9 au lait");
  EXPECT_EQ(target->query, "q=a%20b&x=1");
  EXPECT_EQ(target->authority, "");
}

TEST(HttpTarget, DropsEmptyAndDotSegments) {
  EXPECT_EQ(parse_http_target("/")->path, "/");
  EXPECT_EQ(parse_http_target("//evil.example//x")->path, "/evil.example/x");
  EXPECT_EQ(parse_http_target("/a/./b/%2e/c")->path, "/a/b/c");
  EXPECT_EQ(parse_http_target("/a/")->path, "/a/");
  EXPECT_EQ(parse_http_target("/a/.")->path, "/a/");
  EXPECT_EQ(parse_http_target("///")->path, "/");
}

TEST(HttpTarget, TakesTheHostOfTheAbsoluteForm) {
  const auto target = parse_http_target("HTTP://News.Example:8080/a?b");
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->authority, "news.example:8080");
  EXPECT_EQ(target->path, "/a");
  EXPECT_EQ(target->query, "b");
  EXPECT_EQ(parse_http_target("http://news.example")->path, "/");
  EXPECT_EQ(parse_http_target("http://news.example?b")->query, "b");
}

TEST(HttpTarget, RefusesWhatTwoReadersCouldUnderstandDifferently) {
  for (const auto target : {""sv,
                            "*"sv,
                            "a"sv,
                            "news.example:443"sv,
                            "http://"sv,
                            "/a/../b"sv,
                            "/.."sv,
                            "/%2e%2E/b"sv,
                            "/a%2fb"sv,
                            "/a\\b"sv,
                            "/a%5cb"sv,
                            "/%00"sv,
                            "/a\0b"sv,
                            "/%0d%0a"sv,
                            "/%7f"sv,
                            "/%"sv,
                            "/%4"sv,
                            "/%zz"sv,
                            "/a?%"sv,
                            "/a?b=%g0"sv,
                            "/a#b"sv,
                            "/a b"sv,
                            "/caf\xc3\xa9"sv,
                            "/%ff"sv,
                            "/%c0%af"sv,
                            "/%ed%a0%80"sv,
                            "/%f4%90%80%80"sv,
                            "/%e2%82"sv}) {
    EXPECT_FALSE(parse_http_target(target)) << target;
  }
}

TEST(HttpHost, IsLowerCaseWithoutTheDefaultPorts) {
  EXPECT_EQ(*parse_host("News.Example"), "news.example");
  EXPECT_EQ(*parse_host("news.example:80"), "news.example");
  EXPECT_EQ(*parse_host("news.example:443"), "news.example");
  EXPECT_EQ(*parse_host("localhost:8080"), "localhost:8080");
  EXPECT_EQ(*parse_host("[2001:DB8::1]:81"), "[2001:db8::1]:81");
}

TEST(HttpHost, RefusesWhatNoHostHas) {
  for (const auto host : {"", ":80", "a b", "a/b", "user@a", "a:b", "a:1:2", "a:123456", "[::1",
                          "[::g]", "[::1]x", "a,b"}) {
    EXPECT_FALSE(parse_host(host)) << host;
  }
}

}  // namespace
}  // namespace tocsin::httpd
