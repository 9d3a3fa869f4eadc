// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/ingest/fetch.h"
#include "tocsin/newsroom/content.h"
#include "tocsin/server/feeds/hub_address.h"

namespace tocsin::server {

// One change of the newsroom's, in the order of the store.
struct HubNews {
  std::uint64_t sequence = 0;        // of the live event
  std::vector<std::string> feeds{};  // addresses of those that have it; empty: none has
};

// What came after the event `after`, at most `limit`. Where events between have been dropped, the
// first one stands for what is latest.
std::vector<HubNews> hub_news(const newsroom::Content& content, std::uint64_t after,
                              std::size_t limit);

// Tells the hubs which of our feeds have news, so that they tell those who subscribed there. The
// ping is PubSubHubbub 0.4's (hub.mode=publish), which WebSub leaves to hub and publisher and which
// hubs take. News that comes while a ping is under way waits for the next, so a hub gets few pings
// on a busy night and none is late by more than one. What a hub is owed follows from the store: all
// that came after the last event that it was told of, which is kept. So nothing is forgotten over a
// crash, and what was told just before it may be told twice. Main loop.
class HubPings {
 public:
  static constexpr std::size_t kFeedsPerPing = 50;
  static constexpr std::size_t kFeedsMax = 10'000;  // in memory for one hub; more wait in the store
  static constexpr std::size_t kNewsPerTurn = 500;
  static constexpr Millis kRetryMin{5'000};
  static constexpr Millis kRetryMax{3'600'000};
  static constexpr Seconds kRetryAfterMax{86'400};  // a hub that asks for longer is not heard

  struct Ports {
    const Clock& clock;
    ingest::FetchPort& web;  // must not answer once this is gone
    std::function<std::vector<HubNews>(std::uint64_t after, std::size_t limit)> news;
    // A hub was told of all up to that event.
    std::function<void(const std::string& hub, std::uint64_t told)> keep;
  };
  // By URL, what each hub was told of, as it was kept.
  using Told = std::map<std::string, std::uint64_t>;

  // A hub that is not in `told` is told of what comes after the event `last`.
  HubPings(Ports ports, const std::vector<HubAddress>& hubs, const Told& told, std::uint64_t last);

  // There is news. The first time, also what was owed at the start.
  void look();
  // Tries again what is due. Call it every second.
  void run();

 private:
  using Feeds = std::map<std::string, std::uint64_t>;
  struct Hub {
    HubAddress address;
    std::uint64_t told = 0;  // as kept
    std::uint64_t seen = 0;  // what came up to here is told, waits, or is under way
    bool is_behind = false;  // there may be more in the store
    Feeds waiting{};         // and of each the first event that the hub was not told of
    bool is_asked = false;   // a ping is under way
    unsigned failures = 0;
    Instant retry_at{};
  };

  void read(Hub& hub);
  void ping(Hub& hub);
  void on_answer(Hub& hub, const Feeds& feeds, const ingest::FetchResult& result);
  void keep(Hub& hub);

  const Ports ports_;
  std::deque<Hub> hubs_;
};

}  // namespace tocsin::server
