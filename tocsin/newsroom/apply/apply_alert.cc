// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <tuple>

#include "tocsin/newsroom/apply/fields.h"
#include "tocsin/newsroom/apply/steps.h"
#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/text.h"
#include "tocsin/webpush/request.h"

namespace tocsin::newsroom {
namespace {

Status check_actions(const std::vector<core::AlertAction>& actions) {
  TOCSIN_TRY(std::ignore, check_count("alert.actions", actions.size(), kActionsMax));
  for (const auto& action : actions) {
    TOCSIN_TRY(std::ignore,
               check_name("alert.actions.title", action.title, kActionTitleCharactersMax));
    if (action.url.empty()) return bad_field("alert.actions.url", "is missing");
    TOCSIN_TRY(std::ignore, check_url("alert.actions.url", action.url));
  }
  return ok();
}

Status check_alert(const core::Alert& alert) {
  if (!alert.id) return bad_field("alert.id", "is missing");
  TOCSIN_TRY(std::ignore, check_text("alert.title", alert.title, kAlertTitleCharactersMax));
  TOCSIN_TRY(std::ignore, check_text("alert.body", alert.body, kAlertBodyCharactersMax));
  TOCSIN_TRY(std::ignore, check_url("alert.url", alert.url));
  TOCSIN_TRY(std::ignore, check_url("alert.image_url", alert.image_url));
  if (alert.ttl < webpush::kTtlMin || alert.ttl > webpush::kTtlMax) {
    return bad_field("alert.ttl", "is not between 1 second and 28 days");
  }
  return check_actions(alert.actions);
}

Status check_story(const View& view, const core::Story& story, bool again) {
  if (story.state == core::StoryState::kDraft) {
    return conflict("alert.story", "is a draft; publish it first");
  }
  if (story.state == core::StoryState::kWithdrawn) return conflict("alert.story", "is withdrawn");
  if (!again && view.alerts_of(story.id) > 0) {
    return conflict("alert.story", "has been alerted before; say `again` if that is meant");
  }
  return ok();
}

}  // namespace

core::Alert alert_about(const core::Story& story, const core::Site& site, std::uint32_t version) {
  core::Alert alert;
  alert.site = story.site;
  alert.story = story.id;
  alert.version = version;
  alert.title = cut(collapsed(story.headline), kAlertTitleCharactersMax);
  alert.body = cut(plain_text(story.summary_html), kAlertBodyCharactersMax);
  alert.url = site.base_url + "/s/" + core::slug(story);
  alert.image_url = story.image_url;
  return alert;
}

Result<Effects> apply_body(const View& view, const Command& command, const CreateAlert& body) {
  const core::Alert& wanted = body.alert;
  TOCSIN_TRY(std::ignore, check_alert(wanted));
  const auto site = view.site(wanted.site);
  if (!site) return not_found("alert.site", "there is no such site");
  const auto story = view.story(wanted.story);
  if (!story) return not_found("alert.story", "there is no such story");
  if (story->site != wanted.site) return conflict("alert.story", "belongs to another site");
  TOCSIN_TRY(std::ignore, check_story(view, *story, body.again));

  core::Alert alert = alert_about(*story, *site, view.alerts_of(story->id) + 1);
  alert.id = wanted.id;
  if (!wanted.title.empty()) alert.title = wanted.title;
  if (!wanted.body.empty()) alert.body = wanted.body;
  if (!wanted.url.empty()) alert.url = wanted.url;
  if (!wanted.image_url.empty()) alert.image_url = wanted.image_url;
  alert.actions = wanted.actions;
  alert.importance = wanted.importance;
  alert.ttl = wanted.ttl;
  alert.created = command.at;
  alert.created_by = command.actor;
  return Effects{{alert}};
}

Result<Effects> apply_body(const View& view, const Command& command, const DecideAlerts& body) {
  TOCSIN_TRY(std::ignore, check_count("alerts", body.alerts.size(), kItemsMax));
  Effects effects;
  std::set<core::AlertId> ids;
  for (const auto id : body.alerts) {
    auto alert = view.alert(id);
    if (!alert) return not_found("alerts", "there is no such alert");
    if (alert->state != core::AlertState::kHeld || !ids.insert(id).second) {
      return conflict("alerts", "is not held; somebody has decided already");
    }
    if (body.release) {
      const auto story = view.story(alert->story);
      if (!story) return not_found("alert.story", "there is no such story");
      TOCSIN_TRY(std::ignore, check_story(view, *story, false));
      alert->version = view.alerts_of(alert->story) + 1;
      alert->created = command.at;
    }
    alert->state = body.release ? core::AlertState::kReleased : core::AlertState::kDismissed;
    alert->decided_by = command.actor;
    effects.changes.emplace_back(*std::move(alert));
  }
  return effects;
}

}  // namespace tocsin::newsroom
