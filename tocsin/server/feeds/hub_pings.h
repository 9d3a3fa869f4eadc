// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <set>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/ingest/fetch.h"

namespace tocsin::server {

// Tells the hubs which of our feeds have news, so that they tell those who subscribed there. The
// ping is PubSubHubbub 0.4's (hub.mode=publish), which WebSub leaves to hub and publisher and which
// hubs take. News that comes while a ping is under way waits for the next, so a hub gets few pings
// on a busy night and none is late by more than one. What could not be told is tried again; it is
// forgotten over a restart, and the next story tells of it. Main loop.
class HubPings {
 public:
  static constexpr std::size_t kFeedsPerPing = 50;
  static constexpr std::size_t kFeedsMax = 10'000;  // that wait for one hub
  static constexpr Millis kRetryMin{5'000};
  static constexpr Millis kRetryMax{3'600'000};

  // `clock` and `port` outlive this; `port` must not answer once this is gone.
  HubPings(const Clock& clock, ingest::FetchPort& port, const std::vector<std::string>& hubs);

  // These feeds have news. Their addresses are the topics that the hubs know.
  void tell(const std::vector<std::string>& feeds);
  // Tries again what is due. Call it every second.
  void run();

 private:
  struct Hub {
    std::string url;
    std::set<std::string> waiting;
    bool is_told = false;  // a ping is under way
    unsigned failures = 0;
    Instant retry_at{};
  };

  void ping(Hub& hub);
  void on_answer(Hub& hub, std::vector<std::string> feeds, const ingest::FetchResult& result);

  const Clock& clock_;
  ingest::FetchPort& port_;
  std::deque<Hub> hubs_;
};

}  // namespace tocsin::server
