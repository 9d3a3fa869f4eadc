// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/http/message.h"
#include "tocsin/ingest/feed_state.h"

namespace tocsin::ingest {

// How long to wait after a response that was a feed, or 304: the feed's interval; for a stranger's
// feed, the longest of it, the response's freshness and the document's own `ttl`, up to kWaitMax. A
// feed that is calm is visited again when `calm` or its calm has passed, if that is later.
Millis wait_after_success(const FeedTarget& target, const http::Headers& headers,
                          std::optional<Seconds> ttl, Time now);

// How long to wait after the `failures`-th failure in a row (1 is the first): the interval doubled
// each time, of which a random half is left out so that feeds which failed together come apart;
// never less than Retry-After asks; up to kWaitMax.
Millis wait_after_failure(const FeedTarget& target, std::uint32_t failures,
                          const http::Headers& headers, Time now, Random& random);

}  // namespace tocsin::ingest
