// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/feeds/hub_pings.h"

#include <algorithm>
#include <utility>

#include "tocsin/http/percent.h"
#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"

namespace tocsin::server {

HubPings::HubPings(const Clock& clock, ingest::FetchPort& port,
                   const std::vector<std::string>& hubs)
    : clock_(clock), port_(port) {
  for (const auto& url : hubs) hubs_.emplace_back().url = url;
}

void HubPings::tell(const std::vector<std::string>& feeds) {
  for (auto& hub : hubs_) {
    if (hub.waiting.size() + feeds.size() > kFeedsMax) continue;
    hub.waiting.insert(feeds.begin(), feeds.end());
    ping(hub);
  }
}

void HubPings::run() {
  for (auto& hub : hubs_) ping(hub);
}

void HubPings::ping(Hub& hub) {
  if (hub.is_told || hub.waiting.empty() || clock_.instant() < hub.retry_at) return;
  hub.is_told = true;
  std::vector<std::string> feeds;
  std::string body = "hub.mode=publish";
  while (!hub.waiting.empty() && feeds.size() < kFeedsPerPing) {
    auto feed = hub.waiting.extract(hub.waiting.begin());
    body += "&hub.url=" + http::percent_encode(feed.value());
    feeds.push_back(std::move(feed.value()));
  }
  ingest::FetchRequest request{.url = hub.url, .posted = std::move(body)};
  request.fields.add("content-type", "application/x-www-form-urlencoded");
  port_.fetch(std::move(request),
              [this, &hub, feeds = std::move(feeds)](const ingest::FetchResult& result) mutable {
                on_answer(hub, std::move(feeds), result);
              });
}

void HubPings::on_answer(Hub& hub, std::vector<std::string> feeds,
                         const ingest::FetchResult& result) {
  const bool is_taken = !result.failure && result.status >= 200 && result.status < 300;
  metrics::count("tocsin_hub_pings_total", 1, is_taken ? "taken" : "failed");
  hub.is_told = false;
  if (is_taken) {
    hub.failures = 0;
    return ping(hub);
  }
  hub.waiting.insert(feeds.begin(), feeds.end());
  const auto doublings = std::min(hub.failures++, 10U);
  hub.retry_at = clock_.instant() + std::min(kRetryMin * (1U << doublings), kRetryMax);
  log::warn("hub.not_told", {{"status", result.status}, {"detail", result.detail}});
}

}  // namespace tocsin::server
