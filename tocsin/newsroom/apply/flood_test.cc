// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/newsroom_fixture.h"

namespace tocsin::newsroom {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Seconds kDay{86'400};

class Flood : public Newsroom {
 protected:
  // `count` items that have nothing in common, the first with that key.
  static std::vector<TakenItem> different(std::uint8_t first, std::size_t count) {
    std::vector<TakenItem> out;
    for (std::size_t i = 0; i < count; ++i) {
      const auto key = static_cast<std::uint8_t>(first + i);
      auto item = sample::item(key, 1000U + key);
      item.story.headline = "Report " + std::to_string(key);
      item.story.summary_html = "Text " + std::to_string(key);
      out.push_back(item);
    }
    return out;
  }
  std::vector<core::Alert> take(std::vector<TakenItem> items, std::size_t plausible = 0) {
    return written<core::Alert>(
        put(TakeItems{.feed = sample::kFeed, .items = std::move(items), .plausible = plausible}));
  }
  core::Alert take_one(const TakenItem& item) {
    const auto alerts = take({item});
    EXPECT_THAT(alerts, SizeIs(1));
    return alerts.empty() ? core::Alert{} : alerts[0];
  }
  // The alert of one held item, the reason of which does not matter.
  core::Alert held() {
    auto item = sample::item(1, 41);
    item.ahead = 3 * kDay;
    return take_one(item);
  }
};

auto in_state(core::AlertState state) { return Field(&core::Alert::state, state); }

TEST_F(Flood, OfMoreItemsThanPlausibleIsTakenInAndHeldAsAWhole) {
  const auto alerts = take(different(1, kFloodItemsMin + 1));
  EXPECT_THAT(alerts, SizeIs(kFloodItemsMin + 1));
  EXPECT_THAT(alerts, Each(in_state(core::AlertState::kHeld)));
  EXPECT_EQ(alerts[0].held_because,
            "It came with 10 others at once; more than 10 are unusual for this feed.");
  EXPECT_TRUE(content_.story(core::StoryId{1001}));
}

TEST_F(Flood, IsNoneAsLongAsItIsFew) {
  EXPECT_THAT(take(different(1, kFloodItemsMin)), Each(in_state(core::AlertState::kReleased)));
}

TEST_F(Flood, IsNoneWhereTheFeedsHistoryMakesItPlausible) {
  EXPECT_THAT(take(different(1, 40), 40), Each(in_state(core::AlertState::kReleased)));
  EXPECT_THAT(take(different(41, 41), 40), Each(in_state(core::AlertState::kHeld)));
}

TEST_F(Flood, OfKnownItemsUnderOtherIdsIsHeld) {
  take(different(1, 5));
  auto again = different(1, 5);
  for (std::size_t i = 0; i < again.size(); ++i) {
    const std::uint64_t id = 2000 + i;
    again[i].key.front() = 9;
    again[i].story.id = core::StoryId{id};
    again[i].alert = core::AlertId{id};
  }
  const auto alerts = take(again);
  EXPECT_THAT(alerts, SizeIs(5));
  EXPECT_THAT(alerts, Each(in_state(core::AlertState::kHeld)));
  EXPECT_THAT(alerts[0].held_because, HasSubstr("the same report before, under another id"));
}

TEST_F(Flood, HoldsTheSameTextAtAnotherAddress) {
  take({sample::item(1, 41)});
  EXPECT_EQ(take_one(sample::item(2, 42)).state, core::AlertState::kHeld);
}

TEST_F(Flood, LetsOfficialWarningsBeWordedAlike) {
  take({sample::item(1, 41)});
  auto second = sample::item(2, 42);
  second.story.summary_html = "Another county.";
  EXPECT_EQ(take_one(second).state, core::AlertState::kReleased);
}

TEST_F(Flood, HoldsAnotherHeadlineAtAKnownAddress) {
  take({sample::item(1, 41)});
  auto renamed = sample::item(2, 42);
  renamed.story.headline = "Quake: what we know";
  renamed.story.url = sample::item(1, 41).story.url;
  const auto alert = take_one(renamed);
  EXPECT_EQ(alert.state, core::AlertState::kHeld);
  EXPECT_THAT(alert.held_because, HasSubstr("at this address"));
}

TEST_F(Flood, LetsAFeedLinkEverythingToOnePage) {
  for (std::uint8_t key = 1; key <= 4; ++key) {
    auto item = different(key, 1)[0];
    item.story.url = "https://wire.example/weather";
    EXPECT_EQ(take_one(item).state,
              key == 2 ? core::AlertState::kHeld : core::AlertState::kReleased);
  }
}

TEST_F(Flood, HoldsAReportWhoseAddressGotAnotherMarkOrScheme) {
  auto first = sample::item(1, 41);
  first.story.url = "https://wire.example/item?id=1&utm_source=rss";
  take({first});
  std::uint8_t key = 2;
  for (const auto* url :
       {"http://wire.example/item?id=1&utm_source=rss", "https://wire.example/item?id=1#live",
        "https://wire.example/item?utm_source=app&id=1&utm_medium=rss"}) {
    auto again = sample::item(key, 40U + key);
    ++key;
    again.story.url = url;
    again.story.summary_html = "Text " + std::to_string(key);
    EXPECT_EQ(take_one(again).state, core::AlertState::kHeld) << url;
  }
  // Any other parameter may name the page.
  auto other = sample::item(9, 49);
  other.story.url = "https://wire.example/item?id=2";
  other.story.summary_html = "Another county.";
  EXPECT_EQ(take_one(other).state, core::AlertState::kReleased);
}

TEST_F(Flood, HoldsTheSameWordsInOtherMarkup) {
  take({sample::item(1, 41)});
  auto again = sample::item(2, 42);
  again.story.summary_html = "<div>It was felt  in the <i>capital</i>.</div>";
  EXPECT_EQ(take_one(again).state, core::AlertState::kHeld);
}

TEST_F(Flood, HoldsWhatComesToAKnownAddressAThirdTimeUnlessItIsDatedLater) {
  for (std::uint8_t key = 1; key <= 4; ++key) {
    auto item = different(key, 1)[0];
    item.story.url = "https://wire.example/live";
    item.story.published = sample::kNow - Seconds(key == 4 ? 10 : 100);
    EXPECT_EQ(take_one(item).state,
              key == 1 || key == 4 ? core::AlertState::kReleased : core::AlertState::kHeld);
  }
}

TEST_F(Flood, HoldsWhatOneDocumentHasTwice) {
  const auto alerts = take({sample::item(1, 41), sample::item(2, 42)});
  ASSERT_THAT(alerts, SizeIs(2));
  EXPECT_EQ(alerts[0].state, core::AlertState::kReleased);
  EXPECT_EQ(alerts[1].state, core::AlertState::kHeld);
  EXPECT_EQ(alerts[1].held_because, "The feed has it more than once.");
}

TEST_F(Flood, HoldsOldNewsAndLeavesTheArchiveAlone) {
  auto items = different(1, 3);
  items[0].story.published = now() - kAlertAgeMax + Seconds{60};
  items[1].story.published = now() - 3 * kDay - Seconds{60};
  items[2].story.published = now() - kHeldAgeMax - Seconds{60};
  const auto alerts = take(items);
  ASSERT_THAT(alerts, SizeIs(2));
  EXPECT_EQ(alerts[0].state, core::AlertState::kReleased);
  EXPECT_EQ(alerts[1].held_because, "It is new in the feed, but dated 3 days back.");
  EXPECT_TRUE(content_.story(core::StoryId{1003}));
}

TEST_F(Flood, HoldsWhatIsDatedDaysAhead) {
  auto item = sample::item(1, 41);
  item.ahead = Seconds{3'600};  // a wrong time zone
  EXPECT_EQ(take_one(item).state, core::AlertState::kReleased);
  auto far = different(2, 1)[0];
  far.ahead = 3 * kDay;
  EXPECT_EQ(take_one(far).held_because, "The feed dates it 3 days in the future.");
}

TEST_F(Flood, IsNotToldToOpenPages) {
  auto item = sample::item(1, 41);
  item.ahead = 3 * kDay;
  const auto events =
      written<core::LiveEvent>(put(TakeItems{.feed = sample::kFeed, .items = {item}}));
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].kind, core::LiveEvent::Kind::kStory);
  const auto later = written<core::LiveEvent>(put(DecideAlerts{{core::AlertId{41}}, true}));
  ASSERT_THAT(later, SizeIs(1));
  EXPECT_EQ(later[0].kind, core::LiveEvent::Kind::kAlert);
}

TEST_F(Flood, IsReleasedOnceByAPerson) {
  const auto alert = held();
  EXPECT_EQ(content_.alerts_of(alert.story), 0u);
  const auto effects = put(DecideAlerts{{alert.id}, true});
  const auto released = written<core::Alert>(effects);
  ASSERT_THAT(released, SizeIs(1));
  EXPECT_EQ(released[0].state, core::AlertState::kReleased);
  EXPECT_EQ(released[0].created, now());
  EXPECT_EQ(released[0].decided_by, "test");
  EXPECT_EQ(released[0].version, 1u);
  EXPECT_EQ(released[0].held_because, alert.held_because);
  EXPECT_EQ(content_.alerts_of(alert.story), 1u);
  for (const bool release : {true, false}) {
    EXPECT_EQ(refusal(Errc::kConflict, DecideAlerts{{alert.id}, release}),
              "alerts: is not held; somebody has decided already");
  }
}

TEST_F(Flood, IsDismissedForGood) {
  const auto alert = held();
  put(DecideAlerts{{alert.id}, false});
  EXPECT_EQ(content_.alert(alert.id)->state, core::AlertState::kDismissed);
  EXPECT_EQ(content_.alerts_of(alert.story), 0u);
  EXPECT_NE(refusal(Errc::kConflict, DecideAlerts{{alert.id}, true}), "");
}

TEST_F(Flood, IsDecidedAsAWholeOrNotAtAll) {
  const auto alerts = take(different(1, kFloodItemsMin + 1));
  EXPECT_NE(refusal(Errc::kNotFound, DecideAlerts{{alerts[0].id, core::AlertId{9}}, false}), "");
  EXPECT_NE(refusal(Errc::kConflict, DecideAlerts{{alerts[0].id, alerts[0].id}, false}), "");
  EXPECT_EQ(content_.alert(alerts[0].id)->state, core::AlertState::kHeld);
  std::vector<core::AlertId> ids;
  for (const auto& alert : alerts) ids.push_back(alert.id);
  EXPECT_THAT(written<core::Alert>(put(DecideAlerts{ids, false})), SizeIs(alerts.size()));
  EXPECT_THAT(content_.held_alerts(sample::kSite), IsEmpty());
}

TEST_F(Flood, IsNotReleasedWhenItsStoryIsWithdrawnOrWasAlerted) {
  const auto alert = held();
  put(CreateAlert{.alert = sample::alert(51, 41)});
  EXPECT_THAT(refusal(Errc::kConflict, DecideAlerts{{alert.id}, true}),
              HasSubstr("alerted before"));
  put(WithdrawStory{core::StoryId{41}, "It was a drill."});
  EXPECT_THAT(refusal(Errc::kConflict, DecideAlerts{{alert.id}, true}), HasSubstr("withdrawn"));
  EXPECT_EQ(content_.alert(alert.id)->state, core::AlertState::kHeld);
}

}  // namespace
}  // namespace tocsin::newsroom
