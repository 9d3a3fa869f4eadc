// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "tocsin/newsroom/newsroom_fixture.h"

namespace tocsin::newsroom {
namespace {

constexpr Seconds kMinute{60};
constexpr Seconds kHour{3'600};
constexpr Seconds kDay{86'400};
constexpr Time kFirst = sample::kNow;

// What became of the alerts of some fetches.
struct Alerts {
  std::size_t released = 0;
  std::size_t held = 0;
  std::string because{};  // of the last held one

  Alerts& operator+=(const Alerts& more) {
    released += more.released;
    held += more.held;
    if (!more.because.empty()) because = more.because;
    return *this;
  }
};

// A feed over days. Each item is another report, at another address, dated when it is seen.
class SlowFlood : public ::testing::Test {
 protected:
  SlowFlood() {
    content_.write(sample::site());
    content_.write(sample::source());
    content_.write(sample::feed());
  }

  TakenItem item(Time published) {
    const std::uint64_t number = ++items_;
    TakenItem out = sample::item(0, 1'000 + number);
    out.key = {};
    for (std::size_t i = 0; i < 4; ++i) out.key[i] = static_cast<std::uint8_t>(number >> 8 * i);
    out.story.headline = "Report " + std::to_string(number);
    out.story.summary_html = "Text " + std::to_string(number);
    out.story.url = "https://wire.example/" + std::to_string(number);
    out.story.published = published;
    return out;
  }
  Alerts take(Time at, TakeItems items) {
    Command command{.at = at, .actor = "feed", .body = std::move(items)};
    const std::uint64_t number = commands_.size() + 1;
    for (std::size_t i = 0; i < 4; ++i) command.id[i] = static_cast<std::uint8_t>(number >> 8 * i);
    commands_.push_back(command);
    return take(content_, command);
  }
  static Alerts take(MemoryContent& content, const Command& command) {
    const auto effects = content.execute(command);
    EXPECT_TRUE(effects) << effects.error().message;
    Alerts out;
    for (const auto& alert : written<core::Alert>(effects ? *effects : Effects{})) {
      const bool is_held = alert.state == core::AlertState::kHeld;
      ++(is_held ? out.held : out.released);
      if (is_held) out.because = alert.held_because;
    }
    return out;
  }
  // A fetch that brings so many.
  Alerts fetch(Time at, std::size_t count, Seconds age = Seconds(0)) {
    TakeItems items{.feed = sample::kFeed};
    for (std::size_t i = 0; i < count; ++i) items.items.push_back(item(at - age));
    return take(at, std::move(items));
  }
  // Fetches that bring `count` each, `gap` apart, for so long.
  Alerts fetches(Time from, Seconds length, Seconds gap, std::size_t count) {
    Alerts out;
    for (Time at = from; at < from + length; at += gap) out += fetch(at, count);
    return out;
  }
  // The first document: `count` items, `gap` apart.
  void first_sight(Time at, std::size_t count, Seconds gap) {
    TakeItems items{.feed = sample::kFeed, .first_sight = true};
    for (std::size_t i = 0; i < count; ++i) {
      items.items.push_back(item(at - gap * static_cast<std::int64_t>(i + 1)));
    }
    take(at, std::move(items));
  }

  MemoryContent content_;
  std::vector<Command> commands_;
  std::uint64_t items_ = 0;
};

TEST_F(SlowFlood, LetsASmallNewsroomBreakTwelveStoriesAnHourAllNight) {
  first_sight(kFirst, 30, kDay);
  const auto night = fetches(kFirst + kHour, 10 * kHour, 5 * kMinute, 1);
  EXPECT_EQ(night.held, 0u) << night.because;
  EXPECT_EQ(night.released, 120u);
}

TEST_F(SlowFlood, LetsTwelveStoriesThroughHoweverTheyGather) {
  for (const std::size_t at_once : {1, 3, 6, 10}) {
    const Time begin = kFirst + kDay * static_cast<std::int64_t>(at_once);
    const auto hour =
        fetches(begin, kHour, kHour * static_cast<std::int64_t>(at_once) / 12, at_once);
    EXPECT_EQ(hour.held, 0u) << at_once << ": " << hour.because;
    EXPECT_GE(hour.released, 12u);
  }
}

TEST_F(SlowFlood, LetsANewFeedsFirstBurstThrough) {
  EXPECT_EQ(fetches(kFirst, kHour, 5 * kMinute, 2).held, 0u);
}

TEST_F(SlowFlood, IsHeldOnceItIsMoreThanAnyNewsroomBreaks) {
  first_sight(kFirst, 30, kHour);
  const auto flood = fetches(kFirst + kHour, 5 * kHour, 2 * kMinute, kFloodItemsMin);
  EXPECT_EQ(flood.released, kSlowFloodItemsMin);
  EXPECT_EQ(flood.held, 1'500u - kSlowFloodItemsMin);
  EXPECT_EQ(flood.because,
            "It is one of 600 reports of this feed within two hours; more than 30 are unusual for "
            "it.");
}

TEST_F(SlowFlood, ComesInSingleItemsToo) {
  const auto flood = fetches(kFirst, 8 * kHour, kMinute, 1);
  EXPECT_LE(flood.released, kSlowFloodItemsMin + 1);
}

TEST_F(SlowFlood, OfAnArchiveIsHeldForItsAgeAndSilencesNothing) {
  first_sight(kFirst, 30, kHour);
  Alerts archive;
  for (Time at = kFirst; at < kFirst + 3 * kHour; at += kMinute) archive += fetch(at, 5, 2 * kDay);
  EXPECT_EQ(archive.released, 0u);
  EXPECT_EQ(fetch(kFirst + 3 * kHour, 1).released, 1u);
}

TEST_F(SlowFlood, IsNotWhatCameAllAtOnce) {
  first_sight(kFirst, 30, kHour);
  EXPECT_EQ(fetch(kFirst + kHour, 200).held, 200u);  // the publishing system was changed
  EXPECT_EQ(fetch(kFirst + kHour + kMinute, 1).released, 1u);
}

TEST_F(SlowFlood, IsNoneOfABusyWire) {
  first_sight(kFirst, 100, 2 * kMinute);
  // Three times as busy as it was.
  const auto busy = fetches(kFirst + kMinute, 12 * kHour, 2 * kMinute, 3);
  EXPECT_EQ(busy.held, 0u) << busy.because;
  // Twenty times.
  EXPECT_GT(fetches(kFirst + 12 * kHour, 2 * kHour, kMinute, 10).held, 0u);
}

TEST_F(SlowFlood, MakesNothingUsualForADay) {
  first_sight(kFirst, 30, kHour);
  EXPECT_EQ(fetches(kFirst + kHour, 22 * kHour, 10 * kMinute, 10).released, kSlowFloodItemsMin);
}

TEST_F(SlowFlood, OfOneDayMakesNothingUsualLater) {
  fetches(kFirst - 5 * kDay, 5 * kDay, 3 * kHour, 1);
  fetches(kFirst, 6 * kHour, 2 * kMinute, 10);
  EXPECT_EQ(fetches(kFirst + 3 * kDay, 2 * kHour, 2 * kMinute, 10).released, kSlowFloodItemsMin);
}

TEST_F(SlowFlood, EndsWithTheFlood) {
  first_sight(kFirst, 30, kHour);
  EXPECT_GT(fetches(kFirst, 3 * kHour, 2 * kMinute, 10).held, 0u);
  EXPECT_EQ(fetch(kFirst + 5 * kHour, 1).released, 1u);
}

TEST_F(SlowFlood, LearnsNothingFromAFirstDocumentWithoutDates) {
  TakeItems items{.feed = sample::kFeed, .first_sight = true};
  for (int i = 0; i < 100; ++i) items.items.push_back(item(kFirst - Seconds(1)));
  take(kFirst, std::move(items));
  EXPECT_EQ(fetches(kFirst + kMinute, 2 * kHour, kMinute, 5).released, kSlowFloodItemsMin);
}

class RandomFeeds : public SlowFlood, public ::testing::WithParamInterface<std::uint64_t> {};

// Whatever its rhythm: a burst of at most twelve reports in any hour passes, a flood that goes on
// is stopped, and the same commands give the same decisions.
TEST_P(RandomFeeds, AreStoppedWhenTheyFloodAndOnlyThen) {
  SeededRandom random(GetParam());
  const auto below = [&](std::uint64_t limit) {
    return static_cast<std::int64_t>(random.below(limit));
  };
  if (below(2) == 0) first_sight(kFirst, random.below(40), kMinute * (60 + below(3'000)));
  Time now = kFirst + kHour;
  Alerts honest;
  for (int i = 0; i < 100; ++i) {
    now += kMinute * (5 + below(below(4) == 0 ? 600 : 5));
    honest += fetch(now, 1);
  }
  EXPECT_EQ(honest.held, 0u) << "seed " << GetParam() << ": " << honest.because;
  now += kDay;
  // Four times the most that it may have brought, and more.
  const auto flood = fetches(now, 3 * kHour, kMinute, 2 + random.below(8));
  EXPECT_LE(flood.released, 4 * 24 + 10) << "seed " << GetParam();
  EXPECT_GT(flood.held, 200u) << "seed " << GetParam();

  MemoryContent again;
  again.write(sample::site());
  again.write(sample::source());
  again.write(sample::feed());
  Alerts replayed;
  for (const auto& command : commands_) replayed += take(again, command);
  EXPECT_EQ(replayed.released, honest.released + flood.released);
  EXPECT_EQ(replayed.held, honest.held + flood.held);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomFeeds, ::testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace tocsin::newsroom
