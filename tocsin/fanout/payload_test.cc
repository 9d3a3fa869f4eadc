// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/payload.h"

#include <gtest/gtest.h>

#include "tocsin/json/json.h"

namespace tocsin::fanout {
namespace {

struct PayloadTest : testing::Test {
  core::Site site;
  core::Story story;
  core::Alert alert;

  PayloadTest() {
    site.base_url = "https://news.example";
    site.language = "es";
    story.id = core::StoryId{42};
    story.headline = "Quake hits coast";
    alert.id = core::AlertId{43};
    alert.story = story.id;
    alert.title = "Quake hits coast";
    alert.body = "A strong earthquake was felt from Valparaiso to Concepcion.";
    alert.url = "https://news.example/s/quake";
    alert.created = Time(Seconds(1'795'000'000));
  }

  // Parsed again, and within the limit.
  Json written() const {
    const std::string text = declarative_notification(alert, story, site);
    EXPECT_LE(text.size(), webpush::kMaxPortablePlaintextBytes);
    auto json = Json::parse(text);
    EXPECT_TRUE(json) << text;
    return json ? *std::move(json) : Json();
  }
  static std::string repeated(std::string_view part, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += part;
    return out;
  }
};

TEST_F(PayloadTest, IsADeclarativeNotification) {
  alert.actions = {{"Read", "https://news.example/read"}, {"Later", "https://news.example/l"}};
  alert.image_url = "https://news.example/quake.jpg";
  const Json json = written();
  EXPECT_EQ(json.find("web_push")->if_int(), 8030);
  EXPECT_EQ(json.find("mutable")->if_bool(), true);
  const Json& shown = *json.find("notification");
  EXPECT_EQ(shown.text("title"), "Quake hits coast");
  EXPECT_EQ(shown.text("body"), alert.body);
  EXPECT_EQ(shown.text("navigate"), alert.url);
  EXPECT_EQ(shown.text("lang"), "es");
  EXPECT_EQ(shown.text("dir"), "ltr");
  EXPECT_EQ(shown.text("tag"), core::collapse_key(alert));
  EXPECT_EQ(shown.text("image"), alert.image_url);
  EXPECT_EQ(shown.find("timestamp")->if_int(), 1'795'000'000'000);
  ASSERT_EQ(shown.find("actions")->if_array()->size(), 2u);
  EXPECT_EQ(shown.find("actions")->if_array()->at(0).text("navigate"), alert.actions[0].url);
  EXPECT_EQ(json.find("tocsin")->text("alert"), alert.id.text());
  EXPECT_EQ(json.find("tocsin")->find("version")->if_int(), 1);
}

TEST_F(PayloadTest, IsNormallySmall) {
  EXPECT_LT(declarative_notification(alert, story, site).size(), 512u);
}

TEST_F(PayloadTest, LeadsToTheStorysPageWhereTheAlertHasNoUrl) {
  alert.url.clear();
  EXPECT_EQ(written().find("notification")->text("navigate"),
            "https://news.example/s/" + core::slug(story));
}

TEST_F(PayloadTest, WritesRightToLeftLanguagesSo) {
  story.language = "ar-EG";
  EXPECT_EQ(written().find("notification")->text("dir"), "rtl");
}

TEST_F(PayloadTest, ShortensTheBodyAtAWord) {
  alert.body = repeated("seismograph ", 200);
  const auto body = written().find("notification")->text("body");
  EXPECT_TRUE(body->ends_with("seismograph\u2026")) << *body;
}

TEST_F(PayloadTest, DropsTheImageBeforeTheBodyIsLost) {
  alert.body = repeated("a b ", 100);
  alert.image_url = "https://news.example/" + repeated("x", 2'500);
  alert.actions = {{"Read", "https://news.example/read"}};
  const Json json = written();
  EXPECT_EQ(json.find("notification")->text("image"), std::nullopt);
  EXPECT_TRUE(json.find("notification")->find("actions"));
  EXPECT_EQ(json.find("notification")->text("body"), alert.body);
}

TEST_F(PayloadTest, DropsActionsThatDoNotFit) {
  alert.actions = {{"Read", "https://news.example/" + repeated("x", 4'000)}};
  EXPECT_FALSE(written().find("notification")->find("actions"));
}

TEST_F(PayloadTest, StaysWithinTheLimitWithHostileTexts) {
  const std::string_view parts[] = {
      "<",        "\x01", "\"",          "\\", "\xff", "\xf0\x9f\x92\xa9", "\xe2\x80\xae",
      "\xcc\x81", "\xc3", "\xed\xa0\x80"};
  for (const auto part : parts) {
    for (const int times : {1, 100, 3'000}) {
      alert.title = repeated(part, times);
      alert.body = repeated(part, times + 1);
      alert.url = "https://news.example/" + repeated(part, times);
      alert.image_url = alert.url;
      alert.actions = {{alert.title, alert.url}, {alert.body, alert.url}};
      story.language = repeated(part, times);
      EXPECT_EQ(written().find("web_push")->if_int(), 8030);
    }
  }
}

TEST_F(PayloadTest, NeverCutsACharacter) {
  for (int bytes = 0; bytes < 8; ++bytes) {
    alert.body = std::string(static_cast<std::size_t>(bytes), 'x') + repeated("\u20ac", 1'000);
    EXPECT_EQ(written().find("notification")->text("body")->find("\ufffd"), std::string::npos);
  }
}

TEST_F(PayloadTest, TellsThePushServiceHowLongAndHowUrgent) {
  alert.ttl = Seconds(600);
  alert.importance = core::Importance::kMinor;
  core::Payload payload = payload_of(alert, story, site);
  EXPECT_TRUE(webpush::check(payload.options));
  EXPECT_EQ(payload.options.urgency, webpush::Urgency::kNormal);
  EXPECT_EQ(payload.options.collapse_key, core::collapse_key(alert));
  EXPECT_EQ(payload.deadline, alert.created + Seconds(600));

  alert.ttl = Seconds(400 * 86'400);
  alert.importance = core::Importance::kBreaking;
  payload = payload_of(alert, story, site);
  EXPECT_EQ(payload.options.ttl, webpush::kTtlMax);
  EXPECT_EQ(payload.options.urgency, webpush::Urgency::kHigh);
}

}  // namespace
}  // namespace tocsin::fanout
