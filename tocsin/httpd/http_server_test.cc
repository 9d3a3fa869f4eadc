// SPDX-License-Identifier: Apache-2.0
#include "tocsin/httpd/http_server.h"

#include "tocsin/httpd/http_server_fixture.h"

namespace tocsin::httpd {
namespace {

const std::string kGet = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

// Answers with what it was asked.
void echo(const http::Request& request, const http::Respond& respond) {
  http::Response response;
  response.body = request.method + ' ' + request.path + ' ' + request.body;
  respond(std::move(response));
}

TEST_F(HttpServerTest, AnswersManyRequestsOnOneConnection) {
  start({}, echo);
  RawClient client(port_);
  for (int i = 0; i < 3; ++i) {
    client.send("POST /a HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi");
    EXPECT_EQ(client.read_response(), 200);
    EXPECT_EQ(client.body(), "POST /a hi");
    EXPECT_NE(client.head().find("date: "), std::string::npos);
  }
}

TEST_F(HttpServerTest, AnswersTenThousandPipelinedRequestsInOrder) {
  start({}, echo);
  RawClient client(port_);
  std::thread sender([&] {
    for (int i = 0; i < 10'000; ++i) {
      client.send("GET /" + std::to_string(i) + " HTTP/1.1\r\nhost: a\r\n\r\n");
    }
  });
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_EQ(client.read_response(), 200);
    ASSERT_EQ(client.body(), "GET /" + std::to_string(i) + ' ');
  }
  sender.join();
}

TEST_F(HttpServerTest, AnswersHeadWithTheLengthOfGet) {
  start({}, echo);
  RawClient client(port_);
  client.send("HEAD /abc HTTP/1.1\r\nhost: a\r\n\r\n" + kGet);
  const auto head = client.read_until("\r\n\r\n");
  EXPECT_NE(head.find("content-length: 9\r\n"), std::string::npos) << head;
  EXPECT_EQ(client.read_response(), 200);
  EXPECT_EQ(client.body(), "GET / ");
}

TEST_F(HttpServerTest, ClosesWhenTheClientAsksTo) {
  start({}, echo);
  RawClient client(port_);
  client.send("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  const auto answer = client.read_to_end();
  EXPECT_NE(answer.find("connection: close\r\n"), std::string::npos);
  RawClient old_client(port_);
  old_client.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(old_client.read_to_end().ends_with("GET / "));
}

TEST_F(HttpServerTest, RefusesInWordsAndClosesThough) {
  start({}, echo);
  const std::pair<std::string, int> cases[] = {
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET /.. HTTP/1.1\r\nhost: a\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n",
       400},
      {"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2000000\r\n\r\n" + std::string(200'000, 'x'),
       413},
      {"GET /" + std::string(1 << 20, 'a'), 414},
      {"GET / HTTP/1.1\r\nx: " + std::string(1 << 20, 'a'), 431},
      {"GET / HTTP/3.0\r\nhost: a\r\n\r\n", 505},
  };
  for (const auto& [bytes, status] : cases) {
    RawClient client(port_);
    client.send(bytes);
    EXPECT_EQ(client.read_response(), status) << bytes.substr(0, 80);
    EXPECT_NE(client.head().find("connection: close"), std::string::npos);
    EXPECT_EQ(client.read_to_end(), "");
  }
}

TEST_F(HttpServerTest, EndsARequestThatDoesNotArriveInTime) {
  start({.read_timeout = Millis(50)}, echo);
  RawClient idle(port_);
  EXPECT_EQ(idle.read_to_end(), "");
  RawClient slow_head(port_);
  slow_head.send("GET / HT");
  EXPECT_EQ(slow_head.read_response(), 408);
  RawClient slow_body(port_);
  slow_body.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nx");
  EXPECT_EQ(slow_body.read_response(), 408);
}

TEST_F(HttpServerTest, TellsTheClientToContinue) {
  start({}, echo);
  RawClient client(port_);
  client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\nexpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("x");
  EXPECT_EQ(client.read_response(), 200);
}

TEST_F(HttpServerTest, RefusesConnectionsOverItsLimit) {
  start({.connections_max = 1}, echo);
  RawClient first(port_);
  first.send(kGet);
  EXPECT_EQ(first.read_response(), 200);
  RawClient second(port_);
  second.send(kGet);
  EXPECT_EQ(second.read_response(), 503);
  first.send(kGet);
  EXPECT_EQ(first.read_response(), 200);
}

TEST_F(HttpServerTest, TakesAnAnswerThatComesLater) {
  http::Respond respond;
  std::promise<void> asked;
  start({}, [&](const http::Request&, http::Respond later) {
    respond = std::move(later);
    asked.set_value();
  });
  RawClient client(port_);
  client.send(kGet);
  asked.get_future().wait();
  on_loop([&] { respond({201, {}, "done"}); });
  EXPECT_EQ(client.read_response(), 201);
  on_loop([&] { respond({500, {}, "twice"}); });
}

TEST_F(HttpServerTest, SurvivesAnAnswerForAClientThatLeft) {
  http::Respond respond;
  std::promise<void> asked;
  start({}, [&](const http::Request&, http::Respond later) {
    respond = std::move(later);
    asked.set_value();
  });
  RawClient client(port_);
  client.send(kGet);
  asked.get_future().wait();
  client.close();
  on_loop([&] { respond({200, {}, std::string(1 << 20, 'x')}); });
  stop();
  respond({200, {}, "after the server's end"});
}

TEST_F(HttpServerTest, TellsAHandlerWhetherItsAnswerIsAwaited) {
  http::Respond respond;
  std::function<bool()> is_awaited;
  std::promise<void> asked[2];
  auto* next = asked;
  start({}, [&](const http::Request& request, http::Respond later) {
    is_awaited = request.is_awaited;
    respond = std::move(later);
    next++->set_value();
  });
  RawClient client(port_);
  client.send(kGet);
  asked[0].get_future().wait();
  client.send(kGet);  // Who sends more is still there.
  on_loop([&] {
    EXPECT_TRUE(is_awaited());
    const auto first = is_awaited;
    respond({});
    EXPECT_FALSE(first()) << "it was given";
  });
  asked[1].get_future().wait();
  client.close();
  on_loop([&] { EXPECT_FALSE(is_awaited()) << "the client has left"; });
  stop();
  EXPECT_FALSE(is_awaited()) << "there is no server";
}

TEST_F(HttpServerTest, GivesUpOnAHandlerThatIsSilent) {
  http::Respond kept;
  start({.answer_timeout = Millis(50)},
        [&](const http::Request&, http::Respond respond) { kept = std::move(respond); });
  RawClient client(port_);
  client.send(kGet);
  EXPECT_EQ(client.read_response(), 503);
  on_loop([&] { kept({200, {}, "late"}); });
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(HttpServerTest, BelievesTrustedProxiesOnly) {
  const auto answer_address = [](const http::Request& request, const http::Respond& respond) {
    respond({200, {}, request.remote_address});
  };
  start({.trusted_proxies = {"127.0.0.0/8"}}, answer_address);
  RawClient client(port_);
  client.send(
      "GET / HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 6.6.6.6\r\n"
      "x-forwarded-for: 198.51.100.7\r\n\r\n");
  EXPECT_EQ(client.read_response(), 200);
  EXPECT_EQ(client.body(), "198.51.100.7");
}

TEST_F(HttpServerTest, DrainsWithoutCuttingARequestShort) {
  http::Respond respond;
  std::promise<void> asked;
  start({}, [&](const http::Request&, http::Respond later) {
    respond = std::move(later);
    asked.set_value();
  });
  RawClient idle(port_);
  RawClient busy(port_);
  busy.send(kGet);
  asked.get_future().wait();
  std::promise<void> drained;
  on_loop([&] { server_->drain([&] { drained.set_value(); }); });
  EXPECT_EQ(idle.read_to_end(), "");
  on_loop([&] { respond({200, {}, "bye"}); });
  EXPECT_EQ(busy.read_response(), 200);
  EXPECT_NE(busy.head().find("connection: close"), std::string::npos);
  busy.close();
  drained.get_future().wait();
  EXPECT_FALSE(RawClient(port_).is_connected());
}

TEST(HttpServer, SaysWhyItCannotListen) {
  net::Loop loop;
  const auto listen = [&](HttpServerConfig config) {
    return HttpServer::listen(loop, std::move(config), echo);
  };
  EXPECT_EQ(listen({.address = "news.example"}).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(listen({.trusted_proxies = {"x"}}).error().code, Errc::kInvalidArgument);
  const auto first = listen({});
  ASSERT_TRUE(first);
  EXPECT_EQ(listen({.port = (*first)->port()}).error().code, Errc::kUnavailable);
}

}  // namespace
}  // namespace tocsin::httpd
