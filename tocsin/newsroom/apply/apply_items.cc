// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <tuple>

#include "tocsin/newsroom/apply/fields.h"
#include "tocsin/newsroom/apply/steps.h"
#include "tocsin/newsroom/dateline.h"
#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/text.h"

namespace tocsin::newsroom {
namespace {

using core::Credit;
using core::Story;

// Where the items come from, and when.
struct Origin {
  core::Site site;
  core::Source source;
  core::Feed feed;
  Time at;
  std::string actor;
};

// Cut HTML is broken HTML, so what is too long is left out: the credit links to the whole.
std::string html_within(const std::string& html, std::size_t bytes_max) {
  return html.size() <= bytes_max && characters(html) ? html : std::string();
}

std::string url_or_nothing(const std::string& url) { return is_web_url(url) ? url : std::string(); }

// An entry needs no title (RSS 2.0); its text then begins with the headline.
std::string headline_of(const Story& item) {
  std::string headline = collapsed(item.headline);
  if (headline.empty()) headline = plain_text(item.summary_html);
  if (headline.empty()) headline = plain_text(item.body_html);
  if (headline.empty()) headline = item.url;
  return cut(headline, kHeadlineCharactersMax);
}

std::vector<std::string> names_of(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const auto& name : names) {
    std::string kept = cut(collapsed(name), kNameCharactersMax);
    if (!kept.empty() && out.size() < kAuthorsMax) out.push_back(std::move(kept));
  }
  return out;
}

// The feed's source first, then whom the item itself names.
std::vector<Credit> credits_of(const Story& item, const Origin& origin) {
  std::vector<Credit> out{{origin.source.id, origin.source.name, url_or_nothing(item.url)}};
  for (const auto& credit : item.credits) {
    Credit kept{{}, cut(collapsed(credit.name), kNameCharactersMax), url_or_nothing(credit.url)};
    const bool is_source = folded(kept.name) == folded(origin.source.name);
    if (!kept.name.empty() && !is_source && out.size() < kCreditsMax) {
      out.push_back(std::move(kept));
    }
  }
  return out;
}

std::vector<std::string> topics_of(const Story& item, const Origin& origin) {
  std::vector<std::string> topics = origin.feed.topics;
  topics.insert(topics.end(), item.topics.begin(), item.topics.end());
  return normalised_topics(topics, origin.site);
}

// Gives `story` the content of the item, within limits; id, state and times are left alone.
void take_content(const Story& item, const Origin& origin, Story& story) {
  story.headline = headline_of(item);
  const Dateline of_summary = take_dateline(item.summary_html);
  const Dateline of_body = take_dateline(item.body_html);
  const std::string& found = of_summary.place.empty() ? of_body.place : of_summary.place;
  story.dateline =
      cut(collapsed(item.dateline.empty() ? found : item.dateline), kDatelineCharactersMax);
  story.summary_html = html_within(of_summary.html, kSummaryBytesMax);
  story.body_html = html_within(of_body.html, kBodyBytesMax);
  story.url = url_or_nothing(item.url);
  story.image_url = url_or_nothing(item.image_url);
  story.language = is_language(item.language) ? item.language : origin.site.language;
  story.authors = names_of(item.authors);
  story.credits = credits_of(item, origin);
  story.topics = topics_of(item, origin);
}

Story story_of(const Story& item, const Origin& origin) {
  Story story;
  story.id = item.id;
  story.site = origin.site.id;
  story.feed = origin.feed.id;
  take_content(item, origin, story);
  story.published = published_at(item, origin.at);
  story.updated = std::clamp(item.updated, story.published, origin.at);
  story.recorded = origin.at;
  return story;
}

// The known story with the item's content, if that differs and the story is still the feed's to
// change: not withdrawn, not corrected, not edited.
std::optional<Story> updated_story(const View& view, core::StoryId id, const Story& item,
                                   const Origin& origin) {
  auto story = view.story(id);
  if (!story || story->state != core::StoryState::kPublished) return std::nullopt;
  if (story->feed != origin.feed.id) return std::nullopt;
  const Story before = *story;
  take_content(item, origin, *story);
  if (*story == before) return std::nullopt;
  story->updated = origin.at;
  return story;
}

bool is_worth_an_alert(const Story& story, const TakeItems& body, const Origin& origin) {
  return origin.feed.alert && !body.first_sight && story.published + kHeldAgeMax >= origin.at;
}

Result<Origin> origin_of(const View& view, const Command& command, const TakeItems& body) {
  auto feed = view.feed(body.feed);
  if (!feed) return not_found("feed", "there is no such feed");
  auto site = view.site(feed->site);
  if (!site) return not_found("feed.site", "there is no such site");
  auto source = view.source(feed->source);
  if (!source) return not_found("feed.source", "there is no such source");
  return Origin{*std::move(site), *std::move(source), *std::move(feed), command.at, command.actor};
}

// Appends the story, the memory of the item, and the alert if there is to be one.
Status take_new_item(const View& view, const TakenItem& item, const TakeItems& body,
                     const Origin& origin, Effects& effects) {
  const Story story = story_of(item.story, origin);
  if (story.headline.empty()) return ok();  // nothing to show, nothing to link to
  const bool has_alert = is_worth_an_alert(story, body, origin);
  if (has_alert && !item.alert) return bad_field("items.alert", "is missing");
  core::Alert alert = alert_about(story, origin.site, 1);
  if (has_alert) alert.held_because = reason_to_hold(view, story, item.ahead, effects.changes);
  effects.changes.emplace_back(story);
  effects.changes.emplace_back(SeenItem{origin.feed.id, item.key, story.id});
  if (!has_alert) return ok();
  if (!alert.held_because.empty()) alert.state = core::AlertState::kHeld;
  alert.id = item.alert;
  alert.importance = *origin.feed.alert;
  alert.created = origin.at;
  alert.created_by = origin.actor;
  effects.changes.emplace_back(std::move(alert));
  return ok();
}

}  // namespace

Result<Effects> apply_body(const View& view, const Command& command, const TakeItems& body) {
  TOCSIN_TRY(const Origin origin, origin_of(view, command, body));
  TOCSIN_TRY(std::ignore, check_count("items", body.items.size(), kItemsMax));

  Effects effects;
  std::set<core::ItemKey> keys;
  std::set<core::StoryId> ids;
  for (const TakenItem& item : body.items) {
    if (!keys.insert(item.key).second) continue;
    if (const auto known = view.item(origin.feed.id, item.key)) {
      auto story = updated_story(view, *known, item.story, origin);
      if (story) effects.changes.emplace_back(*std::move(story));
      continue;
    }
    if (!item.story.id) return bad_field("items.story.id", "is missing");
    if (!ids.insert(item.story.id).second || view.story(item.story.id)) {
      return bad_field("items.story.id", "is another story's");
    }
    TOCSIN_TRY(std::ignore, take_new_item(view, item, body, origin, effects));
  }
  hold_flood(body.plausible, effects.changes);
  hold_slow_flood(view, origin.feed.id, origin.at, effects.changes);
  return effects;
}

}  // namespace tocsin::newsroom
