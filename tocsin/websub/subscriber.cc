// SPDX-License-Identifier: Apache-2.0
#include "tocsin/websub/subscriber.h"

#include <algorithm>

#include "tocsin/base/base64url.h"
#include "tocsin/http/percent.h"
#include "tocsin/url/url.h"
#include "tocsin/websub/confidential.h"
#include "tocsin/websub/signature.h"

namespace tocsin::websub {
namespace {

constexpr std::uint32_t kRelianceMax = 30;
constexpr Seconds kRetryAfterMax{86'400};

std::string secret_text(const Subscription& record) { return hex(record.secret.reveal()); }

std::string host_of(const std::string& url) {
  const auto parsed = Url::parse(url);
  return parsed ? parsed->host : "the hub";
}

void add_field(std::string& form, std::string_view name, std::string_view value) {
  if (!form.empty()) form += '&';
  form.append(name).append("=").append(http::percent_encode(value));
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 307 || status == 308;
}

std::string problem_of(const std::string& url, const HubAnswer& answer) {
  if (answer.status == 0) return "The hub cannot be asked (" + answer.detail + ").";
  return "The hub " + host_of(url) + " answers with status " + std::to_string(answer.status) + ".";
}

// The lease asked for again at four fifths of it.
Time renewal(Time now, Seconds lease) {
  return now + std::max<Millis>(Millis(lease) * 4 / 5, kRenewalGap);
}

}  // namespace

void Subscriber::load(Subscription record) {
  if (record.hubs.empty()) return;
  if (!record.is_ending()) by_feed_[record.feed] = record.token;
  const Token token = record.token;
  records_.insert_or_assign(token, std::move(record));
}

void Subscriber::want(core::FeedId feed, const ingest::Advertised& advertised,
                      const std::string& callbacks, Time now) {
  Subscription* record = current(feed);
  if (record == nullptr) {
    if (!advertised.hubs.empty()) begin(feed, advertised, callbacks, now);
    return;
  }
  auto hubs = advertised.hubs;
  const auto same = std::find(hubs.begin(), hubs.end(), record->hub());
  const bool is_same = same != hubs.end() && record->topic == advertised.topic;
  const bool has_moved = !record->callback.starts_with(callbacks);
  if (!is_same && !has_moved && now < record->begun + kSwitchGap) return;
  if (!is_same || has_moved) {
    end(*record, now);
    if (!hubs.empty()) begin(feed, advertised, callbacks, now);
    return;
  }
  std::rotate(hubs.begin(), same, hubs.end());
  if (hubs == record->hubs) return;
  record->hubs = std::move(hubs);
  changed(*record);
}

void Subscriber::forget(core::FeedId feed, Time now) {
  if (Subscription* record = current(feed)) end(*record, now);
}

void Subscriber::begin(core::FeedId feed, const ingest::Advertised& advertised,
                       const std::string& callbacks, Time now) {
  Subscription record{.feed = feed, .hubs = advertised.hubs, .topic = advertised.topic};
  HubSecret secret;
  random_.fill(record.token);
  random_.fill(secret);
  record.secret = Secret<HubSecret>(secret);
  record.callback = callbacks + base64url(record.token);
  record.begun = record.next_step = now;
  by_feed_[feed] = record.token;
  const auto place = records_.insert_or_assign(record.token, std::move(record)).first;
  changed(place->second);
}

void Subscriber::end(Subscription& record, Time now) {
  by_feed_.erase(record.feed);
  const bool hub_may_know =
      is_running(record.token) || record.step == Step::kAwait || record.is_live(now);
  if (!hub_may_know) return remove(record.token);
  record.step = Step::kEnd;
  record.next_step = now;
  record.failures = 0;
  changed(record);
}

std::vector<HubRequest> Subscriber::due(Time now) {
  std::vector<Token> ready;
  for (const auto& [token, record] : records_) {
    if (record.next_step <= now && !is_running(token)) ready.push_back(token);
  }
  std::sort(ready.begin(), ready.end(), [&](const Token& a, const Token& b) {
    return std::pair(records_.at(a).next_step, a) < std::pair(records_.at(b).next_step, b);
  });
  std::vector<HubRequest> out;
  for (const Token& token : ready) {
    if (runs_.size() >= kRunsMax) break;
    on_deadline(records_.at(token), now);
    const auto found = records_.find(token);
    if (found == records_.end() || found->second.next_step > now) continue;
    Subscription& record = found->second;
    const std::uint64_t run = ++last_run_;
    runs_.emplace(run, Run{.token = token, .url = record.hub(), .is_end = record.is_ending()});
    out.push_back(request(run, record));
  }
  return out;
}

// What was waited for has not come, or the time has come to ask.
void Subscriber::on_deadline(Subscription& record, Time now) {
  switch (record.step) {
    case Step::kAsk:
    case Step::kEnd:
      return;
    case Step::kHold:
    case Step::kRefused:
      record.step = Step::kAsk;
      return changed(record);
    case Step::kAwait:
    case Step::kAwaitEnd:
      break;
  }
  fail(record, "The hub " + host_of(record.hub()) + " took the request but never verified it.",
       Seconds(0), now);
}

std::optional<Time> Subscriber::next_due() const {
  std::optional<Time> out;
  if (runs_.size() >= kRunsMax) return out;
  for (const auto& [token, record] : records_) {
    if (!is_running(token)) out = std::min(out.value_or(record.next_step), record.next_step);
  }
  return out;
}

HubRequest Subscriber::request(std::uint64_t run, Subscription& record) {
  const Run& about = runs_.at(run);
  HubRequest out{.run = run, .url = about.url};
  add_field(out.form, "hub.mode", about.is_end ? "unsubscribe" : "subscribe");
  add_field(out.form, "hub.topic", record.topic);
  add_field(out.form, "hub.callback", record.callback);
  if (about.is_end) return out;
  add_field(out.form, "hub.lease_seconds", std::to_string(kLeaseAsked.count()));
  // Section 5.1: the secret is for requests over HTTPS. Once a hub has it, pushes are signed; a hub
  // that is asked without it is believed no more than a stranger.
  if (is_confidential(about.url)) {
    add_field(out.form, "hub.secret", secret_text(record));
    if (!record.is_signing) {
      record.is_signing = true;
      changed(record);
    }
  }
  return out;
}

std::optional<HubRequest> Subscriber::on_answer(std::uint64_t run, const HubAnswer& answer,
                                                Time now) {
  const auto found = runs_.find(run);
  if (found == runs_.end()) return std::nullopt;
  if (is_redirect(answer.status) && !answer.location.empty()) {
    if (auto next = follow(run, answer)) return next;
  }
  const Run ended = std::move(found->second);
  runs_.erase(found);
  const auto place = records_.find(ended.token);
  if (place == records_.end()) return std::nullopt;
  Subscription& record = place->second;
  // The hub may have verified before it answered; or the feed was removed meanwhile.
  const Step asked = ended.is_end ? Step::kEnd : Step::kAsk;
  if (record.step != asked) return std::nullopt;
  if (answer.status < 200 || answer.status > 299) {
    const auto wait =
        std::clamp(answer.retry_after.value_or(Seconds(0)), Seconds(0), kRetryAfterMax);
    fail(record, problem_of(ended.url, answer), wait, now);
    return std::nullopt;
  }
  record.step = ended.is_end ? Step::kAwaitEnd : Step::kAwait;
  record.next_step = now + kVerificationWait;
  changed(record);
  return std::nullopt;
}

// The hub's own redirect; section 5.1 has 307 and 308, hubs of old have 301 and 302 too.
std::optional<HubRequest> Subscriber::follow(std::uint64_t run, const HubAnswer& answer) {
  Run& about = runs_.at(run);
  const auto place = records_.find(about.token);
  const auto base = Url::parse(about.url);
  if (place == records_.end() || !base || ++about.redirects > kRedirectsMax) return std::nullopt;
  auto target = base->resolve(answer.location);
  if (!target || !target->is_http() || !target->user_info.empty()) return std::nullopt;
  target->fragment.clear();
  const std::string url = target->text();
  // The secret was given to the first; the second may not take its place without.
  if (is_confidential(about.url) && !is_confidential(url)) return std::nullopt;
  about.url = url;
  return request(run, place->second);
}

void Subscriber::fail(Subscription& record, std::string problem, Seconds at_least, Time now) {
  ++record.failures;
  if (record.is_ending()) {
    if (record.failures >= kEndTriesMax) return remove(record.token);
    record.step = Step::kEnd;
  } else {
    const bool gives_way = record.failures % kHubFailuresMax == 0 && record.hubs.size() > 1;
    if (gives_way && !record.is_live(now)) return use_next_hub(record, now);
    record.step = Step::kAsk;
    record.problem = std::move(problem);
  }
  const auto doublings = std::min<std::uint32_t>(record.failures - 1, 16);
  const Millis longest = std::min<Millis>(kRetryMax, kRetryMin * (std::int64_t{1} << doublings));
  const auto half = static_cast<std::uint64_t>(longest.count() / 2);
  const Millis wait = longest - Millis(random_.below(half + 1));
  record.next_step = now + std::max<Millis>(wait, at_least);
  changed(record);
}

// The next hub is asked at once, until each of them has failed or denied.
void Subscriber::refuse(Subscription& record, const std::string& reason, Time now) {
  ++record.failures;
  if (record.failures % record.hubs.size() != 0) return use_next_hub(record, now);
  record.step = Step::kRefused;
  record.expires = {};
  record.next_step = now + kRefusedWait;
  record.problem = "The hub " + host_of(record.hub()) + " denies the subscription" +
                   (reason.empty() ? "." : " (" + reason + ").");
  changed(record);
}

// Another hub is given another callback and another secret.
void Subscriber::use_next_hub(const Subscription& record, Time now) {
  ingest::Advertised advertised{.hubs = record.hubs, .topic = record.topic};
  std::rotate(advertised.hubs.begin(), advertised.hubs.begin() + 1, advertised.hubs.end());
  const core::FeedId feed = record.feed;
  const std::uint32_t failures = record.failures;
  const auto callbacks =
      record.callback.substr(0, record.callback.size() - base64url(record.token).size());
  remove(record.token);
  begin(feed, advertised, callbacks, now);
  Subscription& next = *current(feed);
  next.failures = failures;
}

std::optional<std::string> Subscriber::on_notice(const Token& token, const Notice& notice,
                                                 Time now) {
  const auto found = records_.find(token);
  if (found == records_.end() || found->second.topic != notice.topic) return std::nullopt;
  Subscription& record = found->second;
  switch (notice.mode) {
    case Notice::Mode::kUnsubscribe:
      if (!record.is_ending()) return std::nullopt;
      remove(token);
      return notice.challenge;
    case Notice::Mode::kDenied:
      if (record.is_ending()) {
        remove(token);
        return "";
      }
      refuse(record, notice.reason, now);
      return "";
    case Notice::Mode::kSubscribe:
      break;
  }
  // A hub may ask again at any time; what is held is wished for.
  if (record.is_ending() || record.step == Step::kRefused) return std::nullopt;
  record.step = Step::kHold;
  record.expires = now + notice.lease;
  record.next_step = renewal(now, notice.lease);
  record.failures = 0;
  record.problem.clear();
  changed(record);
  return notice.challenge;
}

Subscriber::Push Subscriber::on_push(const Token& token, std::string_view signature,
                                     std::string_view body, Time now) const {
  const auto* record = find(token);
  if (record == nullptr || record->is_ending()) return Push::kUnknown;
  if (record->is_signing) {
    const std::string secret = secret_text(*record);
    return is_signed(signature, as_bytes(secret), as_bytes(body)) ? Push::kSigned : Push::kIgnored;
  }
  return record->is_live(now) ? Push::kHint : Push::kIgnored;
}

void Subscriber::on_told(core::FeedId feed, Time now) {
  Subscription* record = current(feed);
  if (record == nullptr || !record->is_live(now)) return;
  record->reliance = std::min(record->reliance + 1, kRelianceMax);
  record->last_push = now;
  changed(*record);
}

void Subscriber::on_missed(core::FeedId feed, Time now) {
  Subscription* record = current(feed);
  if (record == nullptr || record->reliance == 0 || !record->is_live(now)) return;
  record->reliance = 0;
  changed(*record);
}

Seconds Subscriber::calm(core::FeedId feed, Seconds interval, Time now) const {
  const auto* record = of(feed);
  if (record == nullptr || !record->is_live(now) || record->failures > 0) return interval;
  const Seconds longer = interval * (std::int64_t{1} << std::min(record->reliance, kRelianceMax));
  return std::max(interval, std::min(longer, kCalmMax));
}

const Subscription* Subscriber::find(const Token& token) const {
  const auto found = records_.find(token);
  return found == records_.end() ? nullptr : &found->second;
}

const Subscription* Subscriber::of(core::FeedId feed) const {
  const auto found = by_feed_.find(feed);
  return found == by_feed_.end() ? nullptr : find(found->second);
}

Subscription* Subscriber::current(core::FeedId feed) {
  const auto found = by_feed_.find(feed);
  return found == by_feed_.end() ? nullptr : &records_.at(found->second);
}

std::size_t Subscriber::live(Time now) const {
  return static_cast<std::size_t>(
      std::count_if(records_.begin(), records_.end(),
                    [&](const auto& entry) { return entry.second.is_live(now); }));
}

std::vector<core::FeedId> Subscriber::feeds() const {
  std::vector<core::FeedId> out;
  out.reserve(by_feed_.size());
  for (const auto& [feed, token] : by_feed_) out.push_back(feed);
  return out;
}

bool Subscriber::is_running(const Token& token) const {
  return std::any_of(runs_.begin(), runs_.end(),
                     [&](const auto& run) { return run.second.token == token; });
}

bool Subscriber::is_confidential(const std::string& text) const {
  const auto url = Url::parse(text);
  return url && websub::is_confidential(*url, config_.trust_loopback);
}

void Subscriber::remove(const Token& token) {
  const Token gone = token;  // may be a part of what goes
  const auto found = records_.find(gone);
  if (found == records_.end()) return;
  const auto holder = by_feed_.find(found->second.feed);
  if (holder != by_feed_.end() && holder->second == gone) by_feed_.erase(holder);
  changes_.push_back({.token = gone, .feed = found->second.feed});
  records_.erase(found);
}

void Subscriber::changed(const Subscription& record) {
  changes_.push_back({.token = record.token, .feed = record.feed, .record = record});
}

}  // namespace tocsin::websub
