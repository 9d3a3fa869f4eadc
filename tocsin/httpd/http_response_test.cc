// SPDX-License-Identifier: Apache-2.0
#include "tocsin/httpd/http_response.h"

#include <gtest/gtest.h>

namespace tocsin::httpd {
namespace {

constexpr Time kNow{Millis(784'111'777'000)};  // the example of RFC 9110, section 5.6.7

TEST(HttpResponse, HasDateAndLength) {
  http::Response response;
  response.headers.add("content-type", "text/plain");
  response.body = "hello";
  EXPECT_EQ(http_response_head(response, {.now = kNow}),
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n"
            "date: Sun, 06 Nov 1994 08:49:37 GMT\r\ncontent-length: 5\r\n\r\n");
}

TEST(HttpResponse, SaysWhetherTheConnectionStays) {
  const http::Response response;
  const auto head = [&](bool keep_alive, int version) {
    return http_response_head(response,
                              {.keep_alive = keep_alive, .version = version, .now = kNow});
  };
  EXPECT_NE(head(false, 11).find("connection: close\r\n"), std::string::npos);
  EXPECT_NE(head(true, 10).find("connection: keep-alive\r\n"), std::string::npos);
  EXPECT_EQ(head(true, 11).find("connection"), std::string::npos);
}

TEST(HttpResponse, HasNoLengthWhereThereIsNoBody) {
  const auto head = http_response_head({204, {}, ""}, {.now = kNow});
  EXPECT_EQ(head.find("content-length"), std::string::npos);
}

TEST(HttpResponse, LeavesOutFieldsThatWouldBreakTheMessage) {
  http::Response response;
  response.headers.add("location", "/a\r\nset-cookie: x=1");
  response.headers.add("x y", "z");
  response.headers.add("content-length", "99");
  response.headers.add("x-text", "caf\xc3\xa9\ttab");
  const auto head = http_response_head(response, {.now = kNow});
  EXPECT_EQ(head.find("set-cookie"), std::string::npos);
  EXPECT_EQ(head.find("x y"), std::string::npos);
  EXPECT_EQ(head.find("content-length: 99"), std::string::npos);
  EXPECT_NE(head.find("x-text: caf\xc3\xa9\ttab\r\n"), std::string::npos);
}

}  // namespace
}  // namespace tocsin::httpd
