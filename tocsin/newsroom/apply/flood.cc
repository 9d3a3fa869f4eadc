// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tocsin/newsroom/apply/steps.h"
#include "tocsin/newsroom/text.h"

// The flood guard: what a changed publishing system, a backfill, a feed that repeats itself or a
// wrong clock would send to every reader is shown to a person first.
namespace tocsin::newsroom {
namespace {

using core::Alert;
using core::Story;

// "26 hours", "3 days".
std::string length_text(Seconds length) {
  constexpr std::int64_t kHour = 3'600;
  constexpr std::int64_t kDay = 24 * kHour;
  const std::int64_t seconds = length.count();
  if (seconds < 2 * kDay) return std::to_string(seconds / kHour) + " hours";
  return std::to_string(seconds / kDay) + " days";
}

// What leads to the same page is equal: the scheme, the place in the page and the marks of
// campaigns (utm_source and the like) are left out. Any other parameter may name the page.
std::string page_of(std::string_view url) {
  url = url.substr(0, url.find('#'));
  const auto scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 1);
  const auto question = url.find('?');
  std::string page(url.substr(0, question));
  std::string_view rest = question == std::string_view::npos ? "" : url.substr(question + 1);
  while (!rest.empty()) {
    const std::string_view parameter = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), parameter.size() + 1));
    if (!parameter.starts_with("utm_")) page.append("?").append(parameter);
  }
  return page;
}

// The headline alone is no sign: official warnings are worded alike. With the same address or the
// same text it is the same report.
bool is_same_report(const Story& a, const Story& b) {
  if (a.headline != b.headline) return false;
  return (!a.url.empty() && page_of(a.url) == page_of(b.url)) ||
         plain_text(a.summary_html) == plain_text(b.summary_html);
}

std::string known_already(const View& view, const Story& story, const std::vector<Change>& before) {
  const auto same = [&](const Story& other) { return is_same_report(story, other); };
  for (const auto& change : before) {
    const auto* other = std::get_if<Story>(&change);
    if (other != nullptr && same(*other)) return "The feed has it more than once.";
  }
  const auto headed = view.stories_headed(story.feed, story.headline);
  if (std::any_of(headed.begin(), headed.end(), same)) {
    return "The feed has had the same report before, under another id.";
  }
  if (story.url.empty()) return {};
  // Some feeds link everything to one page, and a running story has one page for much news; then
  // what is new is dated later.
  const auto at = view.stories_at(story.feed, story.url);
  const bool is_sign = at.size() == 1 || (at.size() > 1 && story.published <= at[0].published);
  return is_sign ? "The feed has had a report at this address before, under another id."
                 : std::string();
}

}  // namespace

std::string reason_to_hold(const View& view, const Story& story, Seconds ahead,
                           const std::vector<Change>& before) {
  if (ahead > kAheadMax) return "The feed dates it " + length_text(ahead) + " in the future.";
  const auto age = std::chrono::duration_cast<Seconds>(story.recorded - story.published);
  if (age > kAlertAgeMax) return "It is new in the feed, but dated " + length_text(age) + " back.";
  return known_already(view, story, before);
}

void hold_flood(std::size_t plausible, std::vector<Change>& changes) {
  const auto count = static_cast<std::size_t>(
      std::count_if(changes.begin(), changes.end(),
                    [](const Change& change) { return std::holds_alternative<Alert>(change); }));
  const std::size_t limit = std::max(kFloodItemsMin, plausible);
  if (count <= limit) return;
  for (auto& change : changes) {
    auto* alert = std::get_if<Alert>(&change);
    if (alert == nullptr || alert->state == core::AlertState::kHeld) continue;
    alert->state = core::AlertState::kHeld;
    alert->held_because = "It came with " + std::to_string(count - 1) +
                          " others at once; more than " + std::to_string(limit) +
                          " are unusual for this feed.";
  }
}

}  // namespace tocsin::newsroom
