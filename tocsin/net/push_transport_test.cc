// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/push_transport.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <fstream>
#include <map>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/net/h2_server.h"
#include "tocsin/net/test_certificate.h"
#include "tocsin/net/tls.h"
#include "tocsin/net/wire.h"
#include "tocsin/pushservice/answer.h"
#include "tocsin/pushservice/push_service.h"

namespace tocsin::net {
namespace {

using http::Answer;
using http::NoAnswer;
using pushservice::Deed;
using Reply = pushservice::Answer;
using Request = http2::Server::Request;

constexpr Millis kPatience{20'000};  // of a test that would otherwise hang
constexpr Millis kShort{1'000};      // a deadline that a test waits for

const TestCertificate& localhost_certificate() {
  static const TestCertificate kCertificate = make_test_certificate("localhost");
  return kCertificate;
}

// The file PushTransportConfig::ca_file wants, trusting localhost_certificate().
std::string ca_file() {
  static const std::string kPath = [] {
    std::string path = testing::TempDir() + "tocsin-ca-" + std::to_string(::getpid()) + ".pem";
    std::ofstream(path) << localhost_certificate().ca;
    return path;
  }();
  return kPath;
}

// Whatever is made on the loop by `Server(loop, ...)`, with the loop on a thread of its own.
template <class Server>
class OnThread {
 public:
  template <class Make>
  explicit OnThread(const Make& make) : server_(make(loop_)), thread_([this] { loop_.run(); }) {}
  ~OnThread() {
    loop_.stop();
    thread_.join();
  }
  Server& operator*() { return *server_; }
  Server* operator->() { return server_.get(); }
  std::string origin() const { return "https://localhost:" + std::to_string(server_->port()); }

 private:
  Loop loop_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

using Answering = std::function<Reply(const Request&)>;

struct Served : OnThread<H2Server> {
  explicit Served(Answering answer, H2ServerConfig config = {},
                  const TestCertificate& certificate = localhost_certificate())
      : OnThread([&](Loop& loop) {
          config.certificate_pem = certificate.certificate;
          config.key_pem = certificate.key;
          auto server = H2Server::listen(
              loop, config, {.answer = [answer = std::move(answer)](const Request& request, Time) {
                return answer(request);
              }});
          TOCSIN_CHECK(server.has_value());
          return std::move(*server);
        }) {}
};

// Answers whole requests with the text that `answer` gives; closes the connection for "".
class RawServer {
 public:
  RawServer(Loop& loop, bool has_tls, std::function<std::string(const std::string&)> answer)
      : loop_(loop), answer_(std::move(answer)), acceptor_(loop.context(), Endpoint({}, 0)) {
    auto tls =
        TlsContext::server(localhost_certificate().certificate, localhost_certificate().key, false);
    TOCSIN_CHECK(tls.has_value());
    if (has_tls) tls_.emplace(std::move(*tls));
    accept();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  using Endpoint = boost::asio::ip::tcp::endpoint;
  struct Peer {
    std::string in;
    std::string out;
    std::unique_ptr<Wire> wire;
  };

  void accept() {
    acceptor_.async_accept([this](auto error, auto socket) {
      if (error) return;
      Peer& peer = peers_.emplace_back();
      peer.wire = Wire::accept(loop_, socket.release(), tls_ ? &*tls_ : nullptr, kPatience,
                               {.on_open = [](bool) {},
                                .on_bytes = [this, &peer](ByteView bytes) { take(peer, bytes); },
                                .fill =
                                    [&peer](Bytes& out) {
                                      out.insert(out.end(), peer.out.begin(), peer.out.end());
                                      peer.out.clear();
                                    },
                                .on_end = [](WireEnd, const std::string&) {}});
      accept();
    });
  }

  void take(Peer& peer, ByteView bytes) {
    peer.in += as_text(bytes);
    if (!peer.in.ends_with("body")) return;
    peer.out = answer_(std::exchange(peer.in, {}));
    if (peer.out.empty()) peer.wire->finish();
  }

  Loop& loop_;
  std::function<std::string(const std::string&)> answer_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::optional<TlsContext> tls_;
  std::deque<Peer> peers_;
};

struct RawServed : OnThread<RawServer> {
  RawServed(bool has_tls, std::function<std::string(const std::string&)> answer)
      : OnThread([&](Loop& loop) { return std::make_unique<RawServer>(loop, has_tls, answer); }) {}
};

class TextBody final : public deliver::BodyWriter {
 public:
  explicit TextBody(std::string_view text) : text_(text) {}
  void write_body(std::span<std::uint8_t> out) override {
    ASSERT_EQ(out.size(), text_.size());
    std::copy(text_.begin(), text_.end(), out.begin());
  }

 private:
  std::string_view text_;
};

// What deliver does: sends as room() allows, retries what was not processed, counts the answers.
struct Sender {
  explicit Sender(std::string to, PushTransportConfig config = {}) : origin(std::move(to)) {
    config.allow_private_addresses = config.ca_file.empty();
    if (config.ca_file == "-") config.ca_file.clear();
    if (config.ca_file.empty()) config.ca_file = ca_file();
    auto made = PushTransport::create(loop, config);
    TOCSIN_CHECK(made.has_value());
    transport = std::move(*made);
    listen();
  }

  void listen() {
    transport->listen({.on_answers = [this](std::span<Answer> all) { take(all); },
                       .on_room = [this](deliver::Transport::Origin) { fill(); }});
    number = transport->origin(origin);
  }

  // Runs until each of `count` requests has its answer; tokens are 1 to `count`.
  void run(std::uint64_t count) {
    for (std::uint64_t token = 1; token <= count; ++token) waiting.push_back(token);
    wanted = count;
    loop.post([this] { fill(); });
    const Handle patience = loop.after(kPatience, [this] {
      ADD_FAILURE() << "only " << answers.size() << " of " << wanted << " answers";
      loop.stop();
    });
    loop.run();
    EXPECT_EQ(answers.size(), count);
    for (const auto& [token, answer] : answers) EXPECT_TRUE(token >= 1 && token <= count);
  }

  void fill() {
    while (!waiting.empty()) {
      std::size_t room = transport->room(number, body.size());
      if (room == 0) return;
      for (; room > 0 && !waiting.empty(); --room) {
        const std::uint64_t token = waiting.front();
        waiting.pop_front();
        send(token);
      }
    }
  }

  void send(std::uint64_t token) {
    const auto head = std::make_shared<const http::RequestHead>(
        http::RequestHead{{{"ttl", "60"},
                           {"content-encoding", "aes128gcm"},
                           {"content-length", std::to_string(body.size())}}});
    TextBody text(body);
    const std::string its_path = path(token);
    ++sent[token];
    transport->send(number, {token, head, its_path, body.size(), &text});
  }

  void take(std::span<Answer> all) {
    for (Answer& answer : all) {
      EXPECT_GT(sent[answer.token]--, 0) << "answered twice";
      if (!gives_up(answer)) {
        ++retried;
        waiting.push_back(answer.token);
      } else {
        EXPECT_TRUE(answers.emplace(answer.token, std::move(answer)).second);
      }
    }
    if (answers.size() == wanted) return loop.stop();
    fill();
  }

  std::size_t count(int status) const {
    return static_cast<std::size_t>(
        std::count_if(answers.begin(), answers.end(),
                      [&](const auto& one) { return one.second.status == status; }));
  }
  std::size_t count(NoAnswer why) const {
    return static_cast<std::size_t>(std::count_if(
        answers.begin(), answers.end(),
        [&](const auto& one) { return one.second.status == 0 && one.second.no_answer == why; }));
  }

  std::string origin;
  deliver::Transport::Origin number = 0;
  std::string body = "body";
  std::function<std::string(std::uint64_t)> path = [](std::uint64_t token) {
    return "/push/" + std::to_string(token);
  };
  // True if the answer is the last word on its request.
  std::function<bool(const Answer&)> gives_up = [](const Answer&) { return true; };
  std::size_t retried = 0;
  std::uint64_t wanted = 0;
  std::deque<std::uint64_t> waiting;
  std::map<std::uint64_t, int> sent;
  std::map<std::uint64_t, Answer> answers;
  Loop loop;
  std::unique_ptr<PushTransport> transport;
};

bool is_processed(const Answer& answer) {
  return answer.status != 0 || answer.no_answer != NoAnswer::kNotProcessed;
}

// Counts what the server has seen of each path. One thread writes; read after the run.
struct Seen {
  std::map<std::string, int> times;
  std::atomic<int> total = 0;
  int note(const Request& request) {
    ++times[std::string(request.path)];
    return ++total;
  }
};

TEST(PushTransport, AnswersEachOfManyRequestsOnce) {
  Seen seen;
  {
    Served server([&](const Request& request) {
      seen.note(request);
      EXPECT_EQ(request.method, "POST");
      EXPECT_EQ(as_text(request.body), "body");
      EXPECT_TRUE(std::any_of(request.fields.begin(), request.fields.end(), [](const auto& field) {
        return field.name == "ttl" && field.value == "60";
      }));
      return Reply{.status = 201};
    });
    Sender sender(server.origin());
    sender.run(3000);
    EXPECT_EQ(sender.count(201), 3000U);
  }
  EXPECT_EQ(seen.times.size(), 3000U);
  EXPECT_EQ(seen.total, 3000);
}

TEST(PushTransport, DoesTheSameWithNghttp2) {
  Served server([&](const Request& request) {
    EXPECT_EQ(as_text(request.body), "body");
    return Reply{.status = 201};
  });
  Sender sender(server.origin(), {.nghttp2 = true});
  sender.run(1000);
  EXPECT_EQ(sender.count(201), 1000U);
}

TEST(PushTransport, OpensConnectionsAhead) {
  std::atomic<std::size_t> open = 0;
  std::atomic<H2Server*> listening = nullptr;
  Served server([&](const Request&) {
    open = listening.load()->connections();
    return Reply{.status = 201};
  });
  listening = &*server;
  Sender sender(server.origin(), {.connections_max = 8});
  sender.loop.post([&] { sender.transport->warm(sender.number, 5); });
  const Handle later = sender.loop.after(kShort, [&] { sender.fill(); });
  sender.waiting.push_back(1);
  sender.wanted = 1;
  sender.loop.run();
  EXPECT_EQ(open, 5U);
}

TEST(PushTransport, GrowsThePoolWhileItIsFullAndNoFurther) {
  std::atomic<std::size_t> most = 0;
  std::atomic<H2Server*> listening = nullptr;
  Served server([&](const Request&) {
    most = std::max<std::size_t>(most, listening.load()->connections());
    return Reply{.status = 201, .delay = Millis(20)};
  });
  listening = &*server;
  Sender sender(server.origin(), {.connections_max = 4});
  sender.run(2000);
  EXPECT_EQ(sender.count(201), 2000U);
  EXPECT_EQ(most, 4U);
}

TEST(PushTransport, GivesTheStatusTheWaitAndTheStartOfTheBody) {
  static const std::string kBody(2000, 'x');
  static const Reply::Field kField{"retry-after", "30"};
  Served server([](const Request&) {
    return Reply{.status = 429, .fields = {&kField, 1}, .body = kBody};
  });
  Sender sender(server.origin());
  sender.run(1);
  EXPECT_EQ(sender.answers[1].status, 429);
  EXPECT_EQ(sender.answers[1].retry_after, "30");
  EXPECT_EQ(sender.answers[1].detail, std::string(512, 'x'));
}

TEST(PushTransport, CountsAnAnswerBeforeTheEndOfTheRequestOnce) {
  Served server([](const Request&) { return Reply{.status = 201}; }, {.body_bytes_max = 10});
  Sender sender(server.origin());
  sender.body = std::string(4000, 'x');
  sender.run(300);
  EXPECT_EQ(sender.count(413), 300U);
}

TEST(PushTransport, LosesAndRepeatsNothingWhenTheServerGoesAwayMidWay) {
  Seen seen;
  {
    Served server([&](const Request& request) {
      return seen.note(request) % 70 == 0 ? Reply{.status = 201, .deed = Deed::kGoAway}
                                          : Reply{.status = 201};
    });
    Sender sender(server.origin(), {.connections_max = 2});
    sender.gives_up = is_processed;
    sender.body = std::string(4000, 'x');  // so that GOAWAY overtakes requests on their way
    sender.run(2000);
    EXPECT_EQ(sender.count(201), 2000U);
    EXPECT_GT(sender.retried, 0U);
  }
  EXPECT_EQ(seen.total, 2000);
  EXPECT_EQ(seen.times.size(), 2000U);
}

TEST(PushTransport, SaysThatARefusedStreamWasNotProcessed) {
  Served server([](const Request& request) {
    return request.path.ends_with("7") ? Reply{.status = 201, .deed = Deed::kRefuse}
                                       : Reply{.status = 201};
  });
  Sender sender(server.origin());
  sender.run(100);
  EXPECT_EQ(sender.count(NoAnswer::kNotProcessed), 10U);
  EXPECT_EQ(sender.count(201), 90U);
}

TEST(PushTransport, SaysThatAResetStreamIsUncertain) {
  Served server([](const Request& request) {
    return request.path.ends_with("7") ? Reply{.status = 201, .deed = Deed::kReset}
                                       : Reply{.status = 201};
  });
  Sender sender(server.origin());
  sender.run(100);
  EXPECT_EQ(sender.count(NoAnswer::kUncertain), 10U);
  EXPECT_EQ(sender.count(201), 90U);
}

TEST(PushTransport, GivesUpAStalledRequestAndKeepsTheConnection) {
  Served server([](const Request& request) {
    return request.path.ends_with("7") ? Reply{.status = 201, .deed = Deed::kStall}
                                       : Reply{.status = 201};
  });
  Sender sender(server.origin(), {.request_timeout = kShort});
  sender.run(100);
  EXPECT_EQ(sender.count(NoAnswer::kUncertain), 10U);
  EXPECT_EQ(sender.count(201), 90U);
}

TEST(PushTransport, GivesUpAConnectionThatSaysNothingAtAll) {
  RawServed server(false, [](const std::string&) { return ""; });
  Loop loop;
  Sender sender("http://localhost:" + std::to_string(server->port()), {.request_timeout = kShort});
  sender.body = "no end";  // which the server waits for
  sender.run(2);
  EXPECT_EQ(sender.count(NoAnswer::kUncertain) + sender.count(NoAnswer::kUnreachable), 2U);
  EXPECT_GE(sender.count(NoAnswer::kUncertain), 1U);
}

TEST(PushTransport, NeverOpensMoreStreamsThanThePeerAllows) {
  Seen seen;
  {
    Served server(
        [&](const Request& request) {
          seen.note(request);
          return Reply{.status = 201, .delay = Millis(1)};
        },
        {.streams_max = 2});
    Sender sender(server.origin(), {.connections_max = 3});
    sender.gives_up = is_processed;  // the first requests leave before the limit is known
    sender.run(200);
    EXPECT_EQ(sender.count(201), 200U);
    EXPECT_LE(sender.retried, 3U * 100U);
  }
  EXPECT_EQ(seen.total, 200);
}

TEST(PushTransport, SaysThatACutConnectionIsUncertain) {
  RawServed server(true, [](const std::string&) { return ""; });
  Sender sender(server.origin());
  sender.run(1);
  EXPECT_EQ(sender.count(NoAnswer::kUncertain), 1U);
}

TEST(PushTransport, SpeaksHttp11WhereTheServerHasNothingElse) {
  std::atomic<int> connections_closed = 0;
  RawServed server(true, [&](const std::string& request) -> std::string {
    EXPECT_TRUE(request.starts_with("POST /push/")) << request;
    EXPECT_THAT(request, testing::HasSubstr("\r\nhost: localhost:"));
    EXPECT_THAT(request, testing::HasSubstr("\r\ncontent-length: 4\r\n\r\nbody"));
    if (request.starts_with("POST /push/7 ")) {
      ++connections_closed;
      return "HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }
    return "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
  });
  Sender sender(server.origin(), {.connections_max = 3});
  sender.run(50);
  EXPECT_EQ(sender.count(201), 50U);
  EXPECT_EQ(sender.answers[1].detail, "ok");
  EXPECT_EQ(connections_closed, 1);
}

TEST(PushTransport, SpeaksPlainHttpToPrivateServicesOnly) {
  RawServed server(false, [](const std::string&) {
    return "HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n";
  });
  const std::string origin = "http://127.0.0.1:" + std::to_string(server->port());
  Sender allowed(origin);
  allowed.run(3);
  EXPECT_EQ(allowed.count(201), 3U);
  Sender refused(origin, {.ca_file = ca_file()});
  refused.run(3);
  EXPECT_EQ(refused.count(NoAnswer::kForbidden), 3U);
}

TEST(PushTransport, RefusesPrivateAddresses) {
  Served server([](const Request&) { return Reply{.status = 201}; });
  Sender sender(server.origin(), {.ca_file = ca_file()});
  sender.run(3);
  EXPECT_EQ(sender.count(NoAnswer::kForbidden), 3U);
}

TEST(PushTransport, RefusesACertificateForAnotherHost) {
  // The authority is trusted; the name does not fit.
  const TestCertificate other = make_test_certificate("push.example.org");
  const std::string path = ca_file() + ".other";
  std::ofstream(path) << other.ca;
  Served server([](const Request&) { return Reply{.status = 201}; }, {}, other);
  Sender sender(server.origin());
  PushTransportConfig config{.allow_private_addresses = true, .ca_file = path};
  sender.transport = std::move(*PushTransport::create(sender.loop, config));
  sender.listen();
  sender.run(2);
  EXPECT_EQ(sender.count(NoAnswer::kForbidden), 2U);
  EXPECT_THAT(sender.answers[1].detail, testing::HasSubstr("certificate refused"));
}

TEST(PushTransport, RefusesACertificateOfAnUnknownAuthority) {
  Served server([](const Request&) { return Reply{.status = 201}; }, {},
                make_test_certificate("localhost"));
  Sender sender(server.origin());
  sender.run(2);
  EXPECT_EQ(sender.count(NoAnswer::kForbidden), 2U);
}

TEST(PushTransport, AnswersAtOnceForAnOriginThatCannotBeReached) {
  std::uint16_t port = 0;
  {
    Served gone([](const Request&) { return Reply{}; });
    port = gone->port();
  }
  Sender sender("https://localhost:" + std::to_string(port), {.backoff_min = Millis(60'000)});
  sender.run(500);
  EXPECT_EQ(sender.count(NoAnswer::kUnreachable), 500U);
}

TEST(PushTransport, RefusesPathsThatWouldWriteTheirOwnHeader) {
  Served server([](const Request&) { return Reply{.status = 201}; });
  // One bad character, wherever it stands in a path of any length.
  const std::string bad("\0\t\r\n \x1f\x7f", 7);
  const std::string path = "/push/0123456789~\x80\xff";
  Sender sender(server.origin());
  sender.path = [&](std::uint64_t token) {
    std::string out = path;
    out[1 + (token - 1) % (path.size() - 1)] = bad[(token - 1) / (path.size() - 1)];
    return out;
  };
  const std::uint64_t all = bad.size() * (path.size() - 1);
  sender.run(all);
  EXPECT_EQ(sender.count(NoAnswer::kForbidden), all);
}

TEST(PushTransport, ClosesIdleConnectionsAndOpensThemAgain) {
  Served server([](const Request&) { return Reply{.status = 201}; });
  Sender sender(server.origin(), {.request_timeout = Millis(80), .idle_timeout = Millis(20)});
  sender.loop.post([&] { EXPECT_EQ(sender.transport->room(sender.number, 4), 0U); });
  // The second request finds the connection of the first one closed.
  const Handle later = sender.loop.after(Millis(300), [&] {
    sender.waiting.push_back(2);
    sender.wanted = 2;
    sender.fill();
  });
  sender.waiting.push_back(1);
  sender.wanted = 2;
  sender.loop.run();
  EXPECT_EQ(sender.count(201), 2U);
}

TEST(PushTransport, MissesNobodyWhateverThePushServiceDoes) {
  constexpr std::uint64_t kReaders = 1000;
  SeededRandom random(1);
  pushservice::Account ledger;
  std::unique_ptr<pushservice::PushService> service;
  std::size_t gone = 0;
  std::size_t uncertain = 0;
  {
    Served server(
        [&](const Request& request) { return service->handle(request, system_clock().now()); });
    service = std::make_unique<pushservice::PushService>(
        pushservice::PushServiceConfig{
            .origin = server.origin(),
            .virtual_readers = kReaders,
            .verifies_vapid = false,
            .faults = {.shares = *pushservice::parse_fault_shares(
                           "410:0.03,429:0.03,500:0.03,503:0.02,refuse:0.03,reset:0.03,"
                           "delay:0.05,goaway:0.01,close:0.005,slow-read:0.005"),
                       .delay = Millis(5),
                       .pause = Millis(20)}},
        random, ledger);
    Sender sender(server.origin(), {.connections_max = 3, .backoff_min = Millis(1)});
    sender.gives_up = [&](const Answer& answer) {
      if (answer.status == 0 && answer.no_answer == NoAnswer::kUncertain) ++uncertain;
      return answer.status == 201 || answer.status == 410;
    };
    sender.path = [&](std::uint64_t token) { return service->readers().path(token - 1); };
    sender.run(kReaders);
    gone = sender.count(410);
    EXPECT_EQ(sender.count(201) + gone, kReaders);
  }
  const pushservice::Summary summary = ledger.summarise({.readers = kReaders});
  EXPECT_THAT(summary.missed, testing::IsEmpty());
  EXPECT_THAT(summary.outside, testing::IsEmpty());
  EXPECT_EQ(summary.gone, gone);
  EXPECT_GT(gone, 0U);
  EXPECT_EQ(summary.reached, kReaders - gone);
  // Only what was uncertain may have arrived twice.
  EXPECT_GT(summary.duplicates, 0U);
  EXPECT_LE(summary.duplicates, uncertain);
}

}  // namespace
}  // namespace tocsin::net
