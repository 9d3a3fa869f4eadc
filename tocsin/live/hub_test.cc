// SPDX-License-Identifier: Apache-2.0
#include "tocsin/live/hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/live/fake_stream.h"

namespace tocsin::live {
namespace {

using ::testing::ElementsAre;

constexpr Channel kStory{Channel::Kind::kStory, 1};
constexpr Channel kConversation{Channel::Kind::kConversation, 1};
constexpr Channel kSite{Channel::Kind::kSite, 1};

class HubTest : public ::testing::Test {
 protected:
  using Wire = std::shared_ptr<FakeWire>;

  Hub& hub() {
    if (!hub_) hub_ = std::make_unique<Hub>(config_, random_, history_, past_);
    return *hub_;
  }
  Wire join(std::vector<Channel> channels, std::optional<std::uint64_t> after = std::nullopt) {
    auto wire = std::make_shared<FakeWire>();
    hub().join(std::make_unique<FakeStream>(wire), channels, after);
    return wire;
  }
  static Event event(std::uint64_t sequence, std::vector<Channel> channels) {
    return {sequence, std::move(channels), "news", "{}"};
  }
  void publish(std::uint64_t sequence, std::vector<Channel> channels) {
    hub().publish(event(sequence, std::move(channels)));
  }
  void run_all() {
    while (hub().run_slice()) {
    }
  }
  // The ids that came since the last call; a resync has a minus before it.
  static std::vector<long> read(const Wire& wire) {
    http::SseReader reader;
    for (const auto& bytes : std::exchange(wire->sent, {})) reader.feed(bytes);
    std::vector<long> ids;
    while (const auto one = reader.next()) {
      ids.push_back(std::stol(one->id) * (one->event == kResync ? -1 : 1));
    }
    return ids;
  }

  HubConfig config_;
  SeededRandom random_{1};
  FakeHistory history_;
  Past past_;
  std::unique_ptr<Hub> hub_;
};

TEST_F(HubTest, SaysFirstWhenToConnectAgain) {
  Millis least{1'000'000};
  Millis most{0};
  for (int i = 0; i < 200; ++i) {
    const auto wire = join({kStory});
    ASSERT_EQ(wire->sent.size(), 1u);
    EXPECT_TRUE(wire->sent[0].starts_with("retry: ")) << wire->sent[0];
    http::SseReader reader;
    reader.feed(wire->sent[0]);
    least = std::min(least, *reader.retry());
    most = std::max(most, *reader.retry());
    EXPECT_EQ(reader.comments(), 1u);
  }
  EXPECT_GE(least, Millis(2'000));
  EXPECT_LE(most, Millis(10'000));
  EXPECT_GT(most - least, Millis(7'000));
}

TEST_F(HubTest, TellsThoseWhoListenAndEachOnce) {
  const auto both = join({kStory, kSite, kStory});
  const auto site = join({kSite});
  const auto other = join({kConversation});
  publish(5, {kSite, kStory, kSite});
  publish(6, {kStory});
  run_all();
  EXPECT_THAT(read(both), ElementsAre(5, 6));
  EXPECT_THAT(read(site), ElementsAre(5));
  EXPECT_THAT(read(other), ElementsAre());
}

TEST_F(HubTest, CountsWhoListens) {
  const auto first = join({kStory, kSite});
  const auto second = join({kStory});
  EXPECT_EQ(hub().listeners(kStory), 2u);
  EXPECT_EQ(hub().listeners(kSite), 1u);
  EXPECT_EQ(hub().listeners(kConversation), 0u);
  first->hang_up();
  EXPECT_EQ(hub().listeners(kStory), 1u);
  EXPECT_EQ(hub().listeners(kSite), 0u);
  EXPECT_EQ(hub().streams(), 1u);
  hub_.reset();
  EXPECT_FALSE(second->is_open);
}

TEST_F(HubTest, SendsInSlices) {
  config_.slice_streams = 10;
  std::vector<Wire> wires;
  wires.reserve(120);
  for (int i = 0; i < 95; ++i) wires.push_back(join({kStory}));
  publish(1, {kStory});
  int slices = 1;
  while (hub().run_slice()) ++slices;
  EXPECT_GE(slices, 10);
  EXPECT_LE(slices, 12);
  for (const auto& wire : wires) EXPECT_THAT(read(wire), ElementsAre(1));
  EXPECT_FALSE(hub().run_slice());
}

TEST_F(HubTest, SendsTogetherWhatGatheredForTheSameChannels) {
  const auto wire = join({kStory, kSite});
  for (std::uint64_t i = 1; i <= 10; ++i) publish(i, {kStory});
  publish(11, {kSite});
  wire->sent.clear();
  run_all();
  EXPECT_EQ(wire->sent.size(), 2u);
  EXPECT_THAT(read(wire), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
}

TEST_F(HubTest, GivesALatecomerThePartOfABatchThatItHasNot) {
  publish(1, {kStory});
  const auto from_now = join({kStory});
  const auto from_start = join({kStory}, 0);
  publish(2, {kStory});
  run_all();
  EXPECT_THAT(read(from_now), ElementsAre(2));
  EXPECT_THAT(read(from_start), ElementsAre(1, 2));
}

TEST_F(HubTest, GivesWhatWasMissedOnItsChannelsAlone) {
  publish(1, {kStory});
  publish(2, {kSite});
  publish(3, {kStory});
  publish(4, {kStory, kSite});
  EXPECT_THAT(read(join({kStory}, 1)), ElementsAre(3, 4));
  EXPECT_THAT(read(join({kSite}, 2)), ElementsAre(4));
  EXPECT_THAT(read(join({kSite}, 4)), ElementsAre());
  run_all();
  EXPECT_EQ(history_.asked, 0);
}

TEST_F(HubTest, AsksTheHistoryForWhatIsOlderThanItsMemory) {
  history_.events = {event(1, {kStory}), event(2, {kSite}), event(3, {kStory})};
  past_ = {3, {event(7, {kStory}), event(8, {kStory})}};
  EXPECT_EQ(hub().newest(), 8u);
  EXPECT_THAT(read(join({kStory}, 1)), ElementsAre(3, 7, 8));
  EXPECT_EQ(history_.asked, 1);
  EXPECT_THAT(read(join({kStory}, 3)), ElementsAre(7, 8));
  EXPECT_EQ(history_.asked, 1);
  history_.forgotten_through = 2;
  EXPECT_THAT(read(join({kStory}, 1)), ElementsAre(-8));
}

TEST_F(HubTest, ResyncsAPositionThatItHasNotReached) {
  publish(8, {kStory});
  EXPECT_THAT(read(join({kStory}, 9)), ElementsAre(-8));
}

TEST_F(HubTest, ResyncsWhoMissedMoreThanOneStreamIsGiven) {
  config_.replay_bytes_max = 100;
  for (std::uint64_t i = 1; i <= 50; ++i) publish(i, {kStory});
  EXPECT_THAT(read(join({kStory}, 0)), ElementsAre(-50));
  EXPECT_THAT(read(join({kStory}, 48)), ElementsAre(49, 50));
}

TEST_F(HubTest, SendsAResyncForAnEventThatIsTooLong) {
  const auto wire = join({kStory});
  auto too_long = event(1, {kStory});
  too_long.data = '"' + std::string(kDataBytesMax, 'x') + '"';
  hub().publish(too_long);
  run_all();
  EXPECT_THAT(read(wire), ElementsAre(-1));
}

TEST_F(HubTest, ForgetsADroppedStreamAndGivesItTheRestWhenItIsBack) {
  const auto slow = join({kStory, kSite});
  const auto quick = join({kStory});
  publish(1, {kStory});
  run_all();
  EXPECT_THAT(read(slow), ElementsAre(1));
  slow->takes_more = false;
  publish(2, {kSite, kStory});
  publish(3, {kStory});
  run_all();
  EXPECT_EQ(hub().streams(), 1u);
  EXPECT_EQ(hub().listeners(kSite), 0u);
  EXPECT_THAT(read(quick), ElementsAre(1, 2, 3));
  EXPECT_THAT(read(join({kStory, kSite}, 1)), ElementsAre(2, 3));
}

TEST_F(HubTest, ResyncsTheStreamsWhenSlicesDoNotKeepUp) {
  config_.events_max = 10;
  config_.batch_bytes_max = 1;
  const auto wire = join({kStory});
  for (std::uint64_t i = 1; i <= 25; ++i) publish(i, {kStory});
  const auto late = join({kStory}, 24);
  run_all();
  EXPECT_THAT(read(wire), ElementsAre(-15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25));
  EXPECT_THAT(read(late), ElementsAre(25));
}

TEST_F(HubTest, SendsEachStreamOneHeartbeatARound) {
  std::vector<Wire> wires;
  wires.reserve(120);
  for (int i = 0; i < 120; ++i) wires.push_back(join({kStory}));
  for (const auto& wire : wires) wire->sent.clear();
  wires[7]->takes_more = false;
  wires[9]->hang_up();
  for (std::size_t i = 0; i < Hub::kBeatsPerRound; ++i) hub().beat();
  EXPECT_EQ(hub().streams(), 118u);
  for (const auto& wire : wires) {
    if (!wire->is_open) continue;
    // Rounding up gives a few streams their next one early.
    EXPECT_GE(wire->sent.size(), 1u);
    EXPECT_LE(wire->sent.size(), 2u);
    EXPECT_EQ(wire->sent[0], ": \n\n");
  }
}

TEST_F(HubTest, TakesNoStreamThatHasEnded) {
  auto wire = std::make_shared<FakeWire>();
  wire->is_open = false;
  hub().join(std::make_unique<FakeStream>(wire), std::vector{kStory}, std::nullopt);
  EXPECT_EQ(hub().streams(), 0u);
}

TEST(Position, IsTheHeaderElseTheParameter) {
  http::Request request;
  EXPECT_EQ(position_of(request), std::nullopt);
  request.query = "after=7";
  EXPECT_EQ(position_of(request), 7u);
  request.headers.add("last-event-id", "12");
  EXPECT_EQ(position_of(request), 12u);
  for (const auto* text : {"x", "-1", "1 ", "99999999999999999999", "1,2"}) {
    request.headers.fields[0].second = text;
    EXPECT_EQ(position_of(request), ~std::uint64_t{0}) << text;
  }
}

TEST(StreamResponse, KeepsProxiesFromStoringAndGathering) {
  const auto response = stream_response([](auto) {});
  EXPECT_TRUE(response.stream);
  EXPECT_EQ(response.headers.find("content-type"), "text/event-stream");
  EXPECT_EQ(response.headers.find("cache-control"), "no-store");
  EXPECT_EQ(response.headers.find("x-accel-buffering"), "no");
}

}  // namespace
}  // namespace tocsin::live
