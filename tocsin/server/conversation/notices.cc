// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/notices.h"

#include <algorithm>
#include <utility>

#include "tocsin/conversation/answers.h"
#include "tocsin/conversation/opening.h"
#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/text.h"
#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"

namespace tocsin::server {
namespace {

constexpr std::size_t kRepliesARun = 1'000;
constexpr std::size_t kFollowersPage = 1'000;
constexpr Seconds kRetryAfter{60};
constexpr Seconds kTtl{86'400};

bool may_tell(const core::Follower& follower, Seconds gap, Time now) {
  return !follower.notified || *follower.notified + gap <= now;
}

std::string quoted(const core::Comment& comment) {
  return newsroom::cut(newsroom::collapsed(comment.text), newsroom::kAlertBodyCharactersMax);
}

core::Alert alert_of(const core::Site& site, const core::Story& story, Time now) {
  core::Alert out;
  // The complement of the story's id: one tag a conversation, and not that of the story's alerts.
  out.id = core::AlertId{~story.id.value};
  out.site = site.id;
  out.ttl = kTtl;
  out.importance = core::Importance::kMinor;
  out.created = now;
  out.url = site.base_url + "/s/" + core::slug(story);
  out.body = "On: " + newsroom::cut(story.headline, newsroom::kAlertTitleCharactersMax);
  return out;
}

// Writes the answers that the follower was not told of into the alert, and what it tells into
// `told`. False: there are none.
bool tell_answers(const newsroom::Content& content, const core::Site& site,
                  const core::Follower& follower, core::Alert& alert,
                  conversation::NoteTold::Told& told) {
  const auto answers = conversation::untold_answers(content, follower);
  if (answers.empty()) return false;
  const auto& last = answers.back();
  alert.title = answers.size() > 1 ? std::to_string(answers.size()) + " answers to you"
                                   : last.name + " answered you";
  alert.body = quoted(last);
  alert.url = site.base_url + "/c/" + last.id.text();
  told.up_to = last.announced;
  for (const auto& answer : answers) told.answers.push_back(answer.id);
  return true;
}

}  // namespace

Notices::Notices(Ports ports) : ports_(std::move(ports)) {
  for (const auto story : ports_.content.followed_stories()) {
    busy_.insert(story);
    closed_.insert(story);
  }
}

void Notices::run() {
  const Time now = ports_.clock.now();
  std::erase_if(failed_, [now](const auto& failed) { return failed.second <= now; });
  tell_replies();
  std::erase_if(busy_, [this](core::StoryId story) { return tell_followers(story); });
  std::erase_if(closed_, [this](core::StoryId story) { return tell_closed(story); });
}

// Goes on where the last run ended: those who cannot be told stay in the list, and are not to keep
// the others waiting.
void Notices::tell_replies() {
  const Time now = ports_.clock.now();
  const auto page = ports_.content.followers_with_reply(replies_told_, kRepliesARun);
  for (const auto& follower : page) {
    if (may_tell(follower, kReplyGap, now)) tell(follower, What::kReply);
  }
  replies_told_.reset();
  if (page.size() == kRepliesARun) replies_told_ = {page.back().story, page.back().device};
}

bool Notices::tell_followers(core::StoryId story) {
  const auto conversation = ports_.content.conversation(story);
  if (!conversation || !conversation->latest) return true;
  const Time now = ports_.clock.now();
  bool is_done = true;
  each_follower(story, [&](const core::Follower& follower) {
    if (!follower.all || follower.reply || follower.told >= conversation->latest) return;
    is_done = false;
    if (may_tell(follower, kAllGap, now)) tell(follower, What::kComments);
  });
  return is_done;
}

// A wish is kept until it is fulfilled, or the conversation opens again.
bool Notices::tell_closed(core::StoryId story) {
  if (!is_closed(story)) return true;
  bool is_done = true;
  each_follower(story, [&](const core::Follower& follower) {
    if (!follower.closing) return;
    is_done = false;
    tell(follower, What::kClosed);
  });
  return is_done;
}

bool Notices::is_closed(core::StoryId story) const {
  const auto about = ports_.content.story(story);
  const auto site = about ? ports_.content.site(about->site) : std::nullopt;
  if (!site) return false;
  const auto opening = conversation::opening_of(site->comments, ports_.content.conversation(story),
                                                *about, ports_.clock.now());
  return opening.state == conversation::Opening::State::kClosed;
}

template <class Visit>
void Notices::each_follower(core::StoryId story, Visit visit) const {
  std::optional<core::SubscriptionId> after;
  for (;;) {
    const auto page = ports_.content.followers(story, after, kFollowersPage);
    for (const auto& follower : page) visit(follower);
    if (page.size() < kFollowersPage) return;
    after = page.back().device;
  }
}

void Notices::tell(const core::Follower& follower, What what) {
  const Place place{follower.story, follower.device};
  if (in_flight_.contains(place) || failed_.contains(place)) return;
  const auto& content = ports_.content;
  const auto story = content.story(follower.story);
  const auto site = story ? content.site(story->site) : std::nullopt;
  const auto conversation = content.conversation(follower.story);
  if (!site || !conversation) return;
  conversation::NoteTold::Told told{.device = follower.device, .is_closing = what == What::kClosed};
  core::Alert alert = alert_of(*site, *story, ports_.clock.now());
  if (what == What::kClosed) {
    alert.title = "Comments are closed";
  } else if (what == What::kComments) {
    alert.title = "New comments";
    told.up_to = conversation->latest;
  } else if (!tell_answers(content, *site, follower, alert, told)) {
    return on_outcome(place, told, core::Outcome::kAccepted);
  }
  in_flight_.insert(place);
  const bool is_sent =
      ports_.send(alert, *story, follower.device,
                  [this, place, told](core::Outcome outcome) { on_outcome(place, told, outcome); });
  // A device that is gone hears nothing any more.
  if (!is_sent) on_outcome(place, told, core::Outcome::kGone);
}

void Notices::on_outcome(const Place& place, const conversation::NoteTold::Told& told,
                         core::Outcome outcome) {
  in_flight_.erase(place);
  metrics::count("tocsin_conversation_notices_total", 1, core::text(outcome));
  // What cannot be delivered is not tried for ever: the next comment makes another.
  const bool is_over = outcome != core::Outcome::kFailed && outcome != core::Outcome::kThrottled;
  failed_[place] = ports_.clock.now() + (is_over ? Seconds(5) : kRetryAfter);
  if (!is_over) return;
  ports_.note({.story = place.first, .told = {told}});
}

}  // namespace tocsin::server
