// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "tocsin/api/ports.h"
#include "tocsin/ingest/poller.h"
#include "tocsin/server/websub_desk.h"

namespace tocsin::server {

// What the API tells of a feed's visits and of its hub. Main loop.
class FeedVisitView final : public api::FeedVisits {
 public:
  // Both outlive this.
  FeedVisitView(const ingest::Poller& poller, const WebSubDesk& hubs)
      : poller_(poller), hubs_(hubs) {}

  std::optional<api::FeedHealth> health(core::FeedId feed) const override {
    const auto* state = poller_.state(feed);
    if (state == nullptr || state->last_fetch == Time{}) return std::nullopt;
    api::FeedHealth health;
    health.last_visit = state->last_fetch;
    if (state->failures == 0) health.last_success = state->last_fetch;
    if (!state->gone) health.next_visit = state->next_fetch;
    health.failures_in_row = state->failures;
    health.last_error = state->last_error;
    health.hub = hubs_.health(feed);
    return health;
  }

 private:
  const ingest::Poller& poller_;
  const WebSubDesk& hubs_;
};

}  // namespace tocsin::server
