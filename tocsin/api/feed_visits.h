// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tocsin/base/clock.h"
#include "tocsin/core/ids.h"

namespace tocsin::api {

// How far a feed's hub pushes what is new (WebSub).
struct HubHealth {
  std::string state;  // websub::Subscription::state()
  std::string url;
  std::optional<Time> expires;    // of the lease
  std::optional<Time> last_push;  // with something new
  std::string problem;            // empty while it works
};

struct FeedHealth {
  std::optional<Time> last_visit;
  std::optional<Time> last_success;
  std::optional<Time> next_visit;
  std::uint32_t failures_in_row = 0;
  std::string last_error;        // empty while it works
  std::optional<HubHealth> hub;  // nothing: the feed has none
};

class FeedVisits {
 public:
  virtual ~FeedVisits() = default;
  // Nothing before the first visit.
  virtual std::optional<FeedHealth> health(core::FeedId feed) const = 0;
};

}  // namespace tocsin::api
