// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/services.h"

#include <algorithm>
#include <array>

#include "tocsin/base/check.h"
#include "tocsin/json/json.h"

namespace tocsin::sim {
namespace {

using http::NoAnswer;

constexpr Millis kStall = Seconds(15);

http::Answer none(NoAnswer reason) {
  http::Answer out;
  out.no_answer = reason;
  return out;
}

http::Answer status(int code) {
  http::Answer out;
  out.status = code;
  return out;
}

}  // namespace

void Services::answer_later(Millis delay, http::Answer answer, const Answer& to) {
  events_.after(delay, [answer = std::move(answer), to] { to(answer); });
}

void Services::request(const std::string& origin, const Request& request, Answer answer) {
  const Faults& faults = faults_.at(origin);
  const Instant now = events_.now();
  const Answer named = [answer = std::move(answer), token = request.token](http::Answer what) {
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

http::Answer Services::throttle(const std::string& origin) {
  http::Answer out = status(429);
  const Seconds wait(1 + static_cast<std::int64_t>(random_.below(20)));
  throttled_until_[origin] = std::max(throttled_until_[origin], events_.now() + wait);
  const auto left = std::chrono::ceil<Seconds>(throttled_until_[origin] - events_.now());
  out.retry_after = std::to_string(left.count());
  return out;
}

void Services::cut_off(const std::string& origin, const Request& request, Millis delay,
                       const Answer& answer) {
  if (chance(500) && !lost_.contains(origin + request.path)) {
    take(origin, request, false);
    ++taken_without_answer;
  }
  answer_later(delay, none(NoAnswer::kUncertain), answer);
}

void Services::take(const std::string& origin, const Request& request, bool is_answered) {
  Taken& taken = ledger[{alert_of(request), origin + request.path}];
  ++taken.times;
  taken.last = events_.now();
  taken.is_answered = is_answered;
}

core::AlertId Services::alert_of(const Request& request) const {
  // Bodies that were encrypted for real begin with a random salt, the others with zeros.
  Bytes text = request.body;
  if (std::any_of(text.begin(), text.begin() + 16, [](auto byte) { return byte != 0; })) {
    text = *webpush::decrypt(request.body, browser_.keys, browser_.auth);
  }
  const auto json = Json::parse(as_text(text).substr(as_text(text).find('{')));
  TOCSIN_CHECK(json.has_value());
  return *core::AlertId::parse(*json->find("tocsin")->text("alert"));
}

}  // namespace tocsin::sim
