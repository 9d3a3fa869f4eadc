// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/poller.h"

#include <algorithm>

#include "tocsin/ingest/schedule.h"
#include "tocsin/url/url.h"

namespace tocsin::ingest {
namespace {

std::string host_of(const FeedTarget& target, const FeedState& state) {
  const auto url = Url::parse(address_of(target, state));
  return url ? url->host : "";  // the port refuses what is no URL
}

}  // namespace

Poller::Poller(PollerConfig config, const Clock& clock, Random& random, FetchPort& port, Sink& sink)
    : config_(config), clock_(clock), random_(random), port_(port), sink_(sink) {}

void Poller::load(FeedTarget target, FeedState state) {
  const core::FeedId id = target.id;
  remove(id);
  Entry& entry = feeds_[id];
  entry.host = host_of(target, state);
  entry.target = std::move(target);
  entry.state = std::move(state);
  if (entry.state.gone) return;

  const Time now = clock_.now();
  Time due = std::min(entry.state.next_fetch, now + kSkipMax);
  if (due <= now) {
    const Millis spread =
        std::min(config_.start_spread, interval_of(entry.target, entry.state.rhythm, now));
    const auto place = std::hash<core::FeedId>{}(id) %
                       (static_cast<std::size_t>(std::max<Millis::rep>(0, spread.count())) + 1);
    due = now + Millis(static_cast<Millis::rep>(place));
  }
  enqueue(entry, due);
}

void Poller::put(FeedTarget target) {
  const auto found = feeds_.find(target.id);
  const bool is_known = found != feeds_.end();
  if (is_known && target.url == found->second.target.url) {
    Entry& entry = found->second;
    const Time now = clock_.now();
    const Seconds before = interval_of(entry.target, entry.state.rhythm, now);
    const Seconds interval = interval_of(target, entry.state.rhythm, now);
    target.calm = entry.target.calm;
    target.calm_until = entry.target.calm_until;
    entry.target = std::move(target);
    if (entry.due && interval < before) enqueue(entry, std::min(*entry.due, now + interval));
    return;
  }
  FeedState state;
  if (is_known && target.url == found->second.state.learned_url) {
    state = std::move(found->second.state);
    state.learned_url.clear();
  }
  const core::FeedId id = target.id;
  load(std::move(target), std::move(state));
  enqueue(feeds_.at(id), clock_.now());
}

void Poller::remove(core::FeedId id) {
  const auto found = feeds_.find(id);
  if (found == feeds_.end()) return;
  dequeue(found->second);
  feeds_.erase(found);
}

void Poller::wake(core::FeedId id) {
  const auto found = feeds_.find(id);
  if (found == feeds_.end()) return;
  Entry& entry = found->second;
  entry.state.gone = false;
  if (entry.run != 0) {
    entry.wake_after_run = true;  // what is on its way may have left before the news
  } else {
    enqueue(entry, hinted_due(entry));
  }
}

void Poller::learn(core::FeedId id, std::size_t fresh, Time at) {
  const auto found = feeds_.find(id);
  if (found == feeds_.end()) return;
  Entry& entry = found->second;
  ingest::learn(entry.state, fresh, at);
  if (!entry.due || entry.state.failures > 0 || entry.state.last_fetch != at) return;
  entry.state.next_fetch = due_after_success(entry.target, entry.state);
  enqueue(entry, std::min(*entry.due, entry.state.next_fetch));
}

void Poller::look_again(core::FeedId id) {
  const auto found = feeds_.find(id);
  if (found != feeds_.end()) forget_document(found->second.state);
}

bool Poller::take_push(core::FeedId id, const PushedDocument& document) {
  const auto found = feeds_.find(id);
  if (found == feeds_.end()) return true;  // whoever removed it knows
  Entry& entry = found->second;
  auto outcome = judge_push(entry.target, entry.state, document, clock_.now());
  if (!outcome) {
    wake(id);
    return false;
  }
  entry.state = outcome->state;
  sink_.take(*std::move(outcome));
  return true;
}

void Poller::calm(core::FeedId id, Seconds wait, Time until) {
  const auto found = feeds_.find(id);
  if (found == feeds_.end()) return;
  Entry& entry = found->second;
  const bool is_less = wait < entry.target.calm || until < entry.target.calm_until;
  entry.target.calm = wait;
  entry.target.calm_until = until;
  if (!is_less || !entry.due || entry.state.failures > 0) return;
  const Time latest = std::max(clock_.now(), due_after_success(entry.target, entry.state));
  if (latest < *entry.due) enqueue(entry, latest);
}

// When a feed that was woken is due.
Time Poller::hinted_due(const Entry& entry) const {
  const int status = entry.state.last_status;
  if (status == 429 || status == 503) return entry.state.next_fetch;
  return std::max(clock_.now(), entry.state.last_fetch + config_.wake_gap);
}

void Poller::run_due() {
  const Time now = clock_.now();
  auto next = queue_.begin();
  while (next != queue_.end() && next->first <= now && runs_.size() < config_.fetches_max &&
         port_.is_open()) {
    Entry& entry = feeds_.at(next->second);
    ++next;
    if (!busy_hosts_.contains(entry.host)) start(entry);
  }
}

std::optional<Time> Poller::next_due() const {
  if (runs_.size() >= config_.fetches_max) return std::nullopt;
  const auto found = std::find_if(queue_.begin(), queue_.end(), [&](const auto& place) {
    return !busy_hosts_.contains(feeds_.at(place.second).host);
  });
  return found == queue_.end() ? std::nullopt : std::optional(found->first);
}

std::optional<Time> Poller::due(core::FeedId id) const {
  const auto found = feeds_.find(id);
  return found == feeds_.end() ? std::nullopt : found->second.due;
}

const FeedState* Poller::state(core::FeedId id) const {
  const auto found = feeds_.find(id);
  return found == feeds_.end() ? nullptr : &found->second.state;
}

void Poller::enqueue(Entry& entry, Time due) {
  dequeue(entry);
  entry.due = due;
  queue_.emplace(due, entry.target.id);
}

void Poller::dequeue(Entry& entry) {
  if (entry.due) queue_.erase({*entry.due, entry.target.id});
  entry.due.reset();
}

void Poller::start(Entry& entry) {
  dequeue(entry);
  const std::uint64_t run = ++last_run_;
  entry.run = run;
  runs_.emplace(run, Run{entry.target.id, entry.host});
  busy_hosts_.insert(entry.host);
  port_.fetch({address_of(entry.target, entry.state), entry.state.etag, entry.state.last_modified},
              [this, run](const FetchResult& result) { finish(run, result); });
}

void Poller::finish(std::uint64_t run, const FetchResult& result) {
  const auto ended = runs_.extract(run);
  TOCSIN_CHECK(!ended.empty());
  busy_hosts_.erase(ended.mapped().host);

  const auto found = feeds_.find(ended.mapped().feed);
  // Otherwise the feed was removed, or got another address, while the fetch was under way.
  if (found != feeds_.end() && found->second.run == run) {
    Entry& entry = found->second;
    FetchOutcome outcome =
        judge(entry.target, std::move(entry.state), result, clock_.now(), random_);
    entry.run = 0;
    entry.state = outcome.state;
    entry.host = host_of(entry.target, entry.state);
    const bool is_woken = std::exchange(entry.wake_after_run, false);
    if (!entry.state.gone) enqueue(entry, is_woken ? hinted_due(entry) : entry.state.next_fetch);
    sink_.take(std::move(outcome));
  }
  run_due();
}

}  // namespace tocsin::ingest
