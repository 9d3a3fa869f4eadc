// SPDX-License-Identifier: Apache-2.0
#include "tocsin/conversation/opening.h"

#include <gtest/gtest.h>

#include "tocsin/base/random.h"

namespace tocsin::conversation {
namespace {

using core::ConversationMode;
using Why = Opening::Why;
using State = Opening::State;

Time time(std::string_view text) { return *parse_rfc3339(text); }

struct Case {
  core::CommentPolicy policy{.is_offered = true};
  std::optional<core::Conversation> conversation;
  core::Story story{.id = {1}, .published = *parse_rfc3339("2026-11-01T09:00:00Z")};

  Opening at(std::string_view text) const {
    return opening_of(policy, conversation, story, time(text));
  }
};

TEST(OpeningOf, IsOpenForAStoryThatNeverHadAConversation) {
  EXPECT_EQ(Case{}.at("2026-11-23T09:00:00Z"), Opening{});
}

TEST(OpeningOf, HidesWhatTheSiteDoesNotOfferAndDrafts) {
  Case c;
  c.story.state = core::StoryState::kDraft;
  EXPECT_EQ(c.at("2026-11-23T09:00:00Z").why, Why::kDraft);
  c.policy.is_offered = false;
  EXPECT_EQ(c.at("2026-11-23T09:00:00Z"),
            (Opening{.state = State::kHidden, .why = Why::kNotOffered}));
}

TEST(OpeningOf, ClosesOldStoriesTooAtTheExactInstant) {
  Case c;
  c.policy.close_after_days = 14;
  const Time end = time("2026-11-15T09:00:00Z");
  EXPECT_EQ(c.at("2026-11-15T08:59:59.999Z"), (Opening{.changes = end}));
  EXPECT_EQ(c.at("2026-11-15T09:00:00Z"),
            (Opening{.state = State::kClosed, .why = Why::kAge, .since = end}));
  EXPECT_EQ(c.at("2029-01-01T00:00:00Z").since, end);
}

TEST(OpeningOf, LetsTheHandOutweighAgeAndNight) {
  Case c;
  c.policy.close_after_days = 1;
  c.policy.opens_minute = 8 * 60;
  c.policy.closes_minute = 9 * 60;
  c.conversation = core::Conversation{.story = {1}, .mode = ConversationMode::kOpen};
  EXPECT_EQ(c.at("2026-11-23T03:00:00Z"), Opening{});
  c.conversation->mode = ConversationMode::kClosed;
  c.conversation->since = time("2026-11-02T10:00:00Z");
  c.conversation->reason = "It got heated.";
  const Opening closed{.state = State::kClosed,
                       .why = Why::kByHand,
                       .since = time("2026-11-02T10:00:00Z"),
                       .message = "It got heated."};
  EXPECT_EQ(c.at("2026-11-23T08:30:00Z"), closed);
  c.conversation->mode = ConversationMode::kHidden;
  EXPECT_EQ(c.at("2026-11-23T08:30:00Z").state, State::kHidden);
}

TEST(OpeningOf, ClosesAtTheHourSetByHandWhateverTheMode) {
  Case c;
  const Time hour = time("2026-11-20T18:00:00Z");
  for (const auto mode : {ConversationMode::kByRule, ConversationMode::kOpen}) {
    c.conversation = core::Conversation{.story = {1}, .mode = mode, .closes_at = hour};
    EXPECT_EQ(c.at("2026-11-20T17:59:59Z"), (Opening{.changes = hour}));
    EXPECT_EQ(c.at("2026-11-20T18:00:00Z"),
              (Opening{.state = State::kClosed, .why = Why::kHour, .since = hour}));
  }
}

TEST(OpeningOf, ClosesTheWholeSiteAndWithdrawnStoriesWhateverTheHandSays) {
  Case c;
  c.conversation = core::Conversation{.story = {1}, .mode = ConversationMode::kOpen};
  c.story.state = core::StoryState::kWithdrawn;
  c.story.updated = time("2026-11-03T00:00:00Z");
  c.story.correction = "Wrong.";
  EXPECT_EQ(c.at("2026-11-23T00:00:00Z"), (Opening{.state = State::kClosed,
                                                   .why = Why::kWithdrawn,
                                                   .since = c.story.updated,
                                                   .message = "Wrong."}));
  c.policy.is_closed = true;
  c.policy.message = "Back on Monday.";
  c.policy.closed_since = time("2026-11-22T00:00:00Z");
  EXPECT_EQ(c.at("2026-11-23T00:00:00Z"), (Opening{.state = State::kClosed,
                                                   .why = Why::kSite,
                                                   .since = c.policy.closed_since,
                                                   .message = "Back on Monday."}));
}

Case berlin(std::uint32_t opens, std::uint32_t closes) {
  Case c;
  c.policy.time_zone = "Europe/Berlin";
  c.policy.opens_minute = opens;
  c.policy.closes_minute = closes;
  return c;
}

TEST(OpeningOf, ClosesForTheNightInTheSitesZone) {
  const Case c = berlin(8 * 60, 22 * 60);
  EXPECT_EQ(c.at("2026-11-23T07:00:00Z"), (Opening{.changes = time("2026-11-23T21:00:00Z")}));
  const Opening night{.state = State::kClosed,
                      .why = Why::kNight,
                      .since = time("2026-11-23T21:00:00Z"),
                      .changes = time("2026-11-24T07:00:00Z")};
  EXPECT_EQ(c.at("2026-11-23T21:00:00Z"), night);
  EXPECT_EQ(c.at("2026-11-24T06:59:59.999Z"), night);
}

TEST(OpeningOf, MayBeOpenOverMidnight) {
  const Case c = berlin(18 * 60, 2 * 60);
  EXPECT_TRUE(c.at("2026-11-23T23:30:00Z").is_open());
  EXPECT_EQ(c.at("2026-11-24T01:00:00Z").since, time("2026-11-24T01:00:00Z"));
  EXPECT_EQ(c.at("2026-11-24T01:00:00Z").changes, time("2026-11-24T17:00:00Z"));
}

TEST(OpeningOf, KeepsItsHoursWhenTheClocksChange) {
  const Case c = berlin(8 * 60, 22 * 60);
  EXPECT_EQ(c.at("2026-03-28T22:00:00Z").changes, time("2026-03-29T06:00:00Z"));
  EXPECT_EQ(c.at("2026-10-24T21:00:00Z").changes, time("2026-10-25T07:00:00Z"));
  // 02:30 does not exist on 29 March: the moment after the gap; it comes twice on 25 October.
  const Case gap = berlin(8 * 60, 2 * 60 + 30);
  EXPECT_EQ(gap.at("2026-03-29T00:00:00Z").changes, time("2026-03-29T01:00:00Z"));
  EXPECT_EQ(gap.at("2026-10-25T00:00:00Z").changes, time("2026-10-25T00:30:00Z"));
  EXPECT_FALSE(gap.at("2026-10-25T01:15:00Z").is_open());
}

TEST(OpeningOf, DoesNotPromiseAMorningThatTheAgeForbids) {
  Case c = berlin(8 * 60, 22 * 60);
  c.policy.close_after_days = 1;
  c.story.published = time("2026-11-22T23:00:00Z");
  EXPECT_EQ(c.at("2026-11-23T22:00:00Z").why, Why::kNight);
  EXPECT_EQ(c.at("2026-11-23T22:00:00Z").changes, std::nullopt);
  EXPECT_EQ(c.at("2026-11-23T23:00:00Z").why, Why::kAge);
}

TEST(OpeningOf, ReadsAnUnknownZoneAsUtc) {
  Case c = berlin(8 * 60, 22 * 60);
  c.policy.time_zone = "Mars/Olympus";
  EXPECT_EQ(c.at("2026-11-23T07:59:59Z").changes, time("2026-11-23T08:00:00Z"));
}

// `since` and `changes` are where the state changes, and nowhere between: tried every 10 minutes.
TEST(OpeningOf, SaysTheExactInstantsOfItsChanges) {
  const std::uint64_t seed = 7;
  SeededRandom random(seed);
  for (const char* const name : {"Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe",
                                 "Pacific/Apia", "Asia/Kathmandu"}) {
    for (int run = 0; run < 6; ++run) {
      Case c = berlin(static_cast<std::uint32_t>(random.below(1440)),
                      static_cast<std::uint32_t>(random.below(1440)));
      if (c.policy.opens_minute == c.policy.closes_minute) continue;
      const auto zone = text::Zone::find(name);
      ASSERT_TRUE(zone) << name;
      Time at = time(random.below(2) == 0 ? "2026-03-01T00:00:00Z" : "2026-09-20T00:00:00Z");
      const auto ask = [&](Time when) {
        return opening_of(c.policy, c.conversation, c.story, when, *zone);
      };
      c.story.published = at;
      c.policy.close_after_days = static_cast<std::uint32_t>(random.below(2) * 40);
      for (Opening last = ask(at); at < c.story.published + std::chrono::hours{24 * 50};) {
        at += std::chrono::minutes{10};
        const Opening now = ask(at);
        if (now.is_open() == last.is_open() && now.changes == last.changes) continue;
        ASSERT_TRUE(now.why == Why::kAge || last.changes) << name << " seed " << seed;
        if (last.changes) {
          ASSERT_LE(*last.changes, at);
          ASSERT_NE(ask(*last.changes).is_open(), last.is_open()) << name << rfc3339(at);
          ASSERT_EQ(ask(*last.changes - Millis{1}).is_open(), last.is_open());
          if (!ask(*last.changes).is_open()) {
            ASSERT_EQ(ask(*last.changes).since, last.changes);
          }
        }
        last = now;
      }
    }
  }
}

}  // namespace
}  // namespace tocsin::conversation
