// SPDX-License-Identifier: Apache-2.0
#include "tocsin/httpd/http_reader.h"

#include <gtest/gtest.h>

namespace tocsin::httpd {
namespace {

using Progress = HttpReader::Progress;
using namespace std::string_literals;

const HttpReadLimits kLimits;

// The status the bytes are refused with; 0 if they are not.
int refusal_of(std::string_view bytes, const HttpReadLimits& limits = kLimits) {
  HttpReader reader(limits);
  reader.feed(bytes);
  return reader.advance() == Progress::kRefused ? reader.refusal_status() : 0;
}

std::string with_fields(const std::string& fields) {
  return "POST /a HTTP/1.1\r\nhost: a\r\n" + fields + "\r\n";
}

TEST(HttpReader, ReadsARequestByteByByte) {
  HttpReader reader(kLimits);
  const auto text =
      "\r\n\r\nPOST /a%20b?c=d HTTP/1.1\r\nHost: News.Example:80\r\nX-Y:  z \r\nContent-Length: 3\r\n\r\nabc"s;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    reader.feed(text.substr(i, 1));
    ASSERT_EQ(reader.advance(), Progress::kNeedsMore) << i;
    EXPECT_TRUE(i < 4 || reader.is_amid_request());
  }
  reader.feed("c");
  ASSERT_EQ(reader.advance(), Progress::kComplete);
  const auto& request = reader.request();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/a b");
  EXPECT_EQ(request.query, "c=d");
  EXPECT_EQ(request.host, "news.example");
  EXPECT_EQ(request.headers.find("x-y"), "z");
  EXPECT_EQ(request.body, "abc");
  EXPECT_TRUE(reader.keep_alive());
}

TEST(HttpReader, SeparatesPipelinedRequests) {
  HttpReader reader(kLimits);
  reader.feed(
      "\r\nGET /1 HTTP/1.1\r\nhost: a\r\n\r\n"
      "POST /2 HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi"
      "GET /3 HTTP/1.0\r\n\r\n");
  std::string paths;
  while (reader.advance() == Progress::kComplete) {
    paths += reader.request().path + reader.request().body;
    reader.restart();
  }
  EXPECT_EQ(paths, "/1/2hi/3");
  EXPECT_FALSE(reader.is_amid_request());
}

TEST(HttpReader, JoinsChunksAndKeepsTrailersOut) {
  HttpReader reader(kLimits);
  reader.feed(with_fields("transfer-encoding: Chunked\r\n") +
              "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nhost: evil\r\n\r\nGET");
  ASSERT_EQ(reader.advance(), Progress::kComplete);
  EXPECT_EQ(reader.request().body, "abcde");
  EXPECT_EQ(reader.request().headers.find("host"), "a");
  EXPECT_EQ(reader.request().headers.fields.size(), 2U);
  EXPECT_TRUE(reader.has_bytes_behind());
}

TEST(HttpReader, ReadsChunksByteByByte) {
  for (const std::string body : {"0\r\n\r\n", "1\r\na\r\n0\r\n\r\n", "0;x\r\na: b\r\n\r\n"}) {
    HttpReader reader(kLimits);
    reader.feed(with_fields("transfer-encoding: chunked\r\n"));
    auto progress = reader.advance();
    for (const char c : body) {
      ASSERT_EQ(progress, Progress::kNeedsMore);
      reader.feed(std::string(1, c));
      progress = reader.advance();
    }
    EXPECT_EQ(progress, Progress::kComplete) << body;
  }
}

TEST(HttpReader, AsksForTheBodyOnceWhenTheClientWaits) {
  HttpReader reader(kLimits);
  reader.feed(with_fields("content-length: 1\r\nexpect: 100-continue\r\n"));
  EXPECT_EQ(reader.advance(), Progress::kNeedsContinue);
  EXPECT_EQ(reader.advance(), Progress::kNeedsMore);
  reader.feed("x");
  EXPECT_EQ(reader.advance(), Progress::kComplete);
  EXPECT_EQ(refusal_of(with_fields("expect: 200-ok\r\n")), 417);
}

TEST(HttpReader, RefusesWhatIsNoRequest) {
  const std::string bodies_with_400[] = {
      "GET\r\n\r\n",
      "GET / HTTQ\r\n\r\n",
      "GET / HTTP/1.1\n\n",
      "GET / HTTP/1.1\r\nhost: a\nx: y\r\n\r\n",
      "GET / HTTP/1.1\r\nhost: a\r\n folded\r\n\r\n",
      "GET / HTTP/1.1\r\nhost : a\r\n\r\n",
      "GET / HTTP/1.1\r\nhost: a\r\nno colon\r\n\r\n",
      "GET / HTTP/1.1\r\nhost: a\r\nx: \0\r\n\r\n"s,
      "GET /\0 HTTP/1.1\r\nhost: a\r\n\r\n"s,
      "GET /%00 HTTP/1.1\r\nhost: a\r\n\r\n",
      "GET /a/../b HTTP/1.1\r\nhost: a\r\n\r\n",
      "GET /%zz HTTP/1.1\r\nhost: a\r\n\r\n",
      "GET  / HTTP/1.1\r\nhost: a\r\n\r\n",
      "G@T / HTTP/1.1\r\nhost: a\r\n\r\n",
      "CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n",
      "\x16\x03\x01\x02\x01\x01\r\n\r\n",
  };
  for (const auto& bytes : bodies_with_400) EXPECT_EQ(refusal_of(bytes), 400) << bytes;
}

TEST(HttpReader, RefusesOtherVersions) {
  EXPECT_EQ(refusal_of("GET / HTTP/2.0\r\nhost: a\r\n\r\n"), 505);
  EXPECT_EQ(refusal_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
  EXPECT_EQ(refusal_of("GET / HTTP/1.2\r\nhost: a\r\n\r\n"), 505);
}

TEST(HttpReader, WantsTheHostOnce) {
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nhost: a/b\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nhost: \r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\n\r\n"), 0);
}

TEST(HttpReader, RefusesBodiesWhoseEndIsNotSaidOnce) {
  for (const auto* fields : {
           "content-length: 3\r\ntransfer-encoding: chunked\r\n",
           "transfer-encoding: chunked\r\ncontent-length: 3\r\n",
           "content-length: 3\r\ncontent-length: 3\r\n",
           "content-length: 3\r\ncontent-length: 4\r\n",
           "content-length: 3, 3\r\n",
           "content-length: +3\r\n",
           "content-length: -3\r\n",
           "content-length: 0x3\r\n",
           "content-length: \r\n",
           "content-length: 99999999999999999999\r\n",
           "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
           "transfer-encoding: gzip\r\ncontent-length: 3\r\n",
       }) {
    EXPECT_EQ(refusal_of(with_fields(fields) + "3\r\nabc\r\n0\r\n\r\n"), 400) << fields;
  }
  EXPECT_EQ(refusal_of(with_fields("transfer-encoding: gzip, chunked\r\n")), 501);
  EXPECT_EQ(refusal_of(with_fields("transfer-encoding: xchunked\r\n")), 501);
  EXPECT_EQ(refusal_of("POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n"), 400);
}

TEST(HttpReader, RefusesBadChunks) {
  const auto head = with_fields("transfer-encoding: chunked\r\n");
  EXPECT_EQ(refusal_of(head + "x\r\nabc"), 400);
  EXPECT_EQ(refusal_of(head + "-1\r\nabc"), 400);
  EXPECT_EQ(refusal_of(head + "1\r\nabc\r\n0\r\n"), 400);
  EXPECT_EQ(refusal_of(head + "ffffffffffffffffff\r\n"), 400);
  EXPECT_EQ(refusal_of(head + "1;" + std::string(20'000, 'x')), 400);
}

TEST(HttpReader, KeepsItsLimits) {
  const HttpReadLimits small{
      .header_bytes_max = 200, .target_bytes_max = 20, .fields_max = 3, .body_bytes_max = 4};
  EXPECT_EQ(refusal_of("GET /" + std::string(300, 'a'), small), 414);
  EXPECT_EQ(refusal_of("GET /" + std::string(20, 'a') + " HTTP/1.1\r\nhost: a\r\n\r\n", small),
            414);
  EXPECT_EQ(refusal_of(with_fields("x: " + std::string(300, 'a')), small), 431);
  EXPECT_EQ(refusal_of(with_fields("x: y\r\nx: y\r\nx: y\r\n"), small), 431);
  EXPECT_EQ(refusal_of(with_fields("x: y\r\nx: y\r\n"), small), 0);
  EXPECT_EQ(refusal_of(with_fields("content-length: 5\r\n"), small), 413);
  EXPECT_EQ(refusal_of(with_fields("content-length: 4\r\n") + "abcd", small), 0);
  const auto chunked = with_fields("transfer-encoding: chunked\r\n");
  EXPECT_EQ(refusal_of(chunked + "3\r\nabc\r\n2\r\n", small), 413);
}

TEST(HttpReader, TakesLongerBodiesWhereAPathMayHaveThem) {
  std::string asked;
  const HttpReadLimits limits{.body_bytes_max = 4,
                              .body_bytes_max_of = [&](std::string_view target) {
                                asked = target;
                                return target == "/long?x=1" ? 8u : 2u;
                              }};
  const auto post = [](const std::string& target, std::size_t bytes) {
    return "POST " + target + " HTTP/1.1\r\nhost: a\r\ncontent-length: " + std::to_string(bytes) +
           "\r\n\r\n";
  };
  EXPECT_EQ(refusal_of(post("/long?x=1", 8), limits), 0);
  EXPECT_EQ(asked, "/long?x=1");
  EXPECT_EQ(refusal_of(post("/long?x=1", 9), limits), 413);
  EXPECT_EQ(refusal_of(post("/other", 3), limits), 413);
  EXPECT_EQ(refusal_of("POST\r\n\r\n", limits), 400);
}

TEST(HttpReader, CountsAHeadThatComesInPieces) {
  HttpReader reader({.header_bytes_max = 200});
  auto progress = Progress::kNeedsMore;
  reader.feed("GET / HTTP/1.1\r\n");
  std::size_t fed = 16;
  while (progress == Progress::kNeedsMore && fed < 400) {
    reader.feed("x: y\r\n");
    fed += 6;
    progress = reader.advance();
  }
  EXPECT_EQ(progress, Progress::kRefused);
  EXPECT_EQ(reader.refusal_status(), 431);
  EXPECT_LT(fed, 212U);
}

TEST(HttpReader, KnowsAWebSocketUpgrade) {
  HttpReader reader(kLimits);
  reader.feed(
      "GET /push HTTP/1.1\r\nhost: a\r\nconnection: keep-alive, Upgrade\r\nupgrade: websocket\r\n"
      "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  ASSERT_EQ(reader.advance(), Progress::kComplete);
  EXPECT_TRUE(reader.wants_websocket());
}

}  // namespace
}  // namespace tocsin::httpd
