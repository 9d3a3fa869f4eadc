// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/feeds/feed_visits.h"

#include "tocsin/ingest/schedule.h"

namespace tocsin::server {
namespace {

// Feeds polled more often than this are the newsroom's own: what their server says of caching is
// not for us.
constexpr Seconds kOwnFeedInterval{60};

std::optional<Time> time_of(Time time) {
  return time == Time{} ? std::nullopt : std::optional(time);
}

}  // namespace

ingest::FeedTarget target_of(const core::Feed& feed) {
  return {.id = feed.id,
          .url = feed.url,
          .interval = feed.interval,
          .own = feed.is_own || (feed.interval && *feed.interval < kOwnFeedInterval)};
}

std::optional<api::FeedHealth> FeedVisits::health(const core::Feed& feed) const {
  const auto* state = poller_.state(feed.id);
  if (state == nullptr || state->last_fetch == Time{}) return std::nullopt;
  api::FeedHealth health;
  health.last_visit = state->last_fetch;
  health.last_success = time_of(state->last_success);
  // While it is being fetched it has no place in the queue.
  if (!state->gone) health.next_visit = poller_.due(feed.id).value_or(state->next_fetch);
  health.failures_in_row = state->failures;
  health.last_error = state->last_error;
  health.interval = ingest::interval_of(target_of(feed), state->rhythm, state->last_fetch);
  if (state->rhythm.gap > Seconds(0)) health.gap = state->rhythm.gap;
  health.last_news = time_of(state->rhythm.last_news);
  health.moved_to = state->learned_url;
  health.fetches = state->fetches;
  health.hub = hubs_.health(feed.id);
  return health;
}

bool FeedVisits::fetch_now(core::FeedId feed) {
  if (poller_.state(feed) == nullptr) return false;
  poller_.wake(feed);
  on_woken_();
  return true;
}

}  // namespace tocsin::server
