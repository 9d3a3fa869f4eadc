// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/services.h"

#include <array>

#include "tocsin/base/check.h"
#include "tocsin/json/json.h"

namespace tocsin::sim {
namespace {

using deliver::NoAnswer;
using deliver::PushAnswer;
using deliver::PushRequest;

constexpr Millis kStall = Seconds(15);

PushAnswer none(NoAnswer reason) {
  PushAnswer out;
  out.no_answer = reason;
  return out;
}

PushAnswer status(int code) {
  PushAnswer out;
  out.status = code;
  return out;
}

}  // namespace

void Services::answer_later(Millis delay, PushAnswer answer, const Answer& to) {
  events_.after(delay, [answer = std::move(answer), to] { to(answer); });
}

void Services::request(const std::string& origin, const PushRequest& request, Answer answer) {
  const Faults& faults = faults_.at(origin);
  const Instant now = events_.now();
  const Answer named = [answer = std::move(answer), token = request.token](PushAnswer what) {
    what.token = token;
    answer(std::move(what));
  };
  const Millis latency(1 + static_cast<std::int64_t>(
                               random_.below(static_cast<std::uint64_t>(faults.latency.count()))));

  const bool is_out = now >= faults.outage_from && now < faults.outage_until;
  if (faults.is_unreachable || is_out) {
    return answer_later(latency * 5, none(NoAnswer::kUnreachable), named);
  }
  if (chance(faults.goes_away)) away_until_[origin] = now + latency;
  if (now < away_until_[origin]) {
    return answer_later(latency, none(NoAnswer::kNotProcessed), named);
  }
  if (chance(faults.resets)) return cut_off(origin, request, latency, named);
  if (chance(faults.stalls)) return cut_off(origin, request, kStall, named);
  if (chance(faults.throttles) || now < throttled_until_[origin]) {
    return answer_later(latency, throttle(origin), named);
  }
  if (chance(faults.breaks)) {
    constexpr std::array<int, 4> kCodes = {500, 502, 503, 504};
    return answer_later(latency, status(kCodes[random_.below(kCodes.size())]), named);
  }
  const std::string endpoint = origin + request.path;
  if (faults.calls_all_gone || lost_.contains(endpoint)) {
    return answer_later(latency, status(chance(500) ? 404 : 410), named);
  }
  take(origin, request, true);
  answer_later(latency, status(201), named);
}

PushAnswer Services::throttle(const std::string& origin) {
  PushAnswer out = status(429);
  const Seconds wait(1 + static_cast<std::int64_t>(random_.below(20)));
  throttled_until_[origin] = std::max(throttled_until_[origin], events_.now() + wait);
  const auto left = std::chrono::ceil<Seconds>(throttled_until_[origin] - events_.now());
  out.retry_after = std::to_string(left.count());
  return out;
}

void Services::cut_off(const std::string& origin, const PushRequest& request, Millis delay,
                       const Answer& answer) {
  if (chance(500) && !lost_.contains(origin + request.path)) {
    take(origin, request, false);
    ++taken_without_answer;
  }
  answer_later(delay, none(NoAnswer::kUncertain), answer);
}

void Services::take(const std::string& origin, const PushRequest& request, bool is_answered) {
  Taken& taken = ledger[{alert_of(request), origin + request.path}];
  ++taken.times;
  taken.last = events_.now();
  taken.is_answered = is_answered;
}

core::AlertId Services::alert_of(const PushRequest& request) const {
  // Bodies that were encrypted for real begin with a random salt, the others with '{'.
  const auto opened = webpush::decrypt(request.body, browser_.keys, browser_.auth);
  const auto json = Json::parse(as_text(opened ? *opened : request.body));
  TOCSIN_CHECK(json.has_value());
  return *core::AlertId::parse(*json->find("tocsin")->text("alert"));
}

}  // namespace tocsin::sim
