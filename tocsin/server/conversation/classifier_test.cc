// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/classifier.h"

#include <gtest/gtest.h>

#include "tocsin/json/json.h"

namespace tocsin::server {
namespace {

using conversation::External;

// Keeps what it was asked, and answers when told.
struct FakeFetch final : ingest::FetchPort {
  void fetch(ingest::FetchRequest request, std::function<void(ingest::FetchResult)> done) override {
    requests.push_back(std::move(request));
    answers.push_back(std::move(done));
  }
  std::vector<ingest::FetchRequest> requests;
  std::vector<std::function<void(ingest::FetchResult)>> answers;
};

class ClassifierTest : public ::testing::Test {
 protected:
  void ask() {
    core::Site site;
    site.comments.external_url = "https://classifier.example/";
    site.comments.external_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    classifier_.ask(site, {.id = core::CommentId{5}, .text = "Hello"},
                    [this](External said) { said_.push_back(std::move(said)); });
  }
  External answer(int status, std::string body) {
    ask();
    fetch_.answers.back()({.status = status, .body = std::move(body)});
    return said_.back();
  }

  FakeFetch fetch_;
  FakeClock clock_{Time{Millis{1'795'000'000'000}}};
  Classifier classifier_{fetch_, clock_};
  std::vector<External> said_;
};

// Made with Python's hmac from the example of the specification's libraries.
TEST(WebhookSignature, IsThatOfTheStandard) {
  EXPECT_EQ(
      webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        1'614'265'330, R"({"test": 2432232314})"),
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_F(ClassifierTest, PostsASignedCommentAndTakesTheVerdict) {
  const auto said = answer(200, R"({"verdict":"reject","reason":"toxic"})");
  EXPECT_EQ(said, (External{External::Verdict::kReject, "toxic"}));
  const auto& request = fetch_.requests.at(0);
  const auto json = Json::parse(*request.posted);
  EXPECT_EQ(json->text("text"), "Hello");
  EXPECT_EQ(request.fields.find("webhook-signature"),
            webhook_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                              *request.fields.find("webhook-id"), 1'795'000'000, *request.posted));
  EXPECT_LE(*request.timeout, Millis(1'000));
  EXPECT_EQ(request.body_bytes_max, 65'536U);
}

TEST_F(ClassifierTest, TakesEverythingElseForNoAnswer) {
  for (const auto* const body : {"", "no JSON", "{}", R"({"verdict":"perhaps"})", "[]"}) {
    EXPECT_EQ(answer(200, body).verdict, External::Verdict::kNoAnswer) << body;
  }
  EXPECT_EQ(answer(500, R"({"verdict":"publish"})").verdict, External::Verdict::kNoAnswer);
  ask();
  fetch_.answers.back()({.failure = ingest::FetchFailure::kTimeout});
  EXPECT_EQ(said_.back().verdict, External::Verdict::kNoAnswer);
}

TEST_F(ClassifierTest, AsksABoundedNumberAtATime) {
  for (std::size_t i = 0; i < Classifier::kAsksMax; ++i) ask();
  EXPECT_TRUE(said_.empty());
  ask();
  ASSERT_EQ(said_.size(), 1U);
  EXPECT_EQ(said_[0].verdict, External::Verdict::kNoAnswer);
  EXPECT_EQ(fetch_.requests.size(), Classifier::kAsksMax);
}

}  // namespace
}  // namespace tocsin::server
