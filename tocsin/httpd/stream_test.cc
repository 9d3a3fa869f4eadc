// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tocsin/httpd/http_server_fixture.h"

namespace tocsin::httpd {
namespace {

const std::string kGet = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

// Every GET opens a stream, which the test owns.
class StreamTest : public HttpServerTest {
 protected:
  void start_streams(HttpServerConfig config = {}) {
    start(std::move(config), [this](const http::Request& request, const http::Respond& respond) {
      if (request.path == "/plain") return respond({200, {}, "plain"});
      respond(opening());
    });
  }
  http::Response opening() {
    http::Response response{.body = "not sent", .stream = [this](auto stream) {
                              stream->on_close([this] { closed_.set_value(); });
                              stream_ = std::move(stream);
                              opened_.set_value();
                            }};
    response.headers.add("content-type", "text/event-stream");
    return response;
  }
  void await_open() {
    opened_.get_future().wait();
    on_loop([this] { opened_ = {}; });
  }
  void TearDown() override {
    if (thread_.joinable()) on_loop([this] { stream_.reset(); });
    HttpServerTest::TearDown();
  }
  bool send(const std::string& text) {
    bool went = false;
    on_loop([&] { went = stream_->send(shared(text)); });
    return went;
  }
  std::size_t streams() {
    std::size_t count = 0;
    on_loop([&] { count = server_->streams(); });
    return count;
  }

  std::unique_ptr<http::Stream> stream_;
  std::promise<void> opened_;
  std::promise<void> closed_;
};

TEST_F(StreamTest, SendsTheHeadWithoutALengthAndThenWhatTheOwnerSends) {
  start_streams();
  RawClient client(port_);
  client.send(kGet);
  await_open();
  const auto head = client.read_until("\r\n\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n")) << head;
  EXPECT_NE(head.find("connection: close\r\n"), std::string::npos);
  EXPECT_EQ(head.find("content-length"), std::string::npos);
  EXPECT_TRUE(send("data: 1\n\n"));
  EXPECT_TRUE(send("data: 2\n\n"));
  EXPECT_EQ(client.read_until("2\n\n"), "data: 1\n\ndata: 2\n\n");
  EXPECT_EQ(streams(), 1u);
  on_loop([&] {
    EXPECT_EQ(server_->connections(), 0u);
    stream_->close();
    EXPECT_FALSE(stream_->send(shared("x")));
  });
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(streams(), 0u);
}

TEST_F(StreamTest, OpensLaterToo) {
  http::Respond later;
  std::promise<void> asked;
  start({}, [&](const http::Request&, http::Respond respond) {
    later = std::move(respond);
    asked.set_value();
  });
  RawClient client(port_);
  client.send(kGet);
  asked.get_future().wait();
  on_loop([&] { later(opening()); });
  await_open();
  EXPECT_TRUE(send("a"));
  client.read_until("\r\n\r\n");
  EXPECT_EQ(client.read_bytes(1), "a");
  on_loop([&] {
    later({500, {}, "twice"});
    stream_.reset();
  });
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(StreamTest, TellsWhenTheClientLeaves) {
  start_streams();
  RawClient client(port_);
  client.send(kGet);
  await_open();
  client.send("what a client has no reason to say");
  client.close();
  closed_.get_future().wait();
  EXPECT_FALSE(send("x"));
  EXPECT_EQ(streams(), 0u);
}

TEST_F(StreamTest, EndsAClientThatTalks) {
  start_streams();
  RawClient client(port_);
  client.send(kGet);
  await_open();
  client.send(std::string(1 << 20, 'x'));
  closed_.get_future().wait();
}

TEST_F(StreamTest, KeepsWhatTheKernelDoesNotTakeAndSendsItInOrder) {
  start_streams({.stream_backlog_bytes_max = 16 << 20});
  RawClient client(port_);
  client.send(kGet);
  await_open();
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    const auto piece = std::string(5000, static_cast<char>('a' + i % 26));
    all += piece;
    ASSERT_TRUE(send(piece));
  }
  client.read_until("\r\n\r\n");
  EXPECT_EQ(client.read_bytes(all.size()), all);
  EXPECT_TRUE(send("after"));
  EXPECT_EQ(client.read_bytes(5), "after");
}

TEST_F(StreamTest, DropsAClientThatNeverReads) {
  start_streams();
  RawClient client(port_);
  client.send(kGet);
  await_open();
  const auto bytes = shared(std::string(1000, 'x'));
  on_loop([&] {
    // The client's kernel takes a few megabytes before ours is full.
    std::size_t sent = 0;
    while (sent < 100'000 && stream_->send(bytes)) ++sent;
    EXPECT_LT(sent, 100'000u);
    // One share for each piece that waits: none is left behind.
    EXPECT_EQ(bytes.use_count(), 1);
    EXPECT_FALSE(stream_->send(bytes));
    EXPECT_EQ(server_->streams(), 0u);
  });
  closed_.get_future().wait();
}

TEST_F(StreamTest, KeepsNoMoreThanTheBacklogAllows) {
  start_streams({.stream_backlog_bytes_max = 20'000});
  RawClient client(port_);
  client.send(kGet);
  await_open();
  const auto bytes = shared(std::string(100, 'x'));
  on_loop([&] {
    long most = 0;
    while (stream_->send(bytes)) most = std::max(most, bytes.use_count());
    EXPECT_LE(most, 1 + 20'000 / 132 + 1);
    EXPECT_GE(most, 100);
  });
}

TEST_F(StreamTest, HasALimitOfItsOwnAndLeavesRoomForRequests) {
  start_streams({.connections_max = 2, .streams_max = 1});
  RawClient first(port_);
  first.send(kGet);
  await_open();
  RawClient second(port_);
  second.send(kGet);
  EXPECT_EQ(second.read_response(), 503);
  EXPECT_NE(second.head().find("retry-after: 30\r\n"), std::string::npos);
  second.send("GET /plain HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_EQ(second.read_response(), 200);
  on_loop([&] { stream_.reset(); });
  second.send(kGet);
  await_open();
  EXPECT_EQ(streams(), 1u);
}

TEST_F(StreamTest, OpensNoneForHead) {
  start_streams();
  RawClient client(port_);
  client.send("HEAD / HTTP/1.1\r\nhost: a\r\n\r\nGET /plain HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n").find("content-length"), std::string::npos);
  EXPECT_EQ(client.read_response(), 200);
  EXPECT_EQ(streams(), 0u);
}

TEST_F(StreamTest, SaysFarewellWhenTheServerDrains) {
  start_streams({.stream_farewell = [] { return "retry: 4000\n\n"; }});
  RawClient client(port_);
  client.send(kGet);
  await_open();
  std::promise<void> drained;
  on_loop([&] { server_->drain([&] { drained.set_value(); }); });
  drained.get_future().wait();
  closed_.get_future().wait();
  EXPECT_TRUE(client.read_to_end().ends_with("\r\n\r\nretry: 4000\n\n"));
}

TEST_F(StreamTest, OutlivesTheServerInVain) {
  start_streams();
  RawClient client(port_);
  client.send(kGet);
  await_open();
  on_loop([&] {
    server_.reset();
    EXPECT_FALSE(stream_->send(shared("x")));
  });
  client.read_to_end();
}

}  // namespace
}  // namespace tocsin::httpd
