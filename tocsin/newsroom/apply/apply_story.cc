// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "tocsin/newsroom/apply/fields.h"
#include "tocsin/newsroom/apply/steps.h"
#include "tocsin/newsroom/limits.h"

namespace tocsin::newsroom {
namespace {

using core::Story;
using core::StoryState;

Status check_credits(const View& view, const Story& story) {
  TOCSIN_TRY(std::ignore, check_count("story.credits", story.credits.size(), kCreditsMax));
  for (const auto& credit : story.credits) {
    TOCSIN_TRY(std::ignore, check_name("story.credits.name", credit.name, kNameCharactersMax));
    TOCSIN_TRY(std::ignore, check_url("story.credits.url", credit.url));
    if (!credit.source) continue;
    const auto source = view.source(credit.source);
    if (!source) return not_found("story.credits.source", "there is no such source");
    if (source->site != story.site) {
      return conflict("story.credits.source", "belongs to another site");
    }
  }
  return ok();
}

Status check_thread(const View& view, const Story& story) {
  if (!story.thread) return ok();
  const auto thread = view.thread(story.thread);
  if (!thread) return not_found("story.thread", "there is no such thread");
  if (thread->site != story.site) return conflict("story.thread", "belongs to another site");
  return ok();
}

Status check_state(const Story& story) {
  if (story.state == StoryState::kWithdrawn) {
    return bad_field("story.state", "is set by withdrawing the story");
  }
  const bool is_corrected = story.state == StoryState::kCorrected;
  if (is_corrected) {
    return check_name("story.correction", story.correction, kReasonCharactersMax);
  }
  if (!story.correction.empty()) {
    return bad_field("story.correction", "is given, but the state is not corrected");
  }
  return ok();
}

Status check_content(const Story& story) {
  TOCSIN_TRY(std::ignore, check_name("story.headline", story.headline, kHeadlineCharactersMax));
  TOCSIN_TRY(std::ignore, check_text("story.dateline", story.dateline, kDatelineCharactersMax));
  TOCSIN_TRY(std::ignore, check_html("story.summary", story.summary_html, kSummaryBytesMax));
  TOCSIN_TRY(std::ignore, check_html("story.body", story.body_html, kBodyBytesMax));
  TOCSIN_TRY(std::ignore, check_url("story.url", story.url));
  TOCSIN_TRY(std::ignore, check_url("story.image_url", story.image_url));
  if (!story.language.empty()) {
    TOCSIN_TRY(std::ignore, check_language("story.language", story.language));
  }
  TOCSIN_TRY(std::ignore, check_count("story.authors", story.authors.size(), kAuthorsMax));
  for (const auto& author : story.authors) {
    TOCSIN_TRY(std::ignore, check_name("story.authors", author, kNameCharactersMax));
  }
  TOCSIN_TRY(std::ignore, check_count("story.topics", story.topics.size(), kTopicsMax));
  for (const auto& topic : story.topics) {
    TOCSIN_TRY(std::ignore, check_name("story.topics", topic, kTopicCharactersMax));
  }
  return ok();
}

// What a story that is put takes from the one it replaces. A story that people have changed is
// theirs: its feed changes it no more.
void complete(Story& story, const std::optional<Story>& known, Time at) {
  story.feed = {};
  if (known && known->state != StoryState::kDraft && story.published == Time{}) {
    story.published = known->published;
  }
  story.published = published_at(story, at);
  story.recorded = known ? known->recorded : at;
  story.updated = known ? known->updated : at;
}

}  // namespace

Result<Effects> apply_body(const View& view, const Command& command, const PutStory& body) {
  Story story = body.story;
  if (!story.id) return bad_field("story.id", "is missing");
  const auto site = view.site(story.site);
  if (!site) return not_found("story.site", "there is no such site");
  const auto known = view.story(story.id);
  if (known && known->site != story.site) return conflict("story.id", "belongs to another site");
  TOCSIN_TRY(std::ignore, check_content(story));
  TOCSIN_TRY(std::ignore, check_state(story));
  TOCSIN_TRY(std::ignore, check_thread(view, story));
  TOCSIN_TRY(std::ignore, check_credits(view, story));

  if (story.language.empty()) story.language = site->language;
  story.topics = normalised_topics(story.topics, *site);
  complete(story, known, command.at);
  if (known && *known == story) return Effects{};
  story.updated = body.is_silent ? story.published : command.at;
  return Effects{{story}};
}

Result<Effects> apply_body(const View& view, const Command& command, const WithdrawStory& body) {
  auto story = view.story(body.story);
  if (!story) return not_found("story", "there is no such story");
  TOCSIN_TRY(std::ignore, check_name("reason", body.reason, kReasonCharactersMax));
  if (story->state == StoryState::kWithdrawn && story->correction == body.reason) return Effects{};
  story->state = StoryState::kWithdrawn;
  story->correction = body.reason;
  story->updated = command.at;
  return Effects{{*story}};
}

}  // namespace tocsin::newsroom
