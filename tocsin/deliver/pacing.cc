// SPDX-License-Identifier: Apache-2.0
#include "tocsin/deliver/pacing.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tocsin::deliver {
namespace {

// What may go at once after a pause: this much time's worth.
constexpr double kBurstSeconds = 0.05;
constexpr Seconds kGrowthPeriod{1};

using DoubleSeconds = std::chrono::duration<double>;

}  // namespace

// FCM's quota is documented as 600,000 a minute; the others publish nothing, so they start low and
// grow. An unknown service is the operator's own: it speaks for itself, with 429.
Pace pace_of(core::PushService service, double share) {
  Pace pace;
  switch (service) {
    case core::PushService::kFcm:
      pace = {10'000, 500, 100, 100'000};
      break;
    case core::PushService::kMozilla:
    case core::PushService::kApple:
      pace = {2'000, 100, 20, 50'000};
      break;
    case core::PushService::kWns:
      pace = {500, 25, 5, 5'000};
      break;
    case core::PushService::kUnknown:
      pace = {1'000'000, 2'000, 5, 1'000'000};
      break;
  }
  return {pace.start * share, pace.growth * share, pace.least * share, pace.most * share};
}

Pacer::Pacer(const Pace& pace, Instant now)
    : pace_(pace),
      rate_(pace.start),
      tokens_(burst()),
      filled_at_(now),
      grow_at_(now + kGrowthPeriod) {}

bool Pacer::take(Instant now) {
  refill(now);
  if (tokens_ < 1) {
    asked_for_more_ = true;
    return false;
  }
  tokens_ -= 1;
  ++taken_;
  return true;
}

Instant Pacer::next(Instant now) const {
  const double missing = 1 - tokens_;
  if (missing <= 0) return now;
  const auto wait = std::chrono::ceil<std::chrono::nanoseconds>(DoubleSeconds(missing / rate_));
  // One more nanosecond, so that rounding cannot leave the bucket a hair short.
  return std::max(now, filled_at_ + wait + std::chrono::nanoseconds(1));
}

// What was too much is what was sent, not what might have been.
void Pacer::on_throttled() {
  const double sent = std::max(taken_, taken_before_);
  rate_ = std::max(pace_.least, (sent > 0 ? std::min(sent, rate_) : rate_) / 2);
  taken_ = taken_before_ = 0;
  tokens_ = std::min(tokens_, burst());
  asked_for_more_ = false;
}

void Pacer::refill(Instant now) {
  if (now <= filled_at_) return;
  if (now >= grow_at_) {
    if (asked_for_more_) rate_ = std::min(pace_.most, rate_ + pace_.growth);
    asked_for_more_ = false;
    taken_before_ = std::exchange(taken_, 0);
    grow_at_ = now + kGrowthPeriod;
  }
  tokens_ = std::min(burst(), tokens_ + DoubleSeconds(now - filled_at_).count() * rate_);
  filled_at_ = now;
}

double Pacer::burst() const { return std::max(1.0, rate_ * kBurstSeconds); }

}  // namespace tocsin::deliver
