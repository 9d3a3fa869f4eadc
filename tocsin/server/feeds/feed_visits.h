// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "tocsin/api/ports.h"
#include "tocsin/core/content.h"
#include "tocsin/ingest/poller.h"
#include "tocsin/server/feeds/websub_desk.h"

namespace tocsin::server {

// How a feed is to be polled.
ingest::FeedTarget target_of(const core::Feed& feed);

// What the API asks the poller. Main loop.
class FeedVisits final : public api::FeedVisits {
 public:
  // `on_woken`: the poller has something to do earlier than it said. All outlive this.
  FeedVisits(ingest::Poller& poller, const WebSubDesk& hubs, std::function<void()> on_woken)
      : poller_(poller), hubs_(hubs), on_woken_(std::move(on_woken)) {}

  std::optional<api::FeedHealth> health(const core::Feed& feed) const override;
  bool fetch_now(core::FeedId feed) override;

 private:
  ingest::Poller& poller_;
  const WebSubDesk& hubs_;
  std::function<void()> on_woken_;
};

}  // namespace tocsin::server
