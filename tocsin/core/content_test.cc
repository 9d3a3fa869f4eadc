// SPDX-License-Identifier: Apache-2.0
#include "tocsin/core/content.h"

#include <gtest/gtest.h>

namespace tocsin::core {
namespace {

Story story_with(std::string headline) {
  Story story;
  story.id = StoryId{0x1234};
  story.headline = std::move(headline);
  return story;
}

// The slug without the id.
std::string words_of(std::string headline) {
  const Story story = story_with(std::move(headline));
  std::string text = slug(story);
  EXPECT_TRUE(text.ends_with(story.id.text()));
  text.resize(text.size() - story.id.text().size());
  return text;
}

TEST(Importance, ReadsWhatItWrites) {
  for (const auto importance : {Importance::kMinor, Importance::kMajor, Importance::kBreaking}) {
    EXPECT_EQ(parse_importance(text(importance)), importance);
  }
  EXPECT_EQ(parse_importance("Breaking"), std::nullopt);
  EXPECT_EQ(parse_importance(""), std::nullopt);
}

TEST(StoryState, ReadsWhatItWrites) {
  for (const auto state : {StoryState::kDraft, StoryState::kPublished, StoryState::kCorrected,
                           StoryState::kWithdrawn}) {
    EXPECT_EQ(parse_story_state(text(state)), state);
  }
  EXPECT_EQ(parse_story_state("deleted"), std::nullopt);
}

TEST(Slug, IsTheHeadlineInLowerCaseAndTheId) {
  EXPECT_EQ(words_of("Quake hits the coast"), "quake-hits-the-coast-");
  EXPECT_EQ(words_of("  \"It's over\": PM -- resigns!  "), "its-over-pm-resigns-");
  EXPECT_EQ(words_of("5.8-magnitude"), "5-8-magnitude-");
}

TEST(Slug, KeepsEightWords) {
  EXPECT_EQ(words_of("a b c d e f g h"), "a-b-c-d-e-f-g-h-");
  EXPECT_EQ(words_of("a b c d e f g h i"), "a-b-c-d-e-f-g-h-");
}

TEST(Slug, WritesOtherScriptsInLatinLetters) {
  EXPECT_EQ(words_of("Zürich: Höhere Löhne"), "zurich-hohere-lohne-");
  EXPECT_EQ(words_of("Большие новости"), "bolsie-novosti-");
  EXPECT_EQ(words_of("Straße nach L’Aquila gesperrt"), "strasse-nach-laquila-gesperrt-");
}

TEST(Slug, IsTheIdAloneWhereNoWordIsLeft) {
  EXPECT_EQ(words_of(""), "");
  EXPECT_EQ(words_of("🔥🔥"), "");
  EXPECT_EQ(words_of(std::string(1000, 'x')), "");
  EXPECT_EQ(words_of("\xff\xfe\x80"), "");
}

TEST(Slug, TellsTheStory) {
  const Story story = story_with("Quake hits the coast");
  EXPECT_EQ(story_of_slug(slug(story)), story.id);
  EXPECT_EQ(story_of_slug(story.id.text()), story.id);
  EXPECT_EQ(story_of_slug("another-headline-" + story.id.text()), story.id);
  EXPECT_EQ(story_of_slug("quake-hits-the-coast"), std::nullopt);
  EXPECT_EQ(story_of_slug(""), std::nullopt);
  EXPECT_EQ(story_of_slug("quake-"), std::nullopt);
}

TEST(CollapseKey, IsOneForAllAlertsOfAStory) {
  Alert first;
  first.id = AlertId{1};
  first.story = StoryId{7};
  Alert second = first;
  second.id = AlertId{2};
  second.version = 2;
  EXPECT_EQ(collapse_key(first), collapse_key(second));
  second.story = StoryId{8};
  EXPECT_NE(collapse_key(first), collapse_key(second));
}

// RFC 8030, section 5.4.
TEST(CollapseKey, FitsTheTopicField) {
  Alert alert;
  alert.story = StoryId{UINT64_MAX};
  const std::string key = collapse_key(alert);
  EXPECT_LE(key.size(), 32u);
  EXPECT_EQ(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_"), key.npos);
}

}  // namespace
}  // namespace tocsin::core
