// SPDX-License-Identifier: Apache-2.0
#include "tocsin/deliver/retry.h"

#include <algorithm>
#include <limits>

#include "tocsin/http/retry_after.h"

namespace tocsin::deliver {
namespace {

using http::NoAnswer;

constexpr Millis kBackoffFirst{1'000};
constexpr Millis kBackoffMost{300'000};
constexpr unsigned kBackoffDoublingsMax = 9;

// Where a service throttles without saying for how long.
Millis usual_pause(core::PushService service) {
  switch (service) {
    case core::PushService::kFcm:
      return Seconds(60);
    case core::PushService::kMozilla:
      return Seconds(120);
    case core::PushService::kWns:
      return Seconds(900);
    case core::PushService::kApple:
    case core::PushService::kUnknown:
      return Seconds(30);
  }
  return Seconds(30);
}

Judgement judge_no_answer(NoAnswer reason) {
  switch (reason) {
    case NoAnswer::kNotProcessed:
      return {Verdict::kUnprocessed};
    case NoAnswer::kUncertain:
    case NoAnswer::kUnreachable:
      return {Verdict::kBroken};
    case NoAnswer::kForbidden:
      return {Verdict::kForbidden};
  }
  return {Verdict::kBroken};
}

Verdict verdict_of(int status, core::PushService service, bool says_when) {
  if (status >= 200 && status < 300) return Verdict::kAccepted;
  if (status == 404 || status == 410) return Verdict::kGone;
  if (status == 429) return Verdict::kThrottled;
  // "X-WNS-STATUS: appthrottled" comes with 406.
  if (status == 406 && service == core::PushService::kWns) return Verdict::kThrottled;
  if (status == 503 && says_when) return Verdict::kThrottled;
  if (status == 400 || status == 401 || status == 403) return Verdict::kRefused;
  if (status >= 500 || status == 408 || status == 425) return Verdict::kBroken;
  return Verdict::kRejected;
}

}  // namespace

Judgement judge(const http::Answer& answer, core::PushService service, Time now, Millis pause_max) {
  if (answer.status == 0) return judge_no_answer(answer.no_answer);

  const auto asked =
      answer.retry_after ? http::parse_retry_after(*answer.retry_after, now) : std::nullopt;
  const Verdict verdict = verdict_of(answer.status, service, asked.has_value());
  if (verdict != Verdict::kThrottled) return {verdict};
  const Millis pause = asked ? Millis(*asked) : usual_pause(service);
  return {verdict, std::min(pause, pause_max)};
}

Millis backoff(unsigned attempts, Random& random) {
  const unsigned doublings = std::min(std::max(attempts, 1u) - 1, kBackoffDoublingsMax);
  const Millis bound = std::min(kBackoffMost, kBackoffFirst * (1u << doublings));
  return Millis(random.below(static_cast<std::uint64_t>(bound.count()) + 1));
}

std::size_t Breaker::in_flight_max(Instant now) const {
  if (!tripped_) return std::numeric_limits<std::size_t>::max();
  return now < open_until_ ? 0 : 1;
}

void Breaker::on_success() {
  failures_ = 0;
  tripped_ = false;
  pause_ = limits_.pause_least;
}

bool Breaker::on_failure(Instant now) {
  ++failures_;
  // Answers to what was on its way when it tripped say nothing more.
  if (tripped_ && now < open_until_) return false;
  if (!tripped_ && failures_ < limits_.failures_max) return false;
  tripped_ = true;
  open_until_ = now + pause_;
  pause_ = std::min(limits_.pause_most, pause_ * 2);
  return true;
}

}  // namespace tocsin::deliver
