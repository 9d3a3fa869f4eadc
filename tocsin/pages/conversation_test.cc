// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/conversation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tocsin/pages/html_check.h"

namespace tocsin::pages {
namespace {

using conversation::Opening;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Time kNow{Millis{1'795'000'000'000}};

core::Comment comment(std::uint64_t id, std::uint64_t parent = 0) {
  return {.id = core::CommentId{id},
          .story = core::StoryId{41},
          .parent = core::CommentId{parent},
          .name = "Ana",
          .text = "Comment " + std::to_string(id),
          .created = kNow};
}

ConversationView view_of(std::vector<core::Comment> comments) {
  ConversationView view;
  view.story.id = core::StoryId{41};
  view.story.headline = "Quake";
  view.count = static_cast<std::uint32_t>(comments.size());
  view.comments = std::move(comments);
  return view;
}

std::string markup(const ConversationView& view) { return conversation_section(view).markup(); }

TEST(ConversationSection, PutsAnswersBelowWhatTheyAnswer) {
  const auto html = markup(view_of({comment(1), comment(2, 1), comment(3)}));
  EXPECT_EQ(check::read(html).problem, "");
  const auto first = html.find("Comment 1");
  const auto answer = html.find("Comment 2");
  const auto last = html.find("Comment 3");
  EXPECT_LT(first, answer);
  EXPECT_LT(answer, last);
  EXPECT_LT(html.find("<ol", first), answer) << "in a list of its own";
  EXPECT_THAT(html, HasSubstr("3 comments"));
}

TEST(ConversationSection, ShowsWhatPeopleWriteAsText) {
  auto hostile = comment(1);
  hostile.name = "<script>canary()</script>";
  hostile.text = "<img src=x onerror=canary()> [x](javascript:canary())";
  const auto html = markup(view_of({hostile}));
  EXPECT_EQ(check::read(html).problem, "");
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, Not(HasSubstr("href=\"javascript")));
}

TEST(ConversationSection, SaysSinceWhenAndWhyItIsClosed) {
  auto view = view_of({comment(1)});
  view.opening = {.state = Opening::State::kClosed,
                  .why = Opening::Why::kByHand,
                  .since = kNow,
                  .message = "Too heated."};
  const auto html = markup(view);
  EXPECT_THAT(html, HasSubstr("Comments are closed since "));
  EXPECT_THAT(html, HasSubstr("datetime=\"" + rfc3339(kNow) + '"'));
  EXPECT_THAT(html, HasSubstr(": Too heated."));
  EXPECT_THAT(html, HasSubstr("Comment 1")) << "it stays readable";
}

TEST(ConversationSection, OfAHiddenConversationIsNotThere) {
  auto view = view_of({comment(1)});
  view.opening.state = Opening::State::kHidden;
  EXPECT_EQ(markup(view), "");
}

TEST(ConversationSection, KeepsThePlaceOfADeletedComment) {
  auto gone = comment(1);
  gone.state = core::CommentState::kDeleted;
  gone.text.clear();
  const auto html = markup(view_of({gone, comment(2, 1)}));
  EXPECT_THAT(html, HasSubstr("This comment was deleted."));
  EXPECT_THAT(html, HasSubstr("Comment 2"));
}

TEST(ConversationSection, NestsNoDeeperThanSixLevels) {
  std::vector<core::Comment> chain = {comment(1)};
  for (std::uint64_t id = 2; id <= 20'000; ++id) chain.push_back(comment(id, id - 1));
  const auto html = markup(view_of(chain));
  EXPECT_EQ(check::read(html).problem, "");
  EXPECT_THAT(html, HasSubstr("Comment 20000"));
  std::size_t lists = 0;
  for (auto at = html.find("<ol"); at != std::string::npos; at = html.find("<ol", at + 1)) ++lists;
  EXPECT_EQ(lists, 6U);
}

TEST(ConversationSection, OfTheStoryPageHasTheFirstFifty) {
  std::vector<core::Comment> many;
  for (std::uint64_t id = 1; id <= 60; ++id) many.push_back(comment(id));
  auto view = view_of(many);
  EXPECT_THAT(markup(view), HasSubstr("Comment 60"));
  view.is_whole = false;
  EXPECT_THAT(markup(view), Not(HasSubstr("Comment 60")));
  EXPECT_THAT(markup(view), HasSubstr("Read all comments"));
}

}  // namespace
}  // namespace tocsin::pages
