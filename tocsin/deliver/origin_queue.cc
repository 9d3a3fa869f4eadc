// SPDX-License-Identifier: Apache-2.0
#include "tocsin/deliver/origin_queue.h"

#include <algorithm>
#include <utility>

#include "tocsin/base/check.h"

namespace tocsin::deliver {
namespace {

// No push service takes more at once; the transport knows what each allows.
constexpr double kWindowMost = 65'536;
// Of the number in flight, for each message accepted: after a halving the old number is reached
// again within 45 answers' time, 2 s at 50 ms, however large it is.
constexpr double kWindowGrowth = 1.0 / 64;
constexpr Seconds kIncident{1};
constexpr std::size_t kRefusedOneIn = 32;  // of those on their way
constexpr Millis kLoss{100};
constexpr Seconds kSweepPeriod{1};
constexpr Breaker::Limits kBrokenLimits{
    .failures_max = 10, .pause_least = Seconds(5), .pause_most = Seconds(300)};
// A key that is refused needs a person: probe seldom, and spend few messages on it.
constexpr Breaker::Limits kRefusedLimits{
    .failures_max = 20, .pause_least = Seconds(60), .pause_most = Seconds(3'600)};

std::size_t lane_of(const Consignment& consignment) {
  return static_cast<std::size_t>(consignment.batch.payload->importance);
}

}  // namespace

OriginQueue::OriginQueue(std::string origin, double share, Instant now)
    : origin_(std::move(origin)),
      service_(core::push_service_of(origin_)),
      pacer_(pace_of(service_, share), now),
      broken_(kBrokenLimits),
      refused_(kRefusedLimits),
      window_(kWindowMost) {}

Job OriginQueue::Lane::take() {
  if (!again.empty()) {
    Job job = std::move(again.front());
    again.pop_front();
    return job;
  }
  TOCSIN_CHECK(!fresh.empty());
  Job job{.of = fresh.front(), .index = next++};
  if (next == job.batch().messages.size()) {
    fresh.pop_front();
    next = 0;
  }
  return job;
}

void OriginQueue::add(std::shared_ptr<const Consignment> consignment) {
  if (consignment->batch.messages.empty()) return;
  lanes_[lane_of(*consignment)].fresh.push_back(std::move(consignment));
}

void OriginQueue::add_first(Job job) { lanes_[lane_of(*job.of)].again.push_front(std::move(job)); }
void OriginQueue::add_at(Instant due, Job job) { later_.emplace(due, std::move(job)); }

bool OriginQueue::is_empty() const {
  return std::all_of(lanes_.begin(), lanes_.end(),
                     [](const Lane& lane) { return lane.is_empty(); });
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
      std::find_if(lanes_.rbegin(), lanes_.rend(), [](const Lane& one) { return !one.is_empty(); });
  TOCSIN_CHECK(lane != lanes_.rend());
  return lane->take();
}

std::vector<Job> OriginQueue::take_expired(Instant now) {
  std::vector<Job> expired;
  if (now < sweep_at_) return expired;
  sweep_at_ = now + kSweepPeriod;
  const Instant earliest = std::max(now, paused_until_);
  for (Lane& lane : lanes_) {
    Lane kept;
    while (!lane.again.empty()) {
      Job job = lane.take();
      if (job.deadline() > earliest) {
        kept.again.push_back(std::move(job));
      } else {
        expired.push_back(std::move(job));
      }
    }
    while (!lane.fresh.empty()) {
      if (lane.fresh.front()->deadline > earliest) {
        if (kept.fresh.empty()) kept.next = lane.next;
        kept.fresh.push_back(std::move(lane.fresh.front()));
        lane.fresh.pop_front();
        lane.next = 0;
      } else {
        expired.push_back(lane.take());
      }
    }
    lane = std::move(kept);
  }
  return expired;
}

std::vector<Job> OriginQueue::take_all() {
  std::vector<Job> all;
  for (Lane& lane : lanes_) {
    while (!lane.is_empty()) all.push_back(lane.take());
  }
  for (auto& [due, job] : later_) all.push_back(std::move(job));
  later_.clear();
  return all;
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
  window_ = std::min(kWindowMost, window_ + std::max(1 / window_, kWindowGrowth));
  on_answered();
}

void OriginQueue::on_answered() {
  --in_flight_;
  broken_.on_success();
}

// A stream refused now and then says nothing of how many are too many.
void OriginQueue::on_unprocessed(Instant now) {
  if (now >= incident_until_) {
    incident_until_ = now + kIncident;
    refused_in_incident_ = 0;
    is_halved_ = false;
  }
  ++refused_in_incident_;
  if (!is_halved_ && refused_in_incident_ * kRefusedOneIn > in_flight_) {
    window_ = std::max(1.0, static_cast<double>(in_flight_) / 2);
    is_halved_ = true;
  }
  --in_flight_;
}

bool OriginQueue::on_broken(Instant now) {
  --in_flight_;
  return broken_.on_failure(now);
}

// What was on its way on one connection is lost together: that is one failure, and no reason to
// stop using the others.
bool OriginQueue::on_lost(Instant now) {
  if (now < lose_again_at_) {
    --in_flight_;
    return false;
  }
  lose_again_at_ = now + kLoss;
  return on_broken(now);
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
