// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <gtest/gtest.h>

#include "tocsin/newsroom/memory_content.h"
#include "tocsin/newsroom/sample.h"

// Random commands over few ids, so that they meet: whatever comes, apply() answers, answers the
// same again, and alerts no item twice.
namespace tocsin::newsroom {
namespace {

class RandomCommands {
 public:
  explicit RandomCommands(std::uint64_t seed) : random_(seed) {}

  Command next() {
    Command command{.at = sample::kNow + Seconds{made_++}, .actor = "random", .body = body()};
    random_.fill(command.id);
    return command;
  }

 private:
  std::uint64_t id() { return random_.below(5); }
  bool once_in(std::uint64_t times) { return random_.below(times) == 0; }

  std::string text() {
    static const std::vector<std::string> kTexts = {"",
                                                    "Quake hits",
                                                    "https://bell.example",
                                                    "\xff\xfe",
                                                    "<p>Zürich &amp; <b>",
                                                    "  ",
                                                    std::string(500, 'x'),
                                                    "en",
                                                    "🔥",
                                                    "javascript:x",
                                                    "World"};
    return kTexts[random_.below(kTexts.size())];
  }
  std::vector<std::string> texts() {
    std::vector<std::string> out(random_.below(3));
    for (auto& entry : out) entry = text();
    return out;
  }
  Time time() {
    if (once_in(4)) return Time{Millis{static_cast<std::int64_t>(random_.number())}};
    return sample::kNow - Seconds{random_.below(200'000)};
  }

  core::Story story() {
    core::Story out = sample::story(id(), text());
    out.site = core::SiteId{once_in(4) ? id() : sample::kSite.value};
    out.state = static_cast<core::StoryState>(random_.below(4));
    out.summary_html = text();
    out.language = text();
    out.topics = texts();
    out.authors = texts();
    out.published = time();
    out.updated = time();
    out.correction = text();
    return out;
  }
  TakenItem item() {
    TakenItem out = sample::item(static_cast<std::uint8_t>(random_.below(20)), fresh_++);
    const auto own_id = out.story.id;
    out.story = story();
    if (!once_in(10)) out.story.id = own_id;
    return out;
  }

  Body body() {
    switch (random_.below(12)) {
      case 0: {
        auto site = sample::site();
        if (once_in(3)) site.name = text();
        if (once_in(3)) site.base_url = text();
        site.topics = texts();
        return PutSite{site};
      }
      case 1: {
        auto source = sample::source();
        source.name = text();
        return PutSource{source};
      }
      case 2: {
        auto feed = sample::feed();
        if (once_in(2)) feed.alert.reset();
        feed.topics = texts();
        return PutFeed{feed};
      }
      case 3:
        return RemoveFeed{core::FeedId{id()}};
      case 4:
        return WithdrawStory{core::StoryId{id()}, text()};
      case 5:
        return CreateAlert{sample::alert(fresh_++, id()), once_in(2)};
      case 6:
      case 7:
        return PutStory{story()};
      default: {
        TakeItems take{.feed = sample::kFeed, .first_sight = once_in(5)};
        take.items.resize(random_.below(6));
        for (auto& entry : take.items) entry = item();
        return take;
      }
    }
  }

  SeededRandom random_;
  int made_ = 0;
  std::uint64_t fresh_ = 1000;
};

std::string trace(const Result<Effects>& effects) {
  if (!effects) return effects.error().message;
  std::string out;
  for (const auto& change : effects->changes) {
    out += std::to_string(change.index()) + ' ';
    if (const auto* story = std::get_if<core::Story>(&change)) out += core::slug(*story);
    if (const auto* alert = std::get_if<core::Alert>(&change)) out += alert->title + alert->url;
  }
  return out;
}

// What holds for the effects of every command.
void check(const Effects& effects, const Command& command, const MemoryContent& before) {
  for (const auto& change : effects.changes) {
    if (const auto* story = std::get_if<core::Story>(&change)) {
      EXPECT_FALSE(story->headline.empty());
      EXPECT_LE(story->published, command.at);
      EXPECT_LE(story->recorded, command.at);
    } else if (const auto* alert = std::get_if<core::Alert>(&change)) {
      EXPECT_FALSE(alert->title.empty());
      EXPECT_EQ(alert->version, before.alerts_of(alert->story) + 1);
      EXPECT_TRUE(alert->url.starts_with("http"));
    }
  }
}

class RandomRuns : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomRuns, AreAnsweredAlikeAndAlertNoItemTwice) {
  RandomCommands commands(GetParam());
  MemoryContent content;
  content.write(sample::site());
  content.write(sample::source());
  content.write(sample::feed());
  std::map<core::StoryId, int> alerted;
  for (int i = 0; i < 400; ++i) {
    const Command command = commands.next();
    const auto effects = apply(content, command);
    ASSERT_EQ(trace(effects), trace(apply(content, command)));
    if (!effects) continue;
    check(*effects, command, content);
    const bool is_from_feed = std::holds_alternative<TakeItems>(command.body);
    for (const auto& change : effects->changes) {
      const auto* alert = std::get_if<core::Alert>(&change);
      if (alert != nullptr && is_from_feed) {
        EXPECT_EQ(++alerted[alert->story], 1);
      }
      content.write(change);
    }
    const Command again{command.id, command.at, command.actor, command.body};
    const auto repeated = apply(content, again);
    if (!repeated || !is_from_feed) continue;
    for (const auto& change : repeated->changes) {
      EXPECT_FALSE(std::holds_alternative<core::Alert>(change));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomRuns, ::testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace tocsin::newsroom
