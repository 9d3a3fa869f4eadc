// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/json/json.h"
#include "tocsin/pages/html_check.h"
#include "tocsin/pages/sample.h"

namespace tocsin::pages {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Assets& assets() {
  static const Assets sample({{"/app.css", "body{}"}, {"/tocsin.js", "x()"}});
  return sample;
}

std::vector<std::string> all_pages(const core::Site& site, const core::Story& story) {
  const Frame frame{site, assets()};
  core::Story corrected = story;
  corrected.state = core::StoryState::kCorrected;
  return {river_page(frame, {.stories = {story, corrected}}),
          river_page(frame, {.stories = {story},
                             .topic = story.topics.front(),
                             .is_first_page = false,
                             .has_older = true}),
          story_page(frame, {story, {story}, story.topics.front(), story}),
          story_page(frame, {corrected, {}, "", std::nullopt}),
          withdrawn_page(frame, story),
          following_page(frame, false),
          following_page(frame, true),
          offline_page(frame),
          error_page(frame, 404)};
}

core::Site site_of(const std::string& value) {
  core::Site site = sample::site();
  site.name = value;
  site.tagline = value;
  site.topics = {value};
  site.language = value;
  return site;
}

// Texts that became markup or script somewhere, each by another way of breaking out.
const std::vector<std::string> kHostile = {
    "<script>canary()</script>",
    "</title><script>canary()</script>",
    "</script><script>canary()</script>",
    "\"><img src=x onerror=canary()>",
    "' autofocus onfocus='canary()",
    "<svg/onload=canary()>",
    "<!--",
    "]]><x>",
    "&lt;script&gt;canary()&lt;/script&gt;",
    "&#60;script&#62;canary()",
    "<iframe srcdoc='<script>canary()</script>'>",
    "{{constructor.constructor('canary()')()}}",
    "\xe2\x80\xae<b>\xe2\x80\xac",
    std::string("a\0<b>", 5),
    "\xff\xfe<b>",
    "javascript:canary()",
    "<a href=javascript:canary()>x</a>",
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
    "\r\n\r\n<script>canary()</script>",
};

TEST(Views, AreWellFormed) {
  for (const auto& page : all_pages(sample::site(), sample::story(7))) {
    EXPECT_EQ(check::read(page).problem, "") << page;
  }
}

TEST(Views, KeepTheirShapeWhateverTheTextSays) {
  const auto calm = all_pages(site_of("x"), sample::story_of(7, "x"));
  for (const auto& text : kHostile) {
    const auto pages = all_pages(site_of(text), sample::story_of(7, text));
    for (std::size_t i = 0; i < pages.size(); ++i) {
      const auto reading = check::read(pages[i]);
      EXPECT_EQ(reading.problem, "") << text;
      EXPECT_EQ(reading.outline(), check::read(calm[i]).outline()) << text;
    }
  }
}

void expect_harmless(const check::Element& element) {
  for (const auto& [name, value] : element.attributes) {
    EXPECT_FALSE(name.starts_with("on") || name == "style" || name == "srcdoc") << name;
    if (name != "href" && name != "src") continue;
    EXPECT_TRUE(is_safe_address(value)) << value;
    EXPECT_THAT(value, Not(HasSubstr("canary"))) << value;
  }
}

TEST(Views, NeverLinkToWhatCouldRun) {
  for (const auto& text : kHostile) {
    core::Story story = sample::story(7);
    story.url = text;
    story.image_url = text;
    story.credits = {{{}, "The Wire", text}};
    for (const auto& page : all_pages(sample::site(), story)) {
      const auto reading = check::read(page);
      EXPECT_EQ(reading.problem, "") << text;
      for (const auto& element : reading.elements) expect_harmless(element);
    }
  }
}

TEST(Views, HaveNoScriptOfTheirOwn) {
  for (const auto& page : all_pages(sample::site(), sample::story(7))) {
    for (const auto& element : check::read(page).elements) {
      if (element.name != "script") continue;
      const bool is_ours = element.attributes.count("src") == 1 && element.text.empty();
      const bool is_data = element.attributes.count("type") == 1 &&
                           element.attributes.at("type") == "application/ld+json";
      EXPECT_TRUE(is_ours || is_data) << element.text;
    }
  }
}

TEST(Views, HaveLandmarksLanguageAndAWayToTheContent) {
  for (const auto& page : all_pages(sample::site(), sample::story(7))) {
    const auto reading = check::read(page);
    EXPECT_EQ(reading.find("html")->attributes.at("lang"), "en");
    EXPECT_NE(reading.find("header"), nullptr);
    EXPECT_EQ(reading.find("main")->attributes.at("id"), "content");
    EXPECT_NE(reading.with("href", "#content"), nullptr);
    EXPECT_NE(reading.find("h1"), nullptr);
    EXPECT_FALSE(reading.find("title")->text.empty());
  }
}

TEST(StoryPage, TellsWhoWroteItWhenAndWhereItStands) {
  const auto site = sample::site();
  const auto page = story_page({site, assets()}, {sample::story(7), {}, "", std::nullopt});
  EXPECT_THAT(page, HasSubstr("<h1>Quake hits the coast</h1>"));
  EXPECT_THAT(page, HasSubstr("VALPARAISO"));
  EXPECT_THAT(page, HasSubstr("By Ana Rojas and Luis Soto"));
  EXPECT_THAT(page, HasSubstr("datetime=\"2026-11-18T12:00:00Z\""));
  EXPECT_THAT(page, HasSubstr("18 November 2026, 12:00 UTC</time>"));
  EXPECT_THAT(page, HasSubstr("<p>The harbour is closed.</p>"));
  EXPECT_NE(check::read(page).with("href", "https://wire.example/quake"), nullptr);
  EXPECT_THAT(page, Not(HasSubstr("Correction:")));
}

TEST(StoryPage, DescribesItselfToSharesAndSearch) {
  const auto site = sample::site();
  const auto story = sample::story(7);
  const auto reading = check::read(story_page({site, assets()}, {story, {}, "", std::nullopt}));
  const auto address = "https://bell.example/s/" + core::slug(story);
  EXPECT_EQ(reading.with("rel", "canonical")->attributes.at("href"), address);
  EXPECT_EQ(reading.with("property", "og:url")->attributes.at("content"), address);
  EXPECT_EQ(reading.with("property", "og:image")->attributes.at("content"), story.image_url);
  EXPECT_EQ(reading.with("name", "description")->attributes.at("content"),
            "It was felt in the capital. The harbour is closed.");
  const auto data = Json::parse(reading.with("type", "application/ld+json")->text);
  ASSERT_TRUE(data);
  EXPECT_EQ(data->text("headline"), "Quake hits the coast");
  EXPECT_EQ(data->text("datePublished"), "2026-11-18T12:00:00Z");
}

TEST(StoryPage, SharesTheSitesPictureWhereTheStoryHasNone) {
  const auto site = sample::site();
  auto story = sample::story(7);
  story.image_url.clear();
  const auto reading = check::read(story_page({site, assets()}, {story, {}, "", std::nullopt}));
  EXPECT_EQ(reading.with("property", "og:image")->attributes.at("content"),
            "https://bell.example/icons/share.png");
  EXPECT_EQ(reading.find("figure"), nullptr);
}

TEST(StoryPage, TellsACorrection) {
  const auto site = sample::site();
  auto story = sample::story(7);
  story.state = core::StoryState::kCorrected;
  story.correction = "The magnitude was 6.9.";
  const auto page = story_page({site, assets()}, {story, {}, "", std::nullopt});
  EXPECT_THAT(page, HasSubstr("<strong>Correction:</strong> The magnitude was 6.9."));
}

TEST(StoryPage, MarksTheLanguageOfTheStory) {
  const auto site = sample::site();
  auto story = sample::story(7);
  story.language = "ar";
  const auto reading = check::read(story_page({site, assets()}, {story, {}, "", std::nullopt}));
  EXPECT_EQ(reading.find("html")->attributes.at("dir"), "ltr");
  EXPECT_EQ(reading.find("article")->attributes.at("lang"), "ar");
  EXPECT_EQ(reading.find("article")->attributes.at("dir"), "rtl");
}

TEST(WithdrawnPage, DoesNotRepeatTheReport) {
  const auto site = sample::site();
  auto story = sample::story(7);
  story.state = core::StoryState::kWithdrawn;
  story.correction = "The report was false.";
  const auto page = withdrawn_page({site, assets()}, story);
  EXPECT_THAT(page, HasSubstr("The report was false."));
  EXPECT_THAT(page, Not(HasSubstr("harbour")));
  EXPECT_THAT(page, Not(HasSubstr("Quake")));
  EXPECT_NE(check::read(page).with("content", "noindex"), nullptr);
}

TEST(RiverPage, LeadsOnToEarlierStoriesOfTheSameTopic) {
  const auto site = sample::site();
  const auto page = river_page({site, assets()}, {.stories = {sample::story(9), sample::story(7)},
                                                  .topic = "Sport & Games",
                                                  .has_older = true});
  const auto before = core::StoryId{7}.text();
  EXPECT_NE(check::read(page).with("href", "/?topic=Sport%20%26%20Games&amp;before=" + before),
            nullptr);
}

TEST(RiverPage, SaysWhenThereIsNothing) {
  const auto site = sample::site();
  EXPECT_THAT(river_page({site, assets()}, {}), HasSubstr("No stories yet"));
}

TEST(FollowingPage, HasNoWayOutOfTheSmallWindow) {
  const auto site = sample::site();
  const auto reading = check::read(following_page({site, assets()}, true));
  EXPECT_EQ(reading.find("footer"), nullptr);
  EXPECT_EQ(reading.find("nav"), nullptr);
  EXPECT_EQ(reading.find("tocsin-follow")->attributes.count("full"), 1u);
}

TEST(Manifest, LetsTheSiteGoToTheHomeScreen) {
  auto site = sample::site();
  site.name = "\"Bell\" <1>";
  const auto json = Json::parse(manifest(site));
  ASSERT_TRUE(json);
  EXPECT_EQ(json->text("name"), "\"Bell\" <1>");
  EXPECT_EQ(json->text("display"), "standalone");
  EXPECT_EQ(json->find("icons")->if_array()->size(), 3u);
}

}  // namespace
}  // namespace tocsin::pages
