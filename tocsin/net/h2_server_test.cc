// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/h2_server.h"

#include <algorithm>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/http2/client.h"
#include "tocsin/net/test_certificate.h"
#include "tocsin/net/tls.h"
#include "tocsin/net/wire.h"

namespace tocsin::net {
namespace {

using http::NoAnswer;
using pushservice::Answer;
using pushservice::Deed;
using testing::ElementsAre;

constexpr Millis kPatience{20'000};  // of a test that would otherwise hang

// A server whose answers a test decides by the path, and one client on the same loop.
class H2ServerTest : public testing::Test {
 protected:
  // Starts the server and sends a request for each path.
  void start(std::map<std::string, Answer, std::less<>> answers, std::vector<std::string> paths,
             H2ServerConfig config = {}) {
    answers_ = std::move(answers);
    wanted_ = static_cast<std::size_t>(std::count_if(
        paths.begin(), paths.end(),
        [this](const std::string& path) { return answers_.at(path).deed != Deed::kStall; }));
    const TestCertificate certificate = make_test_certificate("localhost");
    config.certificate_pem = certificate.certificate;
    config.key_pem = certificate.key;
    auto server = H2Server::listen(loop_, config,
                                   {.answer =
                                        [this](const http2::Server::Request& request, Time) {
                                          seen_.emplace_back(request.path);
                                          seen_at_.push_back(system_clock().instant());
                                          return answers_.at(std::string(request.path));
                                        },
                                    .before_answers = [this] { ++before_answers_; }});
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
    const std::string ca_file = testing::TempDir() + "tocsin_h2_server_" + std::to_string(getpid());
    std::ofstream(ca_file) << certificate.ca;
    auto tls = TlsContext::client(ca_file);
    ASSERT_TRUE(tls);
    tls_.emplace(*std::move(tls));
    client_.emplace("https://localhost:" + std::to_string(server_->port()));
    waiting_ = std::move(paths);
    wire_ = Wire::dial(
        loop_, {.host = "localhost", .port = server_->port(), .private_allowed = true}, &*tls_,
        {.on_open = [](bool h2) { EXPECT_TRUE(h2); },
         .on_bytes = [this](ByteView bytes) { receive(bytes); },
         .fill = [this](Bytes& out) { fill(out); },
         .on_end = [this](WireEnd, const std::string&) { end(); }});
    const Handle patience = loop_.after(kPatience, [this] {
      ADD_FAILURE() << "only " << order_.size() << " answers";
      loop_.stop();
    });
    loop_.run();
  }

  void request(const std::string& path) {
    ++wanted_;
    waiting_.push_back(path);
    loop_.post([this] { wire_->pump(); });
  }

  void fill(Bytes& out) {
    client_->fill(out);
    while (!waiting_.empty() && client_->room(4) > 0) {
      const std::string path = waiting_.front();
      waiting_.erase(waiting_.begin());
      paths_.push_back(path);
      const auto body = client_->write_request(
          out, {.token = paths_.size() - 1, .head = head_, .path = path, .body_bytes = 4},
          Instant::max());
      std::copy_n("body", 4, body.begin());
    }
  }

  void receive(ByteView bytes) {
    std::vector<http::Answer> answers;
    EXPECT_TRUE(client_->receive(bytes, answers));
    take(answers);
  }

  void end() {
    std::vector<http::Answer> answers;
    client_->end("the wire ended", 0, answers);
    has_ended_ = true;
    take(answers);
    loop_.stop();
  }

  void take(const std::vector<http::Answer>& answers) {
    for (const http::Answer& answer : answers) {
      const std::string& path = paths_[answer.token];
      order_.push_back(path);
      given_[path] = answer;
      if (on_answer_) on_answer_(path);
    }
    if (order_.size() == wanted_ && !waits_for_end_) loop_.stop();
  }

  Loop loop_;
  std::map<std::string, Answer, std::less<>> answers_;
  std::unique_ptr<H2Server> server_;
  std::optional<TlsContext> tls_;
  std::optional<http2::Client> client_;
  std::shared_ptr<const http::RequestHead> head_ = std::make_shared<http::RequestHead>();
  std::unique_ptr<Wire> wire_;
  std::function<void(const std::string& path)> on_answer_;
  bool waits_for_end_ = false;

  std::size_t wanted_ = 0;
  std::vector<std::string> waiting_;
  std::vector<std::string> paths_;  // by token
  std::vector<std::string> seen_;   // by the server
  std::vector<Instant> seen_at_;
  std::vector<std::string> order_;  // of answers
  std::map<std::string, http::Answer> given_;
  int before_answers_ = 0;
  bool has_ended_ = false;
};

TEST_F(H2ServerTest, GivesStatusFieldsAndBody) {
  static const Answer::Field kField{"retry-after", "30"};
  on_answer_ = [this](const std::string&) { EXPECT_GT(before_answers_, 0); };
  start({{"/a", {.status = 429, .fields = {&kField, 1}, .body = "why"}}}, {"/a"});
  EXPECT_EQ(given_["/a"].status, 429);
  EXPECT_EQ(given_["/a"].retry_after, "30");
  EXPECT_EQ(given_["/a"].detail, "why");
}

TEST_F(H2ServerTest, AnswersLateInTheOrderOfTheDelays) {
  static const Answer::Field kField{"retry-after", "7"};
  start({{"/30", {.status = 503, .delay = Millis(30), .fields = {&kField, 1}, .body = "late"}},
         {"/10", {.status = 201, .delay = Millis(10)}},
         {"/0", {.status = 201}},
         {"/20", {.deed = Deed::kReset, .delay = Millis(20)}}},
        {"/30", "/10", "/0", "/20"});
  EXPECT_THAT(order_, ElementsAre("/0", "/10", "/20", "/30"));
  EXPECT_EQ(given_["/30"].status, 503);
  EXPECT_EQ(given_["/30"].retry_after, "7");
  EXPECT_EQ(given_["/30"].detail, "late");
  EXPECT_EQ(given_["/20"].no_answer, NoAnswer::kUncertain);
}

TEST_F(H2ServerTest, SaysWhetherAStreamThatIsResetWasProcessed) {
  start({{"/refuse", {.deed = Deed::kRefuse}},
         {"/reset", {.deed = Deed::kReset}},
         {"/good", {.status = 201}}},
        {"/refuse", "/reset", "/good"});
  EXPECT_EQ(given_["/refuse"].no_answer, NoAnswer::kNotProcessed);
  EXPECT_EQ(given_["/reset"].no_answer, NoAnswer::kUncertain);
  EXPECT_EQ(given_["/good"].status, 201);
  EXPECT_FALSE(has_ended_);
}

TEST_F(H2ServerTest, AnswersWhatItTookBeforeItGoesAway) {
  waits_for_end_ = true;
  start({{"/slow", {.status = 201, .delay = Millis(20)}},
         {"/away", {.status = 201, .deed = Deed::kGoAway}}},
        {"/slow", "/away"});
  EXPECT_THAT(order_, ElementsAre("/away", "/slow"));
  EXPECT_EQ(given_["/slow"].status, 201);
  EXPECT_FALSE(client_->is_open());
}

TEST_F(H2ServerTest, ClosesAsToldAndLeavesTheRestUncertain) {
  start({{"/slow", {.status = 201, .delay = Millis(20)}}, {"/close", {.deed = Deed::kClose}}},
        {"/slow", "/close"});
  EXPECT_TRUE(has_ended_);
  EXPECT_EQ(given_["/slow"].no_answer, NoAnswer::kUncertain);
  EXPECT_EQ(given_["/close"].no_answer, NoAnswer::kUncertain);
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(H2ServerTest, ReadsNothingWhileToldToPause) {
  on_answer_ = [this](const std::string& path) {
    if (path == "/pause") request("/after");
  };
  start({{"/pause", {.status = 201, .deed = Deed::kPause, .pause = Millis(60)}},
         {"/after", {.status = 201}}},
        {"/pause"});
  EXPECT_THAT(seen_, ElementsAre("/pause", "/after"));
  EXPECT_GE(seen_at_[1] - seen_at_[0], Millis(60));
}

TEST_F(H2ServerTest, NeverAnswersWhatStalls) {
  start({{"/stall", {.deed = Deed::kStall}}, {"/good", {.status = 201}}}, {"/stall", "/good"});
  EXPECT_THAT(seen_, ElementsAre("/stall", "/good"));
  EXPECT_THAT(order_, ElementsAre("/good"));
}

}  // namespace
}  // namespace tocsin::net
