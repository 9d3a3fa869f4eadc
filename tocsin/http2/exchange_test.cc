// SPDX-License-Identifier: Apache-2.0
// Whole conversations: our client and our server with each other and with nghttp2's. What was
// asked must arrive as it was asked, and what was answered as it was answered, however the network
// cuts the bytes.
#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include "tocsin/base/random.h"
#include "tocsin/http2/client.h"
#include "tocsin/http2/server.h"

namespace tocsin::http2 {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Asked {
  std::string path;
  Fields fields;
  std::string body;
  bool operator==(const Asked&) const = default;
};

struct Answered {
  int status = 0;
  std::string retry_after;
  std::string body;
  bool operator==(const Answered&) const = default;
};

// What the server says to the request with that token.
Answered answer_to(std::uint64_t token) {
  SeededRandom random(token);
  Answered answer{
      .status = std::vector<int>{201, 201, 200, 204, 404, 410, 429, 503, 307}[random.below(9)]};
  if (answer.status >= 400 && random.below(2) == 0)
    answer.retry_after = std::to_string(random.below(900));
  if (answer.status != 204 && random.below(2) == 0)
    answer.body = std::string(random.below(random.below(8) == 0 ? 60000 : 500), 'r');
  return answer;
}

std::uint64_t token_of(std::string_view path) {
  std::uint64_t token = 0;
  std::from_chars(path.data() + 3, path.data() + path.size(), token);
  return token;
}

class ClientEnd {
 public:
  virtual ~ClientEnd() = default;
  virtual bool has_room(std::size_t body_bytes) = 0;
  virtual void ask(std::uint64_t token, const std::shared_ptr<const http::RequestHead>& head,
                   const Asked& asked) = 0;
  virtual void take(ByteView bytes) = 0;
  virtual void give(Bytes& out) = 0;
  std::map<std::uint64_t, Answered> answers;
};

class ServerEnd {
 public:
  virtual ~ServerEnd() = default;
  virtual void take(ByteView bytes) = 0;
  virtual void give(Bytes& out) = 0;
  virtual void answer_some() {}
  std::map<std::uint64_t, Asked> requests;
};

class OurClient final : public ClientEnd {
 public:
  bool has_room(std::size_t body_bytes) override { return client_.room(body_bytes) > 0; }
  void ask(std::uint64_t token, const std::shared_ptr<const http::RequestHead>& head,
           const Asked& asked) override {
    const auto place = client_.write_request(
        out_, {.token = token, .head = head, .path = asked.path, .body_bytes = asked.body.size()},
        Instant::max());
    std::copy(asked.body.begin(), asked.body.end(), place.begin());
  }
  void take(ByteView bytes) override {
    std::vector<http::Answer> found;
    const Status status = client_.receive(bytes, found);
    EXPECT_TRUE(status) << status.error().message;
    for (const http::Answer& one : found) {
      EXPECT_TRUE(answers
                      .emplace(one.token, Answered{.status = one.status,
                                                   .retry_after = one.retry_after.value_or(""),
                                                   .body = one.detail})
                      .second);
    }
  }
  void give(Bytes& out) override {
    client_.fill(out_);
    out.insert(out.end(), out_.begin(), out_.end());
    out_.clear();
  }

 private:
  Client client_{"https://push.example"};
  Bytes out_;
};

class OurServer final : public ServerEnd, private Server::Handler {
 public:
  OurServer(const Server::Config& config, bool is_late)
      : is_late_(is_late), server_(config, *this) {}
  void take(ByteView bytes) override {
    const Bytes copy(bytes.begin(), bytes.end());  // gone when the call ends
    const Status status = server_.receive(copy);
    EXPECT_TRUE(status) << status.error().message;
  }
  void give(Bytes& out) override { server_.fill(out, out.size() + 3000); }
  void answer_some() override {
    std::reverse(waiting_.begin(), waiting_.end());
    for (const auto& [stream, token] : std::exchange(waiting_, {})) answer(stream, token);
  }

 private:
  void on_request(const Server::Request& request) override {
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.scheme, "https");
    EXPECT_EQ(request.authority, "push.example");
    const std::uint64_t token = token_of(request.path);
    Asked& asked = requests[token];
    asked.path = request.path;
    for (const Field& field : request.fields) asked.fields.emplace_back(field.name, field.value);
    asked.body = as_text(request.body);
    if (is_late_) {
      waiting_.emplace_back(request.stream, token);
    } else {
      answer(request.stream, token);
    }
  }
  void on_cancel(std::uint32_t /*stream*/) override { FAIL(); }
  void answer(std::uint32_t stream, std::uint64_t token) {
    const Answered answer = answer_to(token);
    std::vector<Server::AnswerField> fields;
    if (!answer.retry_after.empty()) fields.emplace_back("retry-after", answer.retry_after);
    server_.respond(stream, answer.status, fields, answer.body);
  }

  const bool is_late_;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> waiting_;
  Server server_;
};

nghttp2_nv nv(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// One side of nghttp2: what both sides have of a stream is its fields and body.
class Nghttp2 {
 public:
  struct Stream {
    Fields fields;
    std::string body;
    std::string to_send;
    std::size_t sent = 0;
  };

  explicit Nghttp2(bool is_server) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                      std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                      std::uint8_t, void* user) {
          self(user).streams_[frame->hd.stream_id].fields.emplace_back(text_of(name, name_size),
                                                                       text_of(value, value_size));
          return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        callbacks, [](nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                      std::size_t size, void* user) {
          self(user).streams_[id].body += text_of(data, size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_frame_recv_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
          const bool is_message =
              frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
          if (is_message && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
            self(user).on_end(frame->hd.stream_id, self(user).streams_[frame->hd.stream_id]);
          }
          const bool is_complaint =
              frame->hd.type == NGHTTP2_RST_STREAM || frame->hd.type == NGHTTP2_GOAWAY;
          EXPECT_FALSE(is_complaint && !self(user).may_be_told_off_);
          return 0;
        });
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame* frame, int error, void*) {
          ADD_FAILURE() << int{frame->hd.type} << ": " << nghttp2_strerror(error);
          return 0;
        });
    if (is_server) {
      nghttp2_session_server_new(&session_, callbacks, this);
    } else {
      nghttp2_session_client_new(&session_, callbacks, this);
    }
    nghttp2_session_callbacks_del(callbacks);
  }
  virtual ~Nghttp2() { nghttp2_session_del(session_); }
  Nghttp2(const Nghttp2&) = delete;
  Nghttp2& operator=(const Nghttp2&) = delete;

 protected:
  static Nghttp2& self(void* user) { return *static_cast<Nghttp2*>(user); }
  virtual void on_end(std::int32_t id, Stream& stream) = 0;

  void receive(ByteView bytes) {
    const ssize_t taken = nghttp2_session_mem_recv(session_, bytes.data(), bytes.size());
    EXPECT_EQ(taken, static_cast<ssize_t>(bytes.size()));
  }
  void send(Bytes& out) {
    const std::uint8_t* data = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &data)) > 0;) {
      out.insert(out.end(), data, data + size);
    }
  }
  static nghttp2_data_provider provider(Stream& stream) {
    nghttp2_data_provider body{};
    body.source.ptr = &stream;
    body.read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* out, std::size_t size,
                            std::uint32_t* flags, nghttp2_data_source* source, void*) {
      auto& it = *static_cast<Stream*>(source->ptr);
      const std::size_t part = std::min({size, it.to_send.size() - it.sent, std::size_t{1000}});
      std::copy_n(it.to_send.begin() + static_cast<std::ptrdiff_t>(it.sent), part, out);
      it.sent += part;
      if (it.sent == it.to_send.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
      return static_cast<ssize_t>(part);
    };
    return body;
  }

  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, Stream> streams_;
  bool may_be_told_off_ = false;
};

class TheirClient final : public ClientEnd, private Nghttp2 {
 public:
  explicit TheirClient(SeededRandom& random) : Nghttp2(false) {
    const std::vector<nghttp2_settings_entry> settings{
        {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, static_cast<std::uint32_t>(random.below(2) * 4096)},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
         static_cast<std::uint32_t>(1 + random.below(70000))}};
    nghttp2_submit_settings(session_, 0, settings.data(), settings.size());
  }
  bool has_room(std::size_t /*body_bytes*/) override { return tokens_.size() < 50; }
  void ask(std::uint64_t token, const std::shared_ptr<const http::RequestHead>& head,
           const Asked& asked) override {
    std::vector<nghttp2_nv> nvs{nv(":method", "POST"), nv(":scheme", "https"),
                                nv(":authority", "push.example"), nv(":path", asked.path)};
    for (const auto& [name, value] : head->fields) nvs.push_back(nv(name, value));
    const auto id = static_cast<std::int32_t>(nghttp2_session_get_next_stream_id(session_));
    const std::int32_t next = last_id_ == 0 ? id : last_id_ + 2;
    last_id_ = next;
    Stream& stream = streams_[next];
    stream.to_send = asked.body;
    const nghttp2_data_provider body = provider(stream);
    EXPECT_EQ(nghttp2_submit_request(session_, nullptr, nvs.data(), nvs.size(),
                                     asked.body.empty() ? nullptr : &body, nullptr),
              next);
    tokens_[next] = token;
  }
  void take(ByteView bytes) override { receive(bytes); }
  void give(Bytes& out) override { send(out); }

 private:
  void on_end(std::int32_t id, Stream& stream) override {
    Answered answer{.body = stream.body};
    for (const auto& [name, value] : stream.fields) {
      if (name == ":status") answer.status = std::stoi(value);
      if (name == "retry-after") answer.retry_after = value;
    }
    EXPECT_TRUE(answers.emplace(tokens_[id], answer).second);
    tokens_.erase(id);
  }
  std::map<std::int32_t, std::uint64_t> tokens_;
  std::int32_t last_id_ = 0;
};

class TheirServer final : public ServerEnd, private Nghttp2 {
 public:
  explicit TheirServer(SeededRandom& random, bool is_lied_about = false) : Nghttp2(true) {
    may_be_told_off_ = is_lied_about;
    const std::vector<std::uint32_t> tables{0, 100, 4096, 65536};
    const std::vector<nghttp2_settings_entry> settings{
        {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, tables[random.below(4)]},
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
         static_cast<std::uint32_t>(100 + random.below(200))},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 65535}};
    nghttp2_submit_settings(session_, 0, settings.data(), settings.size());
  }
  void take(ByteView bytes) override { receive(bytes); }
  void give(Bytes& out) override { send(out); }

 private:
  void on_end(std::int32_t id, Stream& stream) override {
    Asked asked{.body = stream.body};
    for (const auto& [name, value] : stream.fields) {
      if (name == ":path") asked.path = value;
      if (!name.starts_with(':')) asked.fields.emplace_back(name, value);
    }
    const std::uint64_t token = token_of(asked.path);
    requests[token] = std::move(asked);
    const Answered answer = answer_to(token);
    const std::string status = std::to_string(answer.status);
    std::vector<nghttp2_nv> nvs{nv(":status", status), nv("server", "nghttp2")};
    if (!answer.retry_after.empty()) nvs.push_back(nv("retry-after", answer.retry_after));
    stream.to_send = answer.body;
    const nghttp2_data_provider body = provider(stream);
    nghttp2_submit_response(session_, id, nvs.data(), nvs.size(),
                            answer.body.empty() ? nullptr : &body);
  }
};

// Moves a piece of random length.
template <class End>
void carry(SeededRandom& random, Bytes& wire, End& to) {
  const std::size_t most = random.below(4) == 0 ? 20 : 20000;
  const std::size_t part = std::min<std::size_t>(wire.size(), random.below(most + 1));
  const Bytes piece(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(part));
  wire.erase(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(part));
  to.take(piece);
}

// Plays one conversation of random requests. `keeps` is what the client keeps of an answer.
template <class Keeps>
void play(SeededRandom& random, ClientEnd& client, ServerEnd& server, Keeps keeps) {
  constexpr std::uint64_t kRequests = 300;
  std::vector<std::shared_ptr<http::RequestHead>> heads;
  for (int i = 0; i < 3; ++i) {
    heads.push_back(std::make_shared<http::RequestHead>());
    heads.back()->fields = {
        {"ttl", std::to_string(random.below(9))},
        {"authorization", "vapid t=" + std::string(200 + random.below(400), 't')}};
    if (i == 2) heads.back()->fields.emplace_back("x-large", std::string(4500, 'x'));
  }
  std::map<std::uint64_t, Asked> asked;
  Bytes to_server;
  Bytes to_client;
  for (int steps = 0; client.answers.size() < kRequests; ++steps) {
    ASSERT_LT(steps, 100'000) << "it stands still at " << client.answers.size();
    for (std::size_t n = random.below(40); n > 0 && asked.size() < kRequests; --n) {
      const std::uint64_t token = asked.size();
      const auto& head = heads[random.below(10) == 0 ? random.below(3) : 0];
      Asked one{
          .path = "/t/" + std::to_string(token) + "?" + std::string(random.below(200), 'p'),
          .fields = head->fields,
          .body = std::string(random.below(4) == 0 ? random.below(4097) : random.below(400), 'b')};
      if (!client.has_room(one.body.size())) break;
      client.ask(token, head, one);
      asked.emplace(token, std::move(one));
    }
    client.give(to_server);
    carry(random, to_server, server);
    if (random.below(3) == 0) server.answer_some();
    server.give(to_client);
    carry(random, to_client, client);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_EQ(server.requests, asked);
  for (const auto& [token, answer] : client.answers) {
    EXPECT_EQ(answer, keeps(answer_to(token))) << answer.status << ' ' << answer_to(token).status;
  }
}

// What our client keeps.
Answered kept(Answered answer) {
  if (answer.status < 300) answer.body.clear();
  answer.body.resize(std::min(answer.body.size(), kAnswerDetailBytesMax));
  return answer;
}

Answered all(Answered answer) { return answer; }

class Conversations : public testing::TestWithParam<std::uint64_t> {
 protected:
  SeededRandom random{GetParam()};
  Server::Config config() {
    return {.streams_max = static_cast<std::uint32_t>(100 + random.below(200)),
            .initial_window_bytes = 65535};
  }
};

TEST_P(Conversations, OfOurClientWithNghttp2sServer) {
  OurClient client;
  TheirServer server(random);
  play(random, client, server, kept);
}

TEST_P(Conversations, OfNghttp2sClientWithOurServer) {
  Server::Config small = config();
  small.initial_window_bytes = static_cast<std::uint32_t>(100 + random.below(70000));
  TheirClient client(random);
  OurServer server(small, random.below(2) == 0);
  play(random, client, server, all);
}

TEST_P(Conversations, OfOurClientWithOurServer) {
  OurClient client;
  OurServer server(config(), random.below(2) == 0);
  play(random, client, server, kept);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Conversations, testing::Range<std::uint64_t>(1, 31));

// Whatever a server's bytes turn into on their way, each request is answered once.
TEST_P(Conversations, OfOurClientWithAServerThatLies) {
  TheirServer server(random, true);
  Client client("https://push.example");
  const auto head = std::make_shared<const http::RequestHead>();
  std::vector<http::Answer> answers;
  Bytes to_server;
  Bytes to_client;
  std::size_t asked = 0;
  for (int step = 0; step < 60 && !client.is_over(); ++step) {
    for (int n = 0; n < 5 && client.room(3) > 0; ++n) {
      const std::string path = "/t/" + std::to_string(asked);
      const auto body = client.write_request(
          to_server, {.token = asked++, .head = head, .path = path, .body_bytes = 3},
          Instant{} + Seconds(step + 20));
      std::fill(body.begin(), body.end(), std::uint8_t{'b'});
    }
    client.fill(to_server);
    // The server sees what the client said before it was lied to.
    if (!to_server.empty()) server.take(to_server);
    to_server.clear();
    server.give(to_client);
    if (!to_client.empty() && random.below(4) == 0) {
      to_client[random.below(to_client.size())] = static_cast<std::uint8_t>(random.below(256));
    }
    const Status status = client.receive(to_client, answers);
    to_client.clear();
    if (!status) break;
    client.expire(Instant{} + Seconds(step), answers);
    if (client.in_flight() + answers.size() != asked) break;
  }
  client.end("over", 0, answers);
  std::vector<int> times(asked);
  for (const http::Answer& answer : answers) ++times.at(answer.token);
  EXPECT_TRUE(std::all_of(times.begin(), times.end(), [](int n) { return n == 1; }));
}

// A server that processes a few requests and then goes away, while more are on their way.
class Leaving final : private Server::Handler {
 public:
  Leaving(std::map<std::uint64_t, int>& processed, std::size_t requests_max)
      : processed_(processed), left_(requests_max) {}
  void take(const Bytes& bytes) { EXPECT_TRUE(server_.receive(bytes)); }
  void give(Bytes& out) { server_.fill(out, out.size() + 100'000); }

 private:
  void on_request(const Server::Request& request) override {
    ++processed_[token_of(request.path)];
    if (--left_ == 0) server_.go_away();
    server_.respond(request.stream, 201);
  }
  void on_cancel(std::uint32_t /*stream*/) override { FAIL(); }

  std::map<std::uint64_t, int>& processed_;
  std::size_t left_;
  Server server_{{}, *this};
};

TEST_P(Conversations, LoseAndRepeatNothingWhenTheServerGoesAway) {
  constexpr std::size_t kRequests = 500;
  std::map<std::uint64_t, int> processed;
  std::vector<std::uint64_t> waiting(kRequests);
  for (std::uint64_t i = 0; i < kRequests; ++i) waiting[i] = i;
  const auto head = std::make_shared<const http::RequestHead>();
  for (int connection = 0; !waiting.empty(); ++connection) {
    ASSERT_LT(connection, 1000);
    Client client("https://push.example");
    Leaving server(processed, 1 + random.below(30));
    std::vector<http::Answer> answers;
    Bytes wire;
    while (!client.is_over() && !(waiting.empty() && client.in_flight() == 0)) {
      for (std::size_t n = random.below(20); n > 0 && !waiting.empty() && client.room(1) > 0; --n) {
        const std::string path = "/t/" + std::to_string(waiting.back());
        client.write_request(wire,
                             {.token = waiting.back(), .head = head, .path = path, .body_bytes = 1},
                             Instant::max())[0] = 'b';
        waiting.pop_back();
      }
      client.fill(wire);
      // Sometimes the connection is cut, with part of what was written still here.
      const std::size_t part = random.below(8) == 0 ? random.below(wire.size() + 1) : wire.size();
      server.take(Bytes(wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(part)));
      Bytes back;
      server.give(back);
      ASSERT_TRUE(client.receive(back, answers));
      if (part < wire.size()) {
        client.end("cut", wire.size() - part, answers);
        break;
      }
      wire.clear();
    }
    for (const http::Answer& answer : answers) {
      if (answer.status == 201) continue;
      ASSERT_EQ(answer.no_answer, http::NoAnswer::kNotProcessed);
      waiting.push_back(answer.token);
    }
  }
  EXPECT_EQ(processed.size(), kRequests);
  for (const auto& [token, times] : processed) EXPECT_EQ(times, 1) << token;
}

}  // namespace
}  // namespace tocsin::http2
