// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/http/message.h"
#include "tocsin/ingest/feed_state.h"

namespace tocsin::ingest {

// How long a feed is left alone where its server does not say: its interval, or what its rhythm
// gives.
Seconds interval_of(const FeedTarget& target, const Rhythm& rhythm, Time now);

// The longest that a good answer asks to be left alone: its freshness or the document's own `ttl`.
Seconds asked_wait(const http::Headers& headers, std::optional<Seconds> ttl, Time now);

// When a feed is due after its last fetch, which was good: after its interval; a stranger's feed
// after the longest of it and what was asked for, up to kWaitMax, and not in an hour or on a day
// that it asks to be skipped. A feed that is calm is due when `calm` or its calm has passed, if
// that is later.
Time due_after_success(const FeedTarget& target, const FeedState& state);

// When a feed is due after its last fetch, which was the `failures`-th failure in a row: after
// wait_after_failure(); a stranger's feed not in an hour or on a day that it asks to be skipped.
Time due_after_failure(const FeedTarget& target, const FeedState& state,
                       const http::Headers& headers, Random& random);

// The first moment, not before `time`, outside of the hours and days to be skipped (bits as in
// FeedState).
Time outside_skipped(Time time, std::uint32_t skip_hours, std::uint32_t skip_days);

// How long to wait after the `failures`-th failure in a row (1 is the first): the interval doubled
// each time, of which a random half is left out so that feeds which failed together come apart;
// never less than Retry-After asks; up to kWaitMax.
Millis wait_after_failure(Seconds interval, std::uint32_t failures, const http::Headers& headers,
                          Time now, Random& random);

}  // namespace tocsin::ingest
