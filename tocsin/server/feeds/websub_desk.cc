// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/feeds/websub_desk.h"

#include <algorithm>
#include <utility>

#include <arpa/inet.h>

#include "tocsin/base/base64url.h"
#include "tocsin/feed/feed.h"
#include "tocsin/guard/network.h"
#include "tocsin/http/content_coding.h"
#include "tocsin/http/retry_after.h"
#include "tocsin/ingest/schedule.h"
#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"
#include "tocsin/server/feeds/feed_visits.h"
#include "tocsin/url/url.h"

namespace tocsin::server {
namespace {

constexpr std::string_view kPath = "/websub/";
constexpr guard::RateLimitConfig kCallers{.per_minute = 240};
constexpr Millis kTurn{1'000};

std::optional<websub::Token> token_of(std::string_view path) {
  if (!path.starts_with(kPath)) return std::nullopt;
  const auto token = unbase64_as<websub::Token>(path.substr(kPath.size()));
  // One spelling of a token, so that one callback is one address.
  const bool is_exact = token && base64url(*token) == path.substr(kPath.size());
  return is_exact ? token : std::nullopt;
}

// The 4 or 16 bytes that an IP literal of a URL stands for.
std::string address_of(const std::string& host) {
  std::string bytes(host.front() == '[' ? 16 : 4, '\0');
  if (host.front() != '[') {
    inet_pton(AF_INET, host.c_str(), bytes.data());
  } else {
    inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), bytes.data());
  }
  return bytes;
}

// Whether a hub elsewhere can call this server there. A guess: the hub finds out.
bool is_public(const Url& url) {
  if (url.host_is_ip_literal()) return is_public_address(address_of(url.host));
  return url.host.find('.') != std::string::npos && !url.host.ends_with(".localhost") &&
         !url.host.ends_with(".local") && !url.host.ends_with(".internal");
}

std::string host_of(const std::string& text) {
  const auto url = Url::parse(text);
  return url ? url->host : "";
}

http::Response plain(int status, std::string body = "") {
  http::Response response{.status = status, .body = std::move(body)};
  response.headers.add("content-type", "text/plain; charset=utf-8");
  response.headers.add("x-content-type-options", "nosniff");
  response.headers.add("cache-control", "no-store");
  return response;
}

std::string_view text(websub::Subscriber::Push push) {
  using Push = websub::Subscriber::Push;
  switch (push) {
    case Push::kUnknown:
      return "unknown";
    case Push::kIgnored:
      return "ignored";
    case Push::kHint:
      return "hint";
    case Push::kSigned:
      break;
  }
  return "signed";
}

websub::HubAnswer answer_of(const ingest::FetchResult& result, Time now) {
  websub::HubAnswer answer{.status = result.failure ? 0 : result.status, .detail = result.detail};
  answer.location = result.headers.find("location").value_or("");
  answer.retry_after =
      http::parse_retry_after(result.headers.find("retry-after").value_or(""), now);
  return answer;
}

std::optional<api::HubHealth> health_without_hub(const ingest::FeedState* state) {
  if (state == nullptr || !state->advertised || state->advertised->refused_hub.empty()) {
    return std::nullopt;
  }
  const std::string& url = state->advertised->refused_hub;
  return api::HubHealth{.state = "unused",
                        .url = url,
                        .problem = "The feed gives the address of its hub " + host_of(url) +
                                   " with a user or password, which is not for its readers: the "
                                   "hub is not used. Tell whoever publishes the feed."};
}

}  // namespace

WebSubDesk::WebSubDesk(const Ports& ports)
    : ports_(ports),
      content_(ports.store.reader().content()),
      subscriber_({.trust_loopback = ports.allow_private_addresses}, ports.random),
      callers_(kCallers) {}

void WebSubDesk::attach(ingest::Poller& poller, std::function<void()> on_due) {
  poller_ = &poller;
  on_due_ = std::move(on_due);
}

Status WebSubDesk::load() {
  TOCSIN_TRY(auto records, ports_.store.reader().load_hub_subscriptions());
  for (auto& record : records) subscriber_.load(std::move(record));
  const Time now = ports_.clock.now();
  for (const core::FeedId id : subscriber_.feeds()) {
    const auto feed = content_.feed(id);
    if (feed && feed->enabled) {
      set_calm(id);
    } else {
      subscriber_.forget(id, now);
    }
  }
  const auto feeds = content_.all_feeds();
  for (const auto& feed : feeds) urls_[feed.id] = feed.url;
  follow_hubs_of(feeds);
  settle();
  every_second_ = ports_.loop.every(kTurn, [this] { settle(); });
  return ok();
}

void WebSubDesk::take(ingest::FetchOutcome outcome) {
  if (!outcome.is_push) {
    outcome.is_told = hinted_.erase(outcome.feed) > 0;
    follow_hub(outcome.feed, outcome.state);
  }
  ports_.next.take(std::move(outcome));
}

void WebSubDesk::follow_hub(core::FeedId feed, const ingest::FeedState& state) {
  if (!state.advertised) return;
  const auto callbacks = callbacks_of(feed);
  if (!callbacks) return;
  subscriber_.want(feed, *state.advertised, *callbacks, ports_.clock.now());
  settle();
}

// As they were last read: they may not change for a long time.
void WebSubDesk::follow_hubs_of(const std::vector<core::Feed>& feeds) {
  for (const auto& feed : feeds) {
    const auto* state = poller_->state(feed.id);
    if (feed.enabled && state != nullptr) follow_hub(feed.id, *state);
  }
}

void WebSubDesk::on_site(core::SiteId site) { follow_hubs_of(content_.feeds(site)); }

std::optional<std::string> WebSubDesk::callbacks_of(core::FeedId id) const {
  const auto feed = content_.feed(id);
  const auto site = feed ? content_.site(feed->site) : std::nullopt;
  const auto url = Url::parse(site ? site->base_url : "");
  if (!url || (!ports_.allow_private_addresses && !is_public(*url))) return std::nullopt;
  return url->origin() + std::string(kPath);
}

void WebSubDesk::on_feed(const core::Feed& feed) {
  const auto known = urls_.find(feed.id);
  const bool has_moved = known != urls_.end() && known->second != feed.url;
  if (!feed.enabled || has_moved) on_feed_removed(feed.id);
  if (!feed.enabled) return;
  urls_[feed.id] = feed.url;
  set_calm(feed.id);
}

void WebSubDesk::on_feed_removed(core::FeedId feed) {
  hinted_.erase(feed);
  urls_.erase(feed);
  subscriber_.forget(feed, ports_.clock.now());
  settle();
}

void WebSubDesk::on_new_items(core::FeedId feed, bool is_told) {
  if (is_told) {
    subscriber_.on_told(feed, ports_.clock.now());
  } else {
    subscriber_.on_missed(feed, ports_.clock.now());
  }
  settle();
}

bool WebSubDesk::owns(std::string_view path) { return path.starts_with(kPath); }

std::size_t WebSubDesk::body_bytes_max(std::string_view target, std::size_t otherwise) const {
  const auto token = token_of(target);
  return token && subscriber_.knows(*token) ? feed::kFeedBytesMax : otherwise;
}

void WebSubDesk::handle(const http::Request& request, const http::Respond& respond) {
  const auto token = token_of(request.path);
  if (const auto wait = refuse(request, token)) {
    auto response = plain(429);
    response.headers.add("retry-after", std::to_string(wait->count()));
    return respond(std::move(response));
  }
  if (!token) return respond(plain(404));
  if (request.method == "GET") {
    auto response = answer_get(request, *token);
    settle();
    return respond(std::move(response));
  }
  if (request.method == "POST") return take_push(request, *token, respond);
  auto response = plain(405);
  response.headers.add("allow", "GET, POST");
  respond(std::move(response));
}

// A hub has as much as its callback is allowed, wherever it calls from; a stranger has what is
// allowed to a network.
std::optional<Seconds> WebSubDesk::refuse(const http::Request& request,
                                          const std::optional<websub::Token>& token) {
  const bool is_known = token && subscriber_.knows(*token);
  const std::string key = is_known ? base64url(*token) : guard::network_of(request.remote_address);
  return callers_.refuse(key, ports_.clock.instant());
}

http::Response WebSubDesk::answer_get(const http::Request& request, const websub::Token& token) {
  const auto notice = websub::parse_notice(request.query);
  if (!notice) return plain(404);
  const auto* record = subscriber_.find(token);
  const core::FeedId feed = record == nullptr ? core::FeedId{} : record->feed;
  const auto echo = subscriber_.on_notice(token, *notice, ports_.clock.now());
  if (!echo) {
    log::info("websub.not_confirmed", {{"feed", feed.text()}});
    return plain(404);
  }
  using Mode = websub::Notice::Mode;
  if (notice->mode == Mode::kSubscribe) {
    log::info("websub.verified", {{"feed", feed.text()}, {"lease_s", notice->lease.count()}});
  } else if (notice->mode == Mode::kUnsubscribe) {
    log::info("websub.ended", {{"feed", feed.text()}});
  } else {
    log::warn("websub.denied", {{"feed", feed.text()}, {"reason", notice->reason}});
  }
  return plain(200, *echo);
}

void WebSubDesk::take_push(const http::Request& request, const websub::Token& token,
                           const http::Respond& respond) {
  using Push = websub::Subscriber::Push;
  const auto signature = request.headers.find("x-hub-signature").value_or("");
  const auto push = subscriber_.on_push(token, signature, request.body, ports_.clock.now());
  metrics::count("tocsin_websub_pushes_total", 1, text(push));
  // The hub is told before the document is read: it waits for nobody else.
  const auto* record = subscriber_.find(token);
  respond(plain(push == Push::kUnknown ? 410 : 200));
  if (record == nullptr || push == Push::kUnknown) return;
  const core::FeedId feed = record->feed;
  if (push == Push::kIgnored) return log::warn("websub.ignored", {{"feed", feed.text()}});

  if (push == Push::kSigned && read_push(request, feed, record->topic)) return;
  hinted_.insert(feed);
  poller_->wake(feed);
  on_due_();
}

// False: the feed has to be fetched.
bool WebSubDesk::read_push(const http::Request& request, core::FeedId feed,
                           const std::string& topic) {
  auto body = http::decode_content(http::content_codings(request.headers), request.body,
                                   feed::kFeedBytesMax);
  if (!body) {
    log::info("websub.not_decoded", {{"feed", feed.text()}, {"why", body.error().message}});
    return false;
  }
  return poller_->take_push(
      feed, {.content_type = std::string(request.headers.find("content-type").value_or("")),
             .topic = topic,
             .body = *std::move(body)});
}

void WebSubDesk::settle() {
  for (auto& request : subscriber_.due(ports_.clock.now())) post(std::move(request));
  keep_changes();
  metrics::set("tocsin_websub_subscriptions",
               static_cast<double>(subscriber_.live(ports_.clock.now())));
}

void WebSubDesk::post(websub::HubRequest request) {
  ingest::FetchRequest out{.url = request.url, .posted = std::move(request.form)};
  out.fields.add("content-type", "application/x-www-form-urlencoded");
  ports_.web.fetch(std::move(out), [this, run = request.run](const ingest::FetchResult& result) {
    const Time now = ports_.clock.now();
    const auto answer = answer_of(result, now);
    auto next = subscriber_.on_answer(run, answer, now);
    const bool is_accepted = answer.status >= 200 && answer.status < 300;
    metrics::count("tocsin_websub_requests_total", 1,
                   next          ? "redirected"
                   : is_accepted ? "accepted"
                                 : "failed");
    if (next) post(*std::move(next));
    settle();
  });
}

void WebSubDesk::keep_changes() {
  auto changes = subscriber_.take_changes();
  if (changes.empty()) return;
  for (const auto& change : changes) {
    set_calm(change.feed);
    const auto& record = change.record;
    if (!record || record->step != websub::Step::kAsk || record->problem.empty()) continue;
    log::warn("websub.problem", {{"feed", change.feed.text()},
                                 {"hub", host_of(record->hub())},
                                 {"problem", record->problem}});
  }
  ports_.store.put_hub_subscriptions(std::move(changes), [](const Result<std::monostate>& kept) {
    if (!kept) log::warn("websub.not_kept", {{"why", kept.error().message}});
  });
}

void WebSubDesk::set_calm(core::FeedId id) {
  const auto feed = content_.feed(id);
  if (!feed) return;
  const Time now = ports_.clock.now();
  const auto* record = subscriber_.of(id);
  const Time until = record != nullptr && record->is_live(now) ? record->expires : Time{};
  const auto* state = poller_->state(id);
  const auto rhythm = state == nullptr ? ingest::Rhythm{} : state->rhythm;
  const Seconds interval = ingest::interval_of(target_of(*feed), rhythm, now);
  poller_->calm(id, subscriber_.calm(id, interval, now), until);
}

std::optional<api::HubHealth> WebSubDesk::health(core::FeedId feed) const {
  const auto* record = subscriber_.of(feed);
  if (record == nullptr) return health_without_hub(poller_->state(feed));
  const Time now = ports_.clock.now();
  api::HubHealth out{.state = std::string(record->state(now)), .url = record->hub()};
  if (record->is_live(now)) out.expires = record->expires;
  if (record->last_push != Time{}) out.last_push = record->last_push;
  out.problem = record->problem;
  return out;
}

}  // namespace tocsin::server
