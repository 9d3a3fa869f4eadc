// SPDX-License-Identifier: Apache-2.0
#include "tocsin/url/url.h"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

using namespace std::string_view_literals;

struct Case {
  std::string_view input;
  std::string_view expected;  // empty: refused
};

std::string normalised(std::string_view text) {
  const auto url = Url::parse(text);
  if (!url) {
    EXPECT_EQ(url.error().code, Errc::kInvalidArgument);
    return "";
  }
  return url->text();
}

void expect_all(std::initializer_list<Case> cases) {
  for (const auto& [input, expected] : cases) EXPECT_EQ(normalised(input), expected) << input;
}

// RFC 3986, sections 5.4.1 and 5.4.2. Differences from the tables: our URLs have a path, so //g
// ends in a slash; g:h has no host; http:g is read as browsers read it.
TEST(Url, ResolvesTheExamplesOfRfc3986) {
  const auto base = Url::parse("http://a/b/c/d;p?q");
  ASSERT_TRUE(base);
  for (const auto& [reference, expected] : {
           Case{"g:h", ""},
           Case{"g", "http://a/b/c/g"},
           Case{"./g", "http://a/b/c/g"},
           Case{"g/", "http://a/b/c/g/"},
           Case{"/g", "http://a/g"},
           Case{"//g", "http://g/"},
           Case{"?y", "http://a/b/c/d;p?y"},
           Case{"g?y", "http://a/b/c/g?y"},
           Case{"#s", "http://a/b/c/d;p?q#s"},
           Case{"g#s", "http://a/b/c/g#s"},
           Case{"g?y#s", "http://a/b/c/g?y#s"},
           Case{";x", "http://a/b/c/;x"},
           Case{"g;x", "http://a/b/c/g;x"},
           Case{"g;x?y#s", "http://a/b/c/g;x?y#s"},
           Case{"", "http://a/b/c/d;p?q"},
           Case{".", "http://a/b/c/"},
           Case{"./", "http://a/b/c/"},
           Case{"..", "http://a/b/"},
           Case{"../", "http://a/b/"},
           Case{"../g", "http://a/b/g"},
           Case{"../..", "http://a/"},
           Case{"../../", "http://a/"},
           Case{"../../g", "http://a/g"},
           Case{"../../../g", "http://a/g"},
           Case{"../../../../g", "http://a/g"},
           Case{"/./g", "http://a/g"},
           Case{"/../g", "http://a/g"},
           Case{"g.", "http://a/b/c/g."},
           Case{".g", "http://a/b/c/.g"},
           Case{"g..", "http://a/b/c/g.."},
           Case{"..g", "http://a/b/c/..g"},
           Case{"./../g", "http://a/b/g"},
           Case{"./g/.", "http://a/b/c/g/"},
           Case{"g/./h", "http://a/b/c/g/h"},
           Case{"g/../h", "http://a/b/c/h"},
           Case{"g;x=1/./y", "http://a/b/c/g;x=1/y"},
           Case{"g;x=1/../y", "http://a/b/c/y"},
           Case{"g?y/./x", "http://a/b/c/g?y/./x"},
           Case{"g?y/../x", "http://a/b/c/g?y/../x"},
           Case{"g#s/./x", "http://a/b/c/g#s/./x"},
           Case{"g#s/../x", "http://a/b/c/g#s/../x"},
           Case{"http:g", "http://a/b/c/g"},
       }) {
    const auto url = base->resolve(reference);
    EXPECT_EQ(url ? url->text() : "", expected) << reference;
  }
}

TEST(Url, ResolvesWhatFeedsWrite) {
  const auto base = Url::parse("https://example.org/news/feed.xml?x=1#top");
  ASSERT_TRUE(base);
  for (const auto& [reference, expected] : {
           Case{"", "https://example.org/news/feed.xml?x=1"},
           Case{" \n item 1.html\n", "https://example.org/news/item%201.html"},
           Case{"\\\\cdn.example.org\\a", "https://cdn.example.org/a"},
           Case{"a\\b?c\\d", "https://example.org/news/a/b?c%5Cd"},
           Case{"%2e%2E/a", "https://example.org/a"},
           Case{"HTTPS:a", "https://example.org/news/a"},
           Case{"http://other.example", "http://other.example/"},
           Case{"mailto:a@example.org", ""},
           Case{"javascript:alert(1)", ""},
           Case{"java\nscript:alert(1)", ""},
           Case{"data:text/html,x", ""},
           Case{"1:2", "https://example.org/news/1:2"},
       }) {
    const auto url = base->resolve(reference);
    EXPECT_EQ(url ? url->text() : "", expected) << reference;
  }
}

TEST(Url, NormalisesSchemeHostPortAndPath) {
  expect_all({
      {"HTTP://Example.ORG", "http://example.org/"},
      {"https://example.org:443/", "https://example.org/"},
      {"https://example.org:0443/", "https://example.org/"},
      {"http://example.org:443/", "http://example.org:443/"},
      {"http://example.org:/", "http://example.org/"},
      {"http://example.org?q", "http://example.org/?q"},
      {"http://example.org#f", "http://example.org/#f"},
      {"http://example.org/?", "http://example.org/?"},
      {"http://example.org/a/../b/./c/", "http://example.org/b/c/"},
      {"http://example.org/%7Ea", "http://example.org/%7Ea"},
      {"http://example.org./", "http://example.org./"},
      {"http://a:b@example.org/", "http://a:b@example.org/"},
      {"http://a@b@example.org/", "http://a%40b@example.org/"},
      {"http://good.example\\@evil.example/", "http://good.example/@evil.example/"},
      {"ftp://example.org/x", "ftp://example.org/x"},
  });
}

TEST(Url, MendsWhatPeopleWrite) {
  expect_all({
      {"  http://example.org/a b \n", "http://example.org/a%20b"},
      {"http://exam\nple.org/\ta", "http://example.org/a"},
      {"http:\\\\example.org\\a", "http://example.org/a"},
      {"http://example.org/caf\xc3\xa9?q=\xc3\xa9#\xc3\xa9",
       "http://example.org/caf%C3%A9?q=%C3%A9#%C3%A9"},
      {"http://example.org/100%", "http://example.org/100%25"},
      {"http://example.org/100%zz", "http://example.org/100%25zz"},
      {"http://example.org/a|b[1]\"<>`{}^", "http://example.org/a%7Cb%5B1%5D%22%3C%3E%60%7B%7D%5E"},
      {"http://example.org/caf\xe9", "http://example.org/caf%E9"},
  });
}

TEST(Url, RefusesWhatIsNotAnAbsoluteUrlWithAHost) {
  expect_all({
      {"", ""},
      {"example.org", ""},
      {"/path", ""},
      {"//example.org/", ""},
      {"mailto:a@example.org", ""},
      {"http:example.org", ""},
      {"http://", ""},
      {"http:///a", ""},
      {"http://:80/", ""},
      {"http://a@/", ""},
      {"http://example.org:99999/", ""},
      {"http://example.org:0/", ""},
      {"http://example.org:8o/", ""},
      {"http://example.org:-1/", ""},
      {"http://exa mple.org/", ""},
      {"http://a<b/", ""},
      {"http://a..b/", ""},
      {"http://.a/", ""},
      {"http://./", ""},
      {"http://a%00b/", ""},
      {"http://a%2Fb/", ""},
      {"http://a\x01/"sv, ""},
      {"http://a/\0b"sv, ""},
      {"http://a/\x7f", ""},
      {"1http://a/", ""},
  });
}

TEST(Url, WritesInternationalHostsInAscii) {
  expect_all({
      {"http://B\xc3\xbc"
       "cher.example/",
       "http://xn--bcher-kva.example/"},
      {"http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/"},
      {"http://XN--BCHER-KVA.example/", "http://xn--bcher-kva.example/"},
      {"http://fa\xc3\x9f.example/", "http://xn--fa-hia.example/"},  // non-transitional
      {"http://b%C3%BCcher.example/", "http://xn--bcher-kva.example/"},
      {"http://example\xe3\x80\x82org/", "http://example.org/"},  // ideographic full stop
      {"http://\xef\xbd\x85xample.org/", "http://example.org/"},  // full-width letter
      {"http://a_b.example/", "http://a_b.example/"},
      {"http://r3---sn.example/", "http://r3---sn.example/"},
      {"http://xn--a/", ""},
      {"http://\xff.example/", ""},
      {"http://a\xe2\x80\xae"
       "b.example/",
       ""},  // right-to-left override
  });
}

TEST(Url, LimitsNamesAsDnsDoes) {
  const std::string label(63, 'a');
  const std::string name = label + '.' + label + '.' + label + '.' + std::string(61, 'b');
  EXPECT_EQ(normalised("http://" + name), "http://" + name + '/');
  EXPECT_EQ(normalised("http://" + name + 'b'), "");
  EXPECT_EQ(normalised("http://a" + label + ".example"), "");
}

// The shapes in which loopback and private addresses are smuggled past checks on text.
TEST(Url, ReadsEveryShapeOfAnAddress) {
  expect_all({
      {"http://2130706433/", "http://127.0.0.1/"},
      {"http://0x7f000001/", "http://127.0.0.1/"},
      {"http://0X7F.1/", "http://127.0.0.1/"},
      {"http://017700000001/", "http://127.0.0.1/"},
      {"http://0177.0.0.1/", "http://127.0.0.1/"},
      {"http://127.1/", "http://127.0.0.1/"},
      {"http://127.0.0.1./", "http://127.0.0.1/"},
      {"http://0/", "http://0.0.0.0/"},
      {"http://0x/", "http://0.0.0.0/"},
      {"http://%31%32%37.0.0.1/", "http://127.0.0.1/"},
      {"http://\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1/", "http://127.0.0.1/"},  // full width
      {"http://\xe2\x91\xa0.1.1.1/", "http://1.1.1.1/"},                            // circled 1
      {"http://169.254.43518/", "http://169.254.169.254/"},
      {"http://4294967295/", "http://255.255.255.255/"},
      {"http://4294967296/", ""},
      {"http://99999999999999999999999999/", ""},
      {"http://256.1.1.1/", ""},
      {"http://1.2.3.4.5/", ""},
      {"http://1.2.3.08/", ""},
      {"http://example.1/", ""},
      {"http://1..2/", ""},
      {"http://[::1]/", "http://[::1]/"},
      {"http://[0:0:0:0:0:0:0:1]:8080/", "http://[::1]:8080/"},
      {"http://[2001:DB8::0:1]/", "http://[2001:db8::1]/"},
      {"http://[::ffff:7f00:1]/", "http://[::ffff:127.0.0.1]/"},
      {"http://[fe80::1%25eth0]/", ""},
      {"http://[fe80::1%eth0]/", ""},
      {"http://[::1/", ""},
      {"http://[::1]x/", ""},
      {"http://[::1]x:80/", ""},
      {"http://[]/", ""},
      {"http://::1/", ""},
  });
}

TEST(Url, KnowsAnAddressFromAName) {
  for (const char* text :
       {"http://2130706433", "http://0x7f.1", "http://[::1]", "http://1.2.3.4"}) {
    EXPECT_TRUE(Url::parse(text)->host_is_ip_literal()) << text;
  }
  for (const char* text : {"http://localhost", "http://1.example", "http://a1", "http://0xg.com"}) {
    EXPECT_FALSE(Url::parse(text)->host_is_ip_literal()) << text;
  }
}

TEST(Url, SplitsIntoItsParts) {
  const auto url = Url::parse("https://user:pw@Push.example:8443/a/b?c=d#e");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->user_info, "user:pw");
  EXPECT_EQ(url->host, "push.example");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/a/b?c=d");
  EXPECT_EQ(url->fragment, "e");
  EXPECT_EQ(url->origin(), "https://push.example:8443");
  EXPECT_EQ(Url::parse("https://push.example:443/x")->origin(), "https://push.example");
  EXPECT_EQ(Url::parse("https://push.example")->port, 443);
}

TEST(Url, IsAtMostItsLimitLong) {
  const std::string start = "http://example.org/";
  const std::string longest = start + std::string(Url::kBytesMax - start.size(), 'a');
  EXPECT_EQ(normalised(longest), longest);
  EXPECT_EQ(normalised(longest + 'a'), "");
  EXPECT_EQ(normalised(start + std::string(Url::kBytesMax / 2, '^')), "");  // grows threefold
}

TEST(Url, KnowsNormalLinksAtOneLook) {
  for (const char* const text :
       {"https://example.org/", "http://a.b-c.example/x/y.html?a=1&b=c/d?e", "https://1.2.x/",
        "https://example.org/a//b", "https://localhost/a:b,c+d~e_f"}) {
    EXPECT_EQ(normal_web_link(text), text);
    EXPECT_EQ(Url::parse(text)->text(), text);
  }
  EXPECT_EQ(normal_web_link("https://example.org/\xc3\xa9?\xe2\x82\xac"),
            "https://example.org/%C3%A9?%E2%82%AC");
  EXPECT_EQ(Url::parse("https://example.org/\xc3\xa9?\xe2\x82\xac")->text(),
            "https://example.org/%C3%A9?%E2%82%AC");
  for (const char* const text : {"",
                                 "https://",
                                 "https://example.org",
                                 "https:///a",
                                 "ftp://example.org/",
                                 "https://Example.org/",
                                 "https://example.org:443/",
                                 "https://example.org:8080/",
                                 "https://user@example.org/",
                                 "https://127.0.0.1/",
                                 "https://0x7f.1/",
                                 "https://[::1]/",
                                 "https://example.org./",
                                 "https://a..b/",
                                 "https://-a.example/",
                                 "https://a-.example/",
                                 "https://a.-b/",
                                 "https://xn--a.example/",
                                 "https://example.org/a/../b",
                                 "https://example.org/./a",
                                 "https://example.org/%2e%2e/",
                                 "https://example.org/a b",
                                 " https://example.org/",
                                 "https://example.org/\\a",
                                 "https://example.org/#a",
                                 "https://example.org/\"",
                                 "https://ex\tample.org/"}) {
    EXPECT_FALSE(normal_web_link(text)) << text;
  }
}

}  // namespace
}  // namespace tocsin
