// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/schedule.h"

#include <algorithm>

#include "tocsin/http/cache.h"
#include "tocsin/http/retry_after.h"

namespace tocsin::ingest {
namespace {

// A stranger's feed is left alone in the hours and on the days that it names.
Time allowed(const FeedTarget& target, const FeedState& state, Time due) {
  return target.own ? due : outside_skipped(due, state.skip_hours, state.skip_days);
}

}  // namespace

Seconds interval_of(const FeedTarget& target, const Rhythm& rhythm, Time now) {
  const Seconds interval = target.interval.value_or(wait_of(rhythm, target.own, now));
  return std::clamp(interval, kIntervalMin, kWaitMax);
}

Seconds asked_wait(const http::Headers& headers, std::optional<Seconds> ttl, Time now) {
  const Seconds fresh = http::fresh_for(headers, now).value_or(Seconds(0));
  return std::clamp(std::max(fresh, ttl.value_or(Seconds(0))), Seconds(0), kWaitMax);
}

Time due_after_success(const FeedTarget& target, const FeedState& state) {
  const Millis calm = std::min<Millis>(target.calm, target.calm_until - state.last_fetch);
  const Millis interval = std::max<Millis>(interval_of(target, state.rhythm, state.last_fetch),
                                           std::min<Millis>(calm, kWaitMax));
  const Millis wait = target.own ? interval : std::max<Millis>(interval, state.asked);
  return allowed(target, state, state.last_fetch + wait);
}

Time due_after_failure(const FeedTarget& target, const FeedState& state,
                       const http::Headers& headers, Random& random) {
  const Time now = state.last_fetch;
  const Seconds interval = interval_of(target, state.rhythm, now);
  return allowed(target, state,
                 now + wait_after_failure(interval, state.failures, headers, now, random));
}

Time outside_skipped(Time time, std::uint32_t skip_hours, std::uint32_t skip_days) {
  using std::chrono::days;
  using std::chrono::floor;
  using std::chrono::hours;
  const Time last = time + kSkipMax;
  while (time < last) {
    const auto day = floor<days>(time);
    const auto hour = floor<hours>(time);
    const auto hour_of_day = static_cast<unsigned>((hour - day).count());
    if ((skip_days >> std::chrono::weekday(day).c_encoding() & 1U) != 0) {
      time = day + days(1);
    } else if ((skip_hours >> hour_of_day & 1U) != 0) {
      time = hour + hours(1);
    } else {
      return time;
    }
  }
  return last;
}

Millis wait_after_failure(Seconds interval, std::uint32_t failures, const http::Headers& headers,
                          Time now, Random& random) {
  constexpr std::uint32_t kDoublingsMax = 17;  // 2^17 s is more than kWaitMax
  const Millis longest =
      std::min<Millis>(kWaitMax, interval * (std::int64_t{1} << std::min(failures, kDoublingsMax)));
  const auto half = static_cast<std::uint64_t>(longest.count() / 2);
  const Millis backoff = longest - Millis(random.below(half + 1));
  const auto asked = http::parse_retry_after(headers.find("retry-after").value_or(""), now);
  return std::min<Millis>(kWaitMax, std::max<Millis>(backoff, asked.value_or(Seconds(0))));
}

}  // namespace tocsin::ingest
