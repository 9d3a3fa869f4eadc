// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fetch/fetcher.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "tocsin/fetch/scripted_server.h"

namespace tocsin::fetch {
namespace {

using ingest::FetchFailure;
using ingest::FetchRequest;
using ingest::FetchResult;
using ::testing::HasSubstr;
using ::testing::Not;
using Peer = ScriptedServer::Peer;

FetcherConfig test_config() {
  FetcherConfig config;
  config.allow_private_addresses = true;
  config.total_timeout = Millis(5'000);
  return config;
}

FetchResult fetch(const FetchRequest& request, const FetcherConfig& config = test_config()) {
  net::Loop loop;
  auto fetcher = Fetcher::start(loop, config);
  TOCSIN_CHECK(fetcher.has_value());
  FetchResult out;
  (*fetcher)->fetch(request, [&](FetchResult result) {
    out = std::move(result);
    loop.stop();
  });
  loop.run();
  return out;
}

// A server that gives everybody the same bytes.
ScriptedServer::Script always(std::string bytes) {
  return [bytes = std::move(bytes)](const Peer& peer, const std::string&) { peer.send(bytes); };
}

std::string ok_response(const std::string& fields, const std::string& body) {
  return "HTTP/1.1 200 OK\r\nConnection: close\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string redirect(int status, const std::string& to) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Moved\r\nConnection: close\r\nContent-Length: 0\r\nLocation: " + to + "\r\n\r\n";
}

std::string gzip(const std::string& plain) {
  std::string out(compressBound(plain.size()) + 64, '\0');
  z_stream stream{};
  TOCSIN_CHECK(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string in = plain;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  TOCSIN_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Fetcher, GivesStatusFieldsAndBody) {
  ScriptedServer server(always(ok_response("ETag: \"a b\"\r\nX-Two:  2 \r\n", "hello")));
  const auto result = fetch({server.url("/feed?x=1")});
  EXPECT_EQ(result.failure, std::nullopt) << result.detail;
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "hello");
  EXPECT_EQ(result.headers.find("etag"), "\"a b\"");
  EXPECT_EQ(result.headers.find("x-two"), "2");
}

TEST(Fetcher, SaysWhoItIsAndNothingElse) {
  ScriptedServer server(always(ok_response("Set-Cookie: a=b\r\n", "x")));
  auto config = test_config();
  config.version = "1.2.3";
  config.contact_url = "https://news.example/robot";
  fetch({server.url("/feed?x=1#part")}, config);
  const std::string head = server.heads().at(0);
  EXPECT_THAT(head, HasSubstr("GET /feed?x=1 HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nUser-Agent: Tocsin/1.2.3 (+https://news.example/robot)\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nAccept-Encoding: gzip, deflate, br\r\n"));
  for (const auto* field : {"Cookie", "Referer", "Authorization", "If-None-Match"}) {
    EXPECT_THAT(head, Not(HasSubstr(field)));
  }
}

TEST(Fetcher, SendsTheValidatorsByteForByte) {
  ScriptedServer server(always("HTTP/1.1 304 Not Modified\r\nETag: W/x\r\n\r\n"));
  const auto result = fetch({server.url("/"), "W/\"\xff odd", "Sometime in May"});
  EXPECT_EQ(result.status, 304);
  EXPECT_EQ(result.headers.find("etag"), "W/x");
  EXPECT_THAT(server.heads().at(0), HasSubstr("\r\nIf-None-Match: W/\"\xff odd\r\n"));
  EXPECT_THAT(server.heads().at(0), HasSubstr("\r\nIf-Modified-Since: Sometime in May\r\n"));
}

TEST(Fetcher, LeavesOutAValidatorThatWouldBreakTheRequest) {
  ScriptedServer server(always(ok_response("", "x")));
  fetch({server.url("/"), "a\r\nCookie: b"});
  EXPECT_THAT(server.heads().at(0), Not(HasSubstr("Cookie")));
}

TEST(Fetcher, FollowsRedirectsAndReportsEachHop) {
  ScriptedServer server([](const Peer& peer, const std::string& head) {
    if (head.starts_with("GET /a ")) peer.send(redirect(301, "/b"));
    if (head.starts_with("GET /b ")) peer.send(redirect(302, "c?d#e"));
    if (head.starts_with("GET /c?d ")) peer.send(ok_response("X-At: c\r\n", "there"));
  });
  const auto result = fetch({server.url("/a")});
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "there");
  ASSERT_EQ(result.hops.size(), 2u);
  EXPECT_EQ(result.hops[0].status, 301);
  EXPECT_EQ(result.hops[0].to, server.url("/b"));
  EXPECT_EQ(result.hops[1].status, 302);
  EXPECT_EQ(result.hops[1].to, server.url("/c?d"));
  EXPECT_EQ(result.headers.find("location"), std::nullopt);
}

TEST(Fetcher, GivesUpAfterFiveRedirects) {
  ScriptedServer server(always(redirect(302, "/again")));
  const auto result = fetch({server.url("/")});
  EXPECT_EQ(result.failure, FetchFailure::kRedirects);
  EXPECT_EQ(server.heads().size(), 6u);
}

TEST(Fetcher, RefusesToLeaveTheWeb) {
  for (const auto* target : {"file:///etc/passwd", "gopher://127.0.0.1/", "http://", "ftp://a/",
                             "http://user:secret@127.0.0.1/", "javascript:1"}) {
    ScriptedServer server(always(redirect(301, target)));
    const auto result = fetch({server.url("/")});
    EXPECT_EQ(result.failure, FetchFailure::kForbidden) << target;
    EXPECT_EQ(result.body, "");
    EXPECT_THAT(result.detail, Not(HasSubstr("secret")));
  }
  EXPECT_EQ(fetch({"file:///etc/passwd"}).failure, FetchFailure::kForbidden);
  EXPECT_EQ(fetch({"not a url"}).failure, FetchFailure::kForbidden);
}

TEST(Fetcher, RefusesPrivateAddressesWhereTheConnectionIsMade) {
  ScriptedServer server(always(ok_response("", "secret")));
  auto config = test_config();
  config.allow_private_addresses = false;
  const std::string port = ":" + std::to_string(server.port()) + "/";
  for (const auto* host : {"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"}) {
    const auto result = fetch({std::string("http://").append(host) + port}, config);
    EXPECT_EQ(result.failure, FetchFailure::kForbidden) << host << ": " << result.detail;
    EXPECT_EQ(result.body, "");
  }
  EXPECT_EQ(server.heads().size(), 0u);
}

TEST(Fetcher, TakesNoProxyFromTheEnvironment) {
  ScriptedServer proxy(always(ok_response("", "proxied")));
  ScriptedServer server(always(ok_response("", "direct")));
  setenv("http_proxy", proxy.url("").c_str(), 1);
  EXPECT_EQ(fetch({server.url("/")}).body, "direct");
  unsetenv("http_proxy");
  auto config = test_config();
  config.proxy = proxy.url("");
  EXPECT_EQ(fetch({server.url("/")}, config).body, "proxied");
}

TEST(Fetcher, Decompresses) {
  const std::string text(100'000, 'x');
  ScriptedServer server(always(ok_response("Content-Encoding: gzip\r\n", gzip(text))));
  EXPECT_EQ(fetch({server.url("/")}).body, text);
}

TEST(Fetcher, StopsABombAtTheDecodedLimit) {
  const std::string bomb = gzip(std::string(64 << 20, '\0'));
  ScriptedServer server(always(ok_response("Content-Encoding: gzip\r\n", bomb)));
  const auto result = fetch({server.url("/")});
  EXPECT_EQ(result.failure, FetchFailure::kTooLarge);
  EXPECT_EQ(result.body, "");

  ScriptedServer nested(always(ok_response("Content-Encoding: gzip, gzip\r\n", gzip(bomb))));
  EXPECT_EQ(fetch({nested.url("/")}).failure, FetchFailure::kTooLarge);
}

TEST(Fetcher, TakesABodyOfExactlyTheLimit) {
  auto config = test_config();
  config.body_bytes_max = 1000;
  ScriptedServer server([](const Peer& peer, const std::string& head) {
    peer.send(ok_response("", std::string(head.starts_with("GET /1001 ") ? 1001 : 1000, 'x')));
  });
  EXPECT_EQ(fetch({server.url("/1000")}, config).body.size(), 1000u);
  EXPECT_EQ(fetch({server.url("/1001")}, config).failure, FetchFailure::kTooLarge);
}

TEST(Fetcher, TakesALowerLimitOfTheRequestAndNoHigherOne) {
  auto config = test_config();
  config.body_bytes_max = 1000;
  ScriptedServer server(always(ok_response("", std::string(600, 'x'))));
  FetchRequest request{.url = server.url("/"), .body_bytes_max = 600};
  EXPECT_EQ(fetch(request, config).body.size(), 600u);
  request.body_bytes_max = 599;
  const auto result = fetch(request, config);
  EXPECT_EQ(result.failure, FetchFailure::kTooLarge);
  EXPECT_THAT(result.detail, HasSubstr("over 599 bytes"));
  config.body_bytes_max = 500;
  request.body_bytes_max = 2000;
  EXPECT_EQ(fetch(request, config).failure, FetchFailure::kTooLarge);
}

TEST(Fetcher, StopsABodyWithoutEnd) {
  ScriptedServer server([](const Peer& peer, const std::string&) {
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    while (peer.send(chunk)) {
    }
  });
  EXPECT_EQ(fetch({server.url("/")}).failure, FetchFailure::kTooLarge);
}

TEST(Fetcher, SaysThatABodyIsCutOff) {
  ScriptedServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"));
  EXPECT_EQ(fetch({server.url("/")}).failure, FetchFailure::kBroken);
  ScriptedServer chunked(
      always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nshort"));
  EXPECT_EQ(fetch({chunked.url("/")}).failure, FetchFailure::kBroken);
  ScriptedServer mislabelled(always(ok_response("Content-Encoding: gzip\r\n", "plain text")));
  EXPECT_EQ(fetch({mislabelled.url("/")}).failure, FetchFailure::kBroken);
}

TEST(Fetcher, TakesNoMoreThanTheLengthThatWasPromised) {
  ScriptedServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello world"));
  EXPECT_EQ(fetch({server.url("/")}).body, "hello");
}

TEST(Fetcher, GivesUpOnAServerThatDripsOrIsSilent) {
  auto config = test_config();
  config.total_timeout = Millis(200);
  ScriptedServer dripping([](const Peer& peer, const std::string&) {
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nh");
    peer.wait_for_close();
  });
  EXPECT_EQ(fetch({dripping.url("/")}, config).failure, FetchFailure::kTimeout);
  ScriptedServer silent([](const Peer& peer, const std::string&) { peer.wait_for_close(); });
  EXPECT_EQ(fetch({silent.url("/")}, config).failure, FetchFailure::kTimeout);
}

TEST(Fetcher, StopsAFloodOfHeaderFields) {
  ScriptedServer server([](const Peer& peer, const std::string&) {
    peer.send("HTTP/1.1 200 OK\r\n");
    while (peer.send("X-Field: " + std::string(1000, 'x') + "\r\n")) {
    }
  });
  EXPECT_EQ(fetch({server.url("/")}).failure, FetchFailure::kTooLarge);
}

TEST(Fetcher, PassesOverInterimAnswersAndTrailers) {
  ScriptedServer server(always(
      "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Late: 1\r\n\r\n"));
  const auto result = fetch({server.url("/")});
  EXPECT_EQ(result.body, "hi");
  EXPECT_EQ(result.headers.find("link"), std::nullopt);
  EXPECT_EQ(result.headers.find("x-late"), std::nullopt);
}

TEST(Fetcher, SaysThatNobodyIsThere) {
  std::string url;
  {
    const ScriptedServer gone(always(""));
    url = gone.url("/secret-token");
  }
  const auto result = fetch({url});
  EXPECT_EQ(result.failure, FetchFailure::kUnreachable);
  EXPECT_THAT(result.detail, HasSubstr("127.0.0.1"));
  EXPECT_THAT(result.detail, Not(HasSubstr("secret-token")));
}

TEST(Fetcher, RefusesMoreThanItCanHold) {
  ScriptedServer server([](const Peer& peer, const std::string&) { peer.wait_for_close(); });
  auto config = test_config();
  config.fetches_max = 1;
  net::Loop loop;
  const auto fetcher = Fetcher::start(loop, config);
  (*fetcher)->fetch({server.url("/")}, [](const FetchResult&) { FAIL(); });
  std::optional<FetchFailure> failure;
  (*fetcher)->fetch({server.url("/")}, [&](const FetchResult& result) {
    failure = result.failure;
    loop.stop();
  });
  loop.run();
  EXPECT_EQ(failure, FetchFailure::kBusy);
}

TEST(Fetcher, EndsAtOnceAndAnswersNobodyAfterwards) {
  ScriptedServer server([](const Peer& peer, const std::string&) { peer.wait_for_close(); });
  net::Loop loop;
  auto fetcher = Fetcher::start(loop, test_config());
  (*fetcher)->fetch({server.url("/")}, [](const FetchResult&) { FAIL(); });
  (*fetcher)->fetch({"nonsense"}, [](const FetchResult&) { FAIL(); });
  fetcher->reset();
  loop.post([&] { loop.stop(); });
  loop.run();
}

}  // namespace
}  // namespace tocsin::fetch
