// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/schedule.h"

#include <algorithm>

#include "tocsin/http/cache.h"
#include "tocsin/http/retry_after.h"

namespace tocsin::ingest {
namespace {

Seconds interval_of(const FeedTarget& target) {
  return std::clamp(target.interval, kIntervalMin, kWaitMax);
}

}  // namespace

Millis wait_after_success(const FeedTarget& target, const http::Headers& headers,
                          std::optional<Seconds> ttl, Time now) {
  const Seconds interval = interval_of(target);
  const Millis calm = std::min<Millis>(target.calm, target.calm_until - now);
  const Seconds fresh =
      target.own ? Seconds(0) : http::fresh_for(headers, now).value_or(Seconds(0));
  const Seconds asked = target.own ? Seconds(0) : ttl.value_or(Seconds(0));
  return std::min<Millis>(kWaitMax, std::max<Millis>({interval, fresh, asked, calm}));
}

Millis wait_after_failure(const FeedTarget& target, std::uint32_t failures,
                          const http::Headers& headers, Time now, Random& random) {
  constexpr std::uint32_t kDoublingsMax = 17;  // 2^17 s is more than kWaitMax
  const Millis longest = std::min<Millis>(
      kWaitMax, interval_of(target) * (std::int64_t{1} << std::min(failures, kDoublingsMax)));
  const auto half = static_cast<std::uint64_t>(longest.count() / 2);
  const Millis backoff = longest - Millis(random.below(half + 1));
  const auto asked = http::parse_retry_after(headers.find("retry-after").value_or(""), now);
  return std::min<Millis>(kWaitMax, std::max<Millis>(backoff, asked.value_or(Seconds(0))));
}

}  // namespace tocsin::ingest
