// SPDX-License-Identifier: Apache-2.0
#include "tocsin/deliver/origin_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "tocsin/base/check.h"

namespace tocsin::deliver {
namespace {

// No push service takes more at once; the transport knows what each allows.
constexpr double kWindowMost = 4'096;
constexpr Seconds kIncident{1};
constexpr Seconds kSweepPeriod{1};
constexpr Breaker::Limits kBrokenLimits{
    .failures_max = 10, .pause_least = Seconds(5), .pause_most = Seconds(300)};
// A key that is refused needs a person: probe seldom, and spend few messages on it.
constexpr Breaker::Limits kRefusedLimits{
    .failures_max = 20, .pause_least = Seconds(60), .pause_most = Seconds(3'600)};

std::size_t lane_of(const Job& job) { return static_cast<std::size_t>(job.payload->importance); }

}  // namespace

OriginQueue::OriginQueue(std::string origin, double share, Instant now)
    : origin_(std::move(origin)),
      service_(core::push_service_of(origin_)),
      pacer_(pace_of(service_, share), now),
      broken_(kBrokenLimits),
      refused_(kRefusedLimits),
      window_(kWindowMost) {}

void OriginQueue::add(Job job) { lanes_[lane_of(job)].push_back(std::move(job)); }
void OriginQueue::add_first(Job job) { lanes_[lane_of(job)].push_front(std::move(job)); }
void OriginQueue::add_at(Instant due, Job job) { later_.emplace(due, std::move(job)); }

bool OriginQueue::is_empty() const {
  return std::all_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane.empty(); });
}

void OriginQueue::take_due(Instant now) {
  while (!later_.empty() && later_.begin()->first <= now) {
    add_first(std::move(later_.extract(later_.begin()).mapped()));
  }
}

bool OriginQueue::has_ready(Instant now) {
  take_due(now);
  return !is_empty();
}

Job OriginQueue::take() {
  const auto lane =
      std::find_if(lanes_.rbegin(), lanes_.rend(), [](const auto& jobs) { return !jobs.empty(); });
  TOCSIN_CHECK(lane != lanes_.rend());
  Job job = std::move(lane->front());
  lane->pop_front();
  return job;
}

std::vector<Job> OriginQueue::take_expired(Instant now) {
  std::vector<Job> expired;
  if (now < sweep_at_) return expired;
  sweep_at_ = now + kSweepPeriod;
  const Instant earliest = std::max(now, paused_until_);
  for (auto& lane : lanes_) {
    const auto first = std::stable_partition(
        lane.begin(), lane.end(), [&](const Job& job) { return job.deadline > earliest; });
    expired.insert(expired.end(), std::make_move_iterator(first),
                   std::make_move_iterator(lane.end()));
    lane.erase(first, lane.end());
  }
  return expired;
}

bool OriginQueue::may_send(Instant now) const {
  if (now < paused_until_) return false;
  return in_flight_ < std::min({static_cast<std::size_t>(window_), broken_.in_flight_max(now),
                                refused_.in_flight_max(now)});
}

std::optional<Instant> OriginQueue::next(Instant now) {
  std::optional<Instant> at;
  if (!later_.empty()) at = later_.begin()->first;
  if (is_empty()) return at;

  Instant ready = std::max(now, paused_until_);
  if (broken_.is_tripped()) ready = std::max(ready, broken_.opens_again());
  if (refused_.is_tripped()) ready = std::max(ready, refused_.opens_again());
  if (ready == now) ready = pacer_.next(now);
  if (ready > now) at = at ? std::min(*at, ready) : ready;
  // Those that run out of time while they wait are told within a second.
  const Instant sweep = std::max(sweep_at_, now + Millis(1));
  return at ? std::min(*at, sweep) : sweep;
}

void OriginQueue::on_accepted() {
  refused_.on_success();
  window_ = std::min(kWindowMost, window_ + 1 / window_);
  on_answered();
}

void OriginQueue::on_answered() {
  --in_flight_;
  broken_.on_success();
}

void OriginQueue::on_unprocessed(Instant now) {
  if (now >= halve_again_at_) {
    window_ = std::max(1.0, static_cast<double>(in_flight_) / 2);
    halve_again_at_ = now + kIncident;
  }
  --in_flight_;
}

bool OriginQueue::on_broken(Instant now) {
  --in_flight_;
  return broken_.on_failure(now);
}

bool OriginQueue::on_refused(Instant now) {
  on_answered();
  return refused_.on_failure(now);
}

void OriginQueue::on_throttled(Instant until) {
  on_answered();
  pause(until);
}

void OriginQueue::pause(Instant until) {
  // One incident halves the rate once, however many messages were on their way.
  if (until <= paused_until_ + kIncident) {
    paused_until_ = std::max(paused_until_, until);
    return;
  }
  pacer_.on_throttled();
  paused_until_ = until;
}

}  // namespace tocsin::deliver
