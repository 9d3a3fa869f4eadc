// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "tocsin/newsroom/apply/steps.h"

// The flood that comes a few items at a time, over many fetches. What a feed brings within
// kSlowFloodWindow is held against the busiest such window of its usual day, and against
// kSlowFloodItemsMin, so that a newsroom's busiest night passes.
namespace tocsin::newsroom {
namespace {

using core::Alert;

constexpr Seconds kDay{86'400};
// What a flood brought makes nothing usual before it has gone on for so long.
constexpr Seconds kSettled = kDay;
// Closer than this to when it was seen, a publish time of the first document may be made up.
constexpr Seconds kJustSeen{60};
constexpr std::size_t kTimesUsual = 4;

// An archive's alerts are held for their age.
bool is_recent_news(Time recorded, Time published) { return published + kAlertAgeMax >= recorded; }

// The most of `times`, which are in order, within one window.
std::size_t most_in_window(const std::vector<Time>& times) {
  std::size_t most = 0;
  auto first = times.begin();
  for (auto last = times.begin(); last != times.end(); ++last) {
    while (*last - *first >= kSlowFloodWindow) ++first;
    most = std::max(most, static_cast<std::size_t>(last - first) + 1);
  }
  return most;
}

// The busiest window of the day in the middle, by how busy the days were: one odd day says nothing.
// 0: there is no history.
std::size_t usual_peak(const FeedTimes& feed, Time now) {
  std::map<std::int64_t, std::vector<Time>> days;
  for (const StoryTimes& story : feed.stories) {
    const bool is_first_sight = story.recorded == feed.first_recorded;
    const bool is_settled = story.recorded + kSettled <= now;
    const bool is_dated = !is_first_sight || story.published + kJustSeen <= story.recorded;
    if (!is_dated || (!is_first_sight && !is_settled) || story.published > now) continue;
    days[(now - story.published) / kDay].push_back(story.published);
  }
  std::vector<std::size_t> peaks;
  for (auto& [day, times] : days) {
    std::sort(times.begin(), times.end());
    peaks.push_back(most_in_window(times));
  }
  if (peaks.empty()) return 0;
  const auto middle = peaks.begin() + static_cast<std::ptrdiff_t>(peaks.size() / 2);
  std::nth_element(peaks.begin(), middle, peaks.end());
  return *middle;
}

// What came within the window. Of one fetch no more than kFloodItemsMin count: many at once are
// hold_flood()'s, and may not silence what comes after them.
std::size_t recent_count(const FeedTimes& feed, Time now) {
  std::map<Time, std::size_t> fetches;
  for (const StoryTimes& story : feed.stories) {
    const bool is_in_window = story.recorded + kSlowFloodWindow > now;
    const bool is_first_sight = story.recorded == feed.first_recorded;
    if (is_in_window && !is_first_sight && is_recent_news(story.recorded, story.published)) {
      ++fetches[story.recorded];
    }
  }
  std::size_t count = 0;
  for (const auto& [at, items] : fetches) count += std::min(items, kFloodItemsMin);
  return count;
}

bool may_go_out(const Change& change) {
  const auto* alert = std::get_if<Alert>(&change);
  return alert != nullptr && alert->state != core::AlertState::kHeld;
}

}  // namespace

void hold_slow_flood(const View& view, core::FeedId feed, Time now, std::vector<Change>& changes) {
  const auto fresh =
      static_cast<std::size_t>(std::count_if(changes.begin(), changes.end(), may_go_out));
  if (fresh == 0) return;
  const FeedTimes times = view.feed_times(feed, now - kHistory, kHistoryStoriesMax);
  const std::size_t count = recent_count(times, now) + std::min(fresh, kFloodItemsMin);
  if (count <= kSlowFloodItemsMin) return;
  const std::size_t limit = std::max(kSlowFloodItemsMin, kTimesUsual * usual_peak(times, now));
  if (count <= limit) return;
  for (auto& change : changes) {
    if (!may_go_out(change)) continue;
    auto& alert = std::get<Alert>(change);
    alert.state = core::AlertState::kHeld;
    alert.held_because = "It is one of " + std::to_string(count) +
                         " reports of this feed within two hours; more than " +
                         std::to_string(limit) + " are unusual for it.";
  }
}

}  // namespace tocsin::newsroom
