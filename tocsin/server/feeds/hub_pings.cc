// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/feeds/hub_pings.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "tocsin/http/percent.h"
#include "tocsin/http/retry_after.h"
#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"
#include "tocsin/pages/feeds.h"
#include "tocsin/url/url.h"

namespace tocsin::server {
namespace {

// So many stories of a site are told of where it is not known which are new.
constexpr std::size_t kLatestStories = 100;

void add_feeds(const core::Site& site, const core::Story& story, std::vector<std::string>& out) {
  if (story.state == core::StoryState::kDraft) return;
  auto feeds = pages::feeds_of(site, story);
  std::move(feeds.begin(), feeds.end(), std::back_inserter(out));
}

void add_latest(const newsroom::Content& content, std::vector<std::string>& out) {
  for (const auto& site : content.sites()) {
    for (const auto& story : content.stories({.site = site.id, .limit = kLatestStories})) {
      add_feeds(site, story, out);
    }
  }
}

}  // namespace

std::vector<HubNews> hub_news(const newsroom::Content& content, std::uint64_t after,
                              std::size_t limit) {
  std::vector<HubNews> out;
  for (const auto& event : content.events_after(after, limit)) {
    const bool is_gap = out.empty() && event.sequence > after + 1;
    auto& news = out.emplace_back(HubNews{.sequence = event.sequence});
    if (is_gap) add_latest(content, news.feeds);
    if (event.kind != core::LiveEvent::Kind::kStory) continue;
    const auto story = content.story(event.story);
    const auto site = story ? content.site(story->site) : std::nullopt;
    if (site) add_feeds(*site, *story, news.feeds);
  }
  return out;
}

HubPings::HubPings(Ports ports, const std::vector<HubAddress>& hubs, const Told& told,
                   std::uint64_t last)
    : ports_(std::move(ports)) {
  for (const auto& address : hubs) {
    const auto known = told.find(address.url);
    const std::uint64_t seen = known == told.end() ? last : known->second;
    hubs_.push_back({.address = address, .told = seen, .seen = seen});
    if (known == told.end()) ports_.keep(address.url, seen);
  }
}

void HubPings::look() {
  for (auto& hub : hubs_) {
    read(hub);
    ping(hub);
  }
}

void HubPings::run() {
  for (auto& hub : hubs_) {
    if (hub.is_behind) read(hub);
    ping(hub);
  }
}

void HubPings::read(Hub& hub) {
  hub.is_behind = true;
  if (hub.waiting.size() >= kFeedsMax) return;
  const auto news = ports_.news(hub.seen, kNewsPerTurn);
  for (const auto& one : news) {
    // The first event stays: all that follows it is owed.
    for (const auto& feed : one.feeds) hub.waiting.emplace(feed, one.sequence);
    hub.seen = one.sequence;
    if (hub.waiting.size() >= kFeedsMax) return;
  }
  hub.is_behind = news.size() == kNewsPerTurn;
}

void HubPings::ping(Hub& hub) {
  if (hub.is_asked || hub.waiting.empty() || ports_.clock.instant() < hub.retry_at) return;
  hub.is_asked = true;
  Feeds feeds;
  std::string body = "hub.mode=publish";
  while (!hub.waiting.empty() && feeds.size() < kFeedsPerPing) {
    const auto first = hub.waiting.begin();
    body += "&hub.url=" + http::percent_encode(first->first);
    feeds.insert(hub.waiting.extract(first));
  }
  ingest::FetchRequest request{.url = hub.address.url, .posted = std::move(body)};
  request.fields.add("content-type", "application/x-www-form-urlencoded");
  // A POST follows no redirect: it goes to the hub and nowhere else.
  if (!hub.address.authorization.empty()) {
    request.fields.add("authorization", hub.address.authorization);
  }
  ports_.web.fetch(std::move(request),
                   [this, &hub, feeds = std::move(feeds)](const ingest::FetchResult& result) {
                     on_answer(hub, feeds, result);
                   });
}

void HubPings::on_answer(Hub& hub, const Feeds& feeds, const ingest::FetchResult& result) {
  const bool is_taken = !result.failure && result.status >= 200 && result.status < 300;
  metrics::count("tocsin_hub_pings_total", 1, is_taken ? "taken" : "failed");
  hub.is_asked = false;
  if (is_taken) {
    hub.failures = 0;
    if (hub.is_behind) read(hub);
    keep(hub);
    return ping(hub);
  }
  for (const auto& [feed, sequence] : feeds) hub.waiting.insert_or_assign(feed, sequence);
  const auto doublings = std::min(hub.failures++, 10U);
  const auto said =
      http::parse_retry_after(result.headers.find("retry-after").value_or(""), ports_.clock.now());
  const Millis asked = std::min(said.value_or(Seconds(0)), kRetryAfterMax);
  const Millis wait = std::min(kRetryMin * (1U << doublings), kRetryMax);
  hub.retry_at = ports_.clock.instant() + std::max(wait, asked);
  const auto url = Url::parse(hub.address.url);
  log::warn("hub.not_told",
            {{"hub", url ? url->host : ""}, {"status", result.status}, {"detail", result.detail}});
}

// All before the first event that waits is told.
void HubPings::keep(Hub& hub) {
  std::uint64_t told = hub.seen;
  for (const auto& [feed, sequence] : hub.waiting) told = std::min(told, sequence - 1);
  if (told == hub.told) return;
  hub.told = told;
  ports_.keep(hub.address.url, told);
}

}  // namespace tocsin::server
