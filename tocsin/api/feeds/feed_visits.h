// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/core/content.h"
#include "tocsin/ingest/feed_state.h"

namespace tocsin::api {

// How far a feed's hub pushes what is new (WebSub).
struct HubHealth {
  std::string state;  // websub::Subscription::state(), or "unused"
  std::string url;
  std::optional<Time> expires;    // of the lease
  std::optional<Time> last_push;  // with something new
  std::string problem;            // empty while it works
};

// How a feed is.
struct FeedHealth {
  std::optional<Time> last_visit;
  std::optional<Time> last_success;
  std::optional<Time> next_visit;
  std::uint32_t failures_in_row = 0;
  std::string last_error;      // what is wrong and what to do; empty while it works
  Seconds interval{0};         // how long it is left alone at present
  std::optional<Seconds> gap;  // from one time it had news to the next, as learnt
  std::optional<Time> last_news;
  std::string moved_to;  // where it is fetched, if its own address redirects for good
  std::vector<ingest::FetchNote> fetches;  // the latest first
  std::optional<HubHealth> hub;            // nothing: the feed has none
};

// A port, as those of ports.h.
class FeedVisits {
 public:
  virtual ~FeedVisits() = default;
  // Nothing before the first visit.
  virtual std::optional<FeedHealth> health(const core::Feed& feed) const = 0;
  // As soon as its server allows. False: it is not polled.
  virtual bool fetch_now(core::FeedId feed) = 0;
};

}  // namespace tocsin::api
