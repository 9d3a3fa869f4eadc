// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/feeds/hub_pings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::server {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// Keeps what it was asked, and answers when told.
struct FakeHubs final : ingest::FetchPort {
  void fetch(ingest::FetchRequest request, std::function<void(ingest::FetchResult)> done) override {
    requests.push_back(std::move(request));
    answers.push_back(std::move(done));
  }
  void answer(int status) { answers.back()({.status = status}); }
  std::vector<std::string> bodies() const {
    std::vector<std::string> out;
    for (const auto& request : requests) out.push_back(*request.posted);
    return out;
  }
  std::vector<ingest::FetchRequest> requests;
  std::vector<std::function<void(ingest::FetchResult)>> answers;
};

class HubPingsTest : public ::testing::Test {
 protected:
  FakeHubs hubs_;
  FakeClock clock_{Time{Millis{1'795'000'000'000}}};
  HubPings pings_{clock_, hubs_, {"https://hub.example/"}};
};

TEST_F(HubPingsTest, NameTheFeedsThatHaveNews) {
  pings_.tell({"https://bell.example/feed.atom", "https://bell.example/feed.atom?topic=A%26B"});
  ASSERT_THAT(hubs_.requests, SizeIs(1));
  EXPECT_EQ(hubs_.requests[0].url, "https://hub.example/");
  EXPECT_EQ(hubs_.requests[0].fields.find("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(*hubs_.requests[0].posted,
            "hub.mode=publish&hub.url=https%3A%2F%2Fbell.example%2Ffeed.atom"
            "&hub.url=https%3A%2F%2Fbell.example%2Ffeed.atom%3Ftopic%3DA%2526B");
}

TEST_F(HubPingsTest, GatherWhatComesWhileOneIsUnderWay) {
  pings_.tell({"a"});
  pings_.tell({"b"});
  pings_.tell({"a", "c"});
  EXPECT_THAT(hubs_.requests, SizeIs(1));
  hubs_.answer(204);
  EXPECT_THAT(hubs_.bodies(), ElementsAre("hub.mode=publish&hub.url=a",
                                          "hub.mode=publish&hub.url=a&hub.url=b&hub.url=c"));
  hubs_.answer(204);
  pings_.run();
  EXPECT_THAT(hubs_.requests, SizeIs(2));
}

TEST_F(HubPingsTest, TryAgainLaterAndLater) {
  pings_.tell({"a"});
  for (const auto wait : {Seconds(5), Seconds(10), Seconds(20)}) {
    const auto before = hubs_.requests.size();
    hubs_.answer(503);
    pings_.tell({"b"});
    clock_.advance(wait - Millis(1));
    pings_.run();
    EXPECT_THAT(hubs_.requests, SizeIs(before));
    clock_.advance(Millis(1));
    pings_.run();
    EXPECT_THAT(hubs_.requests, SizeIs(before + 1));
    EXPECT_EQ(*hubs_.requests.back().posted, "hub.mode=publish&hub.url=a&hub.url=b");
  }
  hubs_.answer(200);
  pings_.tell({"c"});
  EXPECT_EQ(*hubs_.requests.back().posted, "hub.mode=publish&hub.url=c");
}

TEST_F(HubPingsTest, ForgetNothingOverAnOutageAndKeepNoMoreThanTheyMay) {
  pings_.tell({"a"});
  hubs_.answer(500);
  for (std::size_t i = 0; i < 2 * HubPings::kFeedsMax; ++i) pings_.tell({std::to_string(i)});
  clock_.advance(HubPings::kRetryMin);
  pings_.run();
  std::size_t told = 0;
  for (auto answered = hubs_.requests.size() - 1; answered < hubs_.requests.size(); ++answered) {
    const auto body = *hubs_.requests[answered].posted;
    for (auto at = body.find("hub.url="); at != std::string::npos;
         at = body.find("hub.url=", at + 1)) {
      ++told;
    }
    hubs_.answers[answered]({.status = 200});
  }
  EXPECT_EQ(told, HubPings::kFeedsMax);
}

TEST(HubPings, OfAHubThatIsDownKeepNoOtherWaiting) {
  FakeHubs hubs;
  FakeClock clock{Time{Millis{1'795'000'000'000}}};
  HubPings pings(clock, hubs, {"https://down.example/", "https://up.example/"});
  pings.tell({"a"});
  hubs.answers[0]({.failure = ingest::FetchFailure::kUnreachable});
  hubs.answers[1]({.status = 202});
  pings.tell({"b"});
  ASSERT_THAT(hubs.requests, SizeIs(3));
  EXPECT_EQ(hubs.requests[2].url, "https://up.example/");
}

}  // namespace
}  // namespace tocsin::server
