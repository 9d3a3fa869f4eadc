// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/newsroom_fixture.h"

namespace tocsin::newsroom {
namespace {

using ::testing::StartsWith;

class Alerts : public Newsroom {
 protected:
  Alerts() {
    auto story = sample::story(41);
    story.image_url = "https://wire.example/i.jpg";
    content_.write(story);
  }
};

TEST_F(Alerts, TakeFromTheStoryWhatTheyLack) {
  put(CreateAlert{.alert = sample::alert(51, 41)});
  const auto alert = *content_.alert(core::AlertId{51});
  EXPECT_EQ(alert.title, "Quake hits the coast");
  EXPECT_EQ(alert.body, "It was felt in the capital.");
  EXPECT_EQ(alert.url, "https://bell.example/s/" + core::slug(*content_.story(alert.story)));
  EXPECT_EQ(alert.image_url, "https://wire.example/i.jpg");
  EXPECT_EQ(alert.version, 1u);
  EXPECT_EQ(alert.created, now());
  EXPECT_EQ(alert.created_by, "test");
}

TEST_F(Alerts, CutWhatTheyTakeAtAWord) {
  auto story = sample::story(41);
  story.headline.clear();
  for (int i = 0; i < 50; ++i) story.headline += "word ";
  story.summary_html = story.headline + story.headline;
  content_.write(story);
  put(CreateAlert{.alert = sample::alert(51, 41)});
  const auto alert = *content_.alert(core::AlertId{51});
  EXPECT_TRUE(alert.title.ends_with("word…"));
  EXPECT_TRUE(alert.body.ends_with("word…"));
}

TEST_F(Alerts, AreMadeTwiceOnlyIfThatIsMeant) {
  put(CreateAlert{.alert = sample::alert(51, 41)});
  EXPECT_THAT(refusal(Errc::kConflict, CreateAlert{.alert = sample::alert(52, 41)}),
              StartsWith("alert.story: has been alerted before"));
  put(CreateAlert{.alert = sample::alert(52, 41), .again = true});
  EXPECT_EQ(content_.alert(core::AlertId{52})->version, 2u);
}

TEST_F(Alerts, AreForStoriesThatReadersCanSee) {
  auto draft = sample::story(42);
  draft.state = core::StoryState::kDraft;
  content_.write(draft);
  EXPECT_EQ(refusal(Errc::kConflict, CreateAlert{.alert = sample::alert(51, 42)}),
            "alert.story: is a draft; publish it first");
  put(WithdrawStory{core::StoryId{41}, "x"});
  EXPECT_EQ(refusal(Errc::kConflict, CreateAlert{.alert = sample::alert(51, 41), .again = true}),
            "alert.story: is withdrawn");
}

TEST_F(Alerts, AreForStoriesOfTheirSite) {
  auto other = sample::site();
  other.id = core::SiteId{12};
  content_.write(other);
  auto alert = sample::alert(51, 41);
  alert.site = other.id;
  EXPECT_EQ(refusal(Errc::kConflict, CreateAlert{.alert = alert}),
            "alert.story: belongs to another site");
  alert.story = core::StoryId{99};
  EXPECT_EQ(refusal(Errc::kNotFound, CreateAlert{.alert = alert}),
            "alert.story: there is no such story");
  alert.site = core::SiteId{99};
  EXPECT_EQ(refusal(Errc::kNotFound, CreateAlert{.alert = alert}),
            "alert.site: there is no such site");
}

TEST_F(Alerts, HaveLimitsForEveryField) {
  const auto refused = [this](auto change) {
    auto alert = sample::alert(51, 41);
    change(alert);
    return refusal(Errc::kInvalidArgument, CreateAlert{.alert = alert, .again = true});
  };
  using core::Alert;
  EXPECT_EQ(refused([](Alert& a) { a.title.assign(kAlertTitleCharactersMax, 'x'); }), "");
  EXPECT_EQ(refused([](Alert& a) { a.title.assign(kAlertTitleCharactersMax + 1, 'x'); }),
            "alert.title: is longer than 120 characters");
  EXPECT_EQ(refused([](Alert& a) { a.body.assign(kAlertBodyCharactersMax + 1, 'x'); }),
            "alert.body: is longer than 400 characters");
  EXPECT_THAT(refused([](Alert& a) { a.url = "/s/x"; }), StartsWith("alert.url: "));
  EXPECT_THAT(refused([](Alert& a) { a.image_url = "x"; }), StartsWith("alert.image_url: "));
  EXPECT_THAT(refused([](Alert& a) { a.ttl = Seconds{0}; }), StartsWith("alert.ttl: "));
  EXPECT_THAT(refused([](Alert& a) { a.ttl = Seconds{28 * 86'400 + 1}; }),
              StartsWith("alert.ttl: "));
  EXPECT_THAT(refused([](Alert& a) { a.actions.resize(3); }), StartsWith("alert.actions: "));
  EXPECT_THAT(refused([](Alert& a) {
                a.actions = {{"Map", ""}};
              }),
              StartsWith("alert.actions.url: "));
  EXPECT_THAT(refused([](Alert& a) { a.id = {}; }), StartsWith("alert.id: "));
}

}  // namespace
}  // namespace tocsin::newsroom
