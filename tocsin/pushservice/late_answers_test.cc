// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pushservice/late_answers.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/base/random.h"

namespace tocsin::pushservice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::uint32_t> streams_at(LateAnswers& answers, std::int64_t now_ms) {
  std::vector<std::uint32_t> streams;
  answers.take(now_ms, [&](const LateAnswers::Late& late) { streams.push_back(late.stream); });
  return streams;
}

TEST(LateAnswers, LeaveWhenTheirTimeHasComeTheEarliestFirst) {
  LateAnswers answers;
  answers.add(1, 1, {.delay = Millis(30)}, 1000);
  answers.add(1, 3, {.delay = Millis(10)}, 1000);
  answers.add(1, 5, {.delay = Millis(0)}, 1000);
  EXPECT_THAT(streams_at(answers, 999), IsEmpty());
  EXPECT_THAT(streams_at(answers, 1009), ElementsAre(5U));
  EXPECT_THAT(streams_at(answers, 1100), ElementsAre(3U, 1U));
  EXPECT_TRUE(answers.is_empty());
}

TEST(LateAnswers, AreTheAnswersThatWereGiven) {
  LateAnswers answers;
  {
    const std::string location = "https://localhost/message/1";
    const std::vector<Answer::Field> fields{{"location", location}, {"ttl", ""}};
    answers.add(7, 9,
                {.status = 429,
                 .deed = Deed::kGoAway,
                 .delay = Millis(5),
                 .pause = Millis(600),
                 .fields = fields,
                 .body = std::string_view("why")},
                0);
  }
  int given = 0;
  answers.take(5, [&](const LateAnswers::Late& late) {
    ++given;
    EXPECT_EQ(late.connection, 7U);
    EXPECT_EQ(late.stream, 9U);
    EXPECT_EQ(late.answer.status, 429);
    EXPECT_EQ(late.answer.deed, Deed::kGoAway);
    EXPECT_EQ(late.answer.pause, Millis(600));
    ASSERT_EQ(late.answer.fields.size(), 2U);
    EXPECT_EQ(late.answer.fields[0], Answer::Field("location", "https://localhost/message/1"));
    EXPECT_EQ(late.answer.fields[1], Answer::Field("ttl", ""));
    EXPECT_EQ(late.answer.body, "why");
  });
  EXPECT_EQ(given, 1);
}

TEST(LateAnswers, AreEachGivenOnceWhateverTheClockDoes) {
  constexpr std::uint64_t kSeed = 5;
  SeededRandom random(kSeed);
  LateAnswers answers;
  std::multimap<std::int64_t, std::uint32_t> due;
  std::int64_t now_ms = 1'000'000;
  std::uint32_t stream = 0;
  for (int round = 0; round < 3000; ++round) {
    for (std::uint64_t i = random.below(4); i > 0; --i) {
      const auto delay = Millis(static_cast<std::int64_t>(
          random.below(static_cast<std::uint64_t>(Answer::kDelayMax.count()) + 1)));
      answers.add(1, ++stream, {.delay = delay}, now_ms);
      due.emplace(now_ms + delay.count(), stream);
    }
    // Now and then the thread had no turn for longer than the wheel is round.
    now_ms += static_cast<std::int64_t>(random.below(100) == 0 ? 20'000 : random.below(20));
    std::int64_t last_due = 0;
    answers.take(now_ms, [&](const LateAnswers::Late& late) {
      const auto found = std::find_if(due.begin(), due.end(),
                                      [&](const auto& one) { return one.second == late.stream; });
      ASSERT_NE(found, due.end()) << "seed " << kSeed;
      EXPECT_LE(found->first, now_ms) << "seed " << kSeed;
      EXPECT_GE(found->first, last_due) << "seed " << kSeed;
      last_due = found->first;
      due.erase(found);
    });
    EXPECT_TRUE(due.empty() || due.begin()->first > now_ms - 1) << "seed " << kSeed;
  }
}

}  // namespace
}  // namespace tocsin::pushservice
