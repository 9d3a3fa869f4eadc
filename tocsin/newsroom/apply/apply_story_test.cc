// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/newsroom_fixture.h"

namespace tocsin::newsroom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class Stories : public Newsroom {};

TEST_F(Stories, ThroughTheApiAreCompleted) {
  auto story = sample::story(41);
  story.feed = sample::kFeed;
  story.topics = {"world", " Earth  quakes "};
  put(PutStory{story});
  const auto stored = *content_.story(story.id);
  EXPECT_EQ(stored.language, "en");
  EXPECT_FALSE(stored.feed);
  EXPECT_THAT(stored.topics, ElementsAre("World", "Earth quakes"));
  EXPECT_EQ(stored.published, now());
  EXPECT_EQ(stored.updated, now());
  EXPECT_EQ(stored.recorded, now());
}

TEST_F(Stories, AreNeverPublishedInTheFuture) {
  auto story = sample::story(41);
  story.published = sample::kNow + Seconds{86'400};
  put(PutStory{story});
  EXPECT_EQ(content_.story(story.id)->published, now());
}

TEST_F(Stories, ThatAreSilentAreNoNews) {
  auto story = sample::story(41);
  story.published = sample::kNow - Seconds{86'400};
  const auto effects = put(PutStory{story, true});
  EXPECT_THAT(written<core::LiveEvent>(effects), IsEmpty());
  EXPECT_EQ(content_.story(story.id)->updated, story.published);
  EXPECT_EQ(content_.story(story.id)->recorded, now());
}

TEST_F(Stories, KeepTheirTimesWhenReplaced) {
  auto story = sample::story(41);
  put(PutStory{story});
  const Time first = now();
  story.headline = "Quake and wave hit the coast";
  put(PutStory{story});
  const auto stored = *content_.story(story.id);
  EXPECT_EQ(stored.published, first);
  EXPECT_EQ(stored.recorded, first);
  EXPECT_EQ(stored.updated, now());
}

TEST_F(Stories, PutAgainWithoutAChangeAreNotUpdated) {
  put(PutStory{sample::story(41)});
  EXPECT_THAT(put(PutStory{sample::story(41)}).changes, IsEmpty());
}

TEST_F(Stories, ArePublishedWhenTheyStopBeingDrafts) {
  auto story = sample::story(41);
  story.state = core::StoryState::kDraft;
  put(PutStory{story});
  story.state = core::StoryState::kPublished;
  put(PutStory{story});
  EXPECT_EQ(content_.story(story.id)->published, now());
}

TEST_F(Stories, SayWhatWasWrongExactlyWhenCorrected) {
  auto story = sample::story(41);
  story.correction = "It was 5.8.";
  EXPECT_THAT(refusal(Errc::kInvalidArgument, PutStory{story}), StartsWith("story.correction: "));
  story.state = core::StoryState::kCorrected;
  EXPECT_EQ(refusal(Errc::kInvalidArgument, PutStory{story}), "");
  story.correction.clear();
  EXPECT_THAT(refusal(Errc::kInvalidArgument, PutStory{story}), StartsWith("story.correction: "));
}

TEST_F(Stories, AreWithdrawnWithAReason) {
  put(PutStory{sample::story(41)});
  EXPECT_EQ(refusal(Errc::kInvalidArgument, WithdrawStory{core::StoryId{41}, " "}),
            "reason: is missing");
  EXPECT_EQ(refusal(Errc::kNotFound, WithdrawStory{core::StoryId{42}, "x"}),
            "story: there is no such story");
  put(WithdrawStory{core::StoryId{41}, "It was a drill."});
  const auto stored = *content_.story(core::StoryId{41});
  EXPECT_EQ(stored.state, core::StoryState::kWithdrawn);
  EXPECT_EQ(stored.correction, "It was a drill.");
  EXPECT_THAT(put(WithdrawStory{core::StoryId{41}, "It was a drill."}).changes, IsEmpty());

  auto story = sample::story(41);
  story.state = core::StoryState::kWithdrawn;
  EXPECT_THAT(refusal(Errc::kInvalidArgument, PutStory{story}), StartsWith("story.state: "));
}

TEST_F(Stories, StayWithTheirSite) {
  auto other = sample::site();
  other.id = core::SiteId{12};
  content_.write(other);
  put(PutStory{sample::story(41)});
  auto story = sample::story(41);
  story.site = other.id;
  EXPECT_EQ(refusal(Errc::kConflict, PutStory{story}), "story.id: belongs to another site");
  story.id = core::StoryId{42};
  story.credits = {{sample::kSource, "The Wire", ""}};
  EXPECT_EQ(refusal(Errc::kConflict, PutStory{story}),
            "story.credits.source: belongs to another site");
  story.credits[0].source = core::SourceId{99};
  EXPECT_EQ(refusal(Errc::kNotFound, PutStory{story}),
            "story.credits.source: there is no such source");
  story.site = core::SiteId{99};
  EXPECT_EQ(refusal(Errc::kNotFound, PutStory{story}), "story.site: there is no such site");
}

TEST_F(Stories, HaveLimitsForEveryField) {
  const auto refused = [this](auto change) {
    auto story = sample::story(41);
    change(story);
    return refusal(Errc::kInvalidArgument, PutStory{story});
  };
  using core::Story;
  EXPECT_EQ(refused([](Story& s) { s.headline.assign(kHeadlineCharactersMax, 'x'); }), "");
  EXPECT_EQ(refused([](Story& s) { s.headline.assign(kHeadlineCharactersMax + 1, 'x'); }),
            "story.headline: is longer than 300 characters");
  EXPECT_EQ(refused([](Story& s) { s.headline = ""; }), "story.headline: is missing");
  EXPECT_EQ(refused([](Story& s) { s.id = {}; }), "story.id: is missing");
  EXPECT_THAT(refused([](Story& s) { s.dateline.assign(101, 'x'); }),
              StartsWith("story.dateline: "));
  EXPECT_THAT(refused([](Story& s) { s.summary_html.assign(kSummaryBytesMax + 1, 'x'); }),
              StartsWith("story.summary: "));
  EXPECT_THAT(refused([](Story& s) { s.body_html = "\xff"; }), StartsWith("story.body: "));
  EXPECT_THAT(refused([](Story& s) { s.url = "javascript:alert(1)"; }), StartsWith("story.url: "));
  EXPECT_THAT(refused([](Story& s) { s.image_url = "/i.jpg"; }), StartsWith("story.image_url: "));
  EXPECT_THAT(refused([](Story& s) { s.language = "-"; }), StartsWith("story.language: "));
  EXPECT_THAT(refused([](Story& s) { s.authors.assign(33, "x"); }), StartsWith("story.authors: "));
  EXPECT_THAT(refused([](Story& s) { s.topics.assign(33, "x"); }), StartsWith("story.topics: "));
  EXPECT_THAT(refused([](Story& s) { s.credits.resize(33); }), StartsWith("story.credits: "));
  EXPECT_THAT(refused([](Story& s) { s.credits.resize(1); }), StartsWith("story.credits.name: "));
}

}  // namespace
}  // namespace tocsin::newsroom
