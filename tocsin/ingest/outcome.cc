// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/outcome.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "tocsin/base/bytes.h"
#include "tocsin/ingest/advice.h"
#include "tocsin/ingest/discovery.h"
#include "tocsin/ingest/item_keys.h"
#include "tocsin/ingest/schedule.h"

namespace tocsin::ingest {
namespace {

Verdict verdict_of(const FetchResult& result, const FeedState& state) {
  if (result.failure) return Verdict::kNoAnswer;
  const bool was_conditional = !state.etag.empty() || !state.last_modified.empty();
  switch (result.status) {
    case 200:
    case 203:  // 200, changed by a proxy
      return Verdict::kDocument;
    case 304:
      return was_conditional ? Verdict::kUnchanged : Verdict::kRefused;
    case 410:
      return Verdict::kGone;
    case 429:
    case 503:
      return Verdict::kThrottled;
    default:
      return Verdict::kRefused;
  }
}

// Where the redirects lead as far as they are permanent; empty if the first one is not.
std::string permanent_address(const std::vector<FetchHop>& hops) {
  std::string address;
  for (const FetchHop& hop : hops) {
    if (hop.status != 301 && hop.status != 308) break;
    address = hop.to;
  }
  return address;
}

// Counts sightings of a permanent redirect; returns the address if it is believed from now on.
std::string learn_address(FeedState& state, const std::vector<FetchHop>& hops) {
  std::string address = permanent_address(hops);
  state.move_sightings = address.empty() || address != state.moved_to ? 0 : state.move_sightings;
  state.moved_to = std::move(address);
  if (state.moved_to.empty() || ++state.move_sightings < kMoveSightings) return {};
  state.move_sightings = 0;
  state.learned_url = std::exchange(state.moved_to, {});
  return state.learned_url;
}

// A 304 repeats the validators or leaves them as they are (RFC 9111, section 4.3.4).
void keep_validators(FeedState& state, const FetchResult& result) {
  const auto etag = result.headers.find("etag");
  const auto last_modified = result.headers.find("last-modified");
  if (result.status != 304 || etag) state.etag = etag.value_or("");
  if (result.status != 304 || last_modified) state.last_modified = last_modified.value_or("");
}

void forget_validators(FeedState& state) {
  state.etag.clear();
  state.last_modified.clear();
  forget_document(state);
}

struct KeyedItems {
  std::vector<FetchedItem> items;
  std::vector<std::uint64_t> marks;  // of all in the document
};

// The items without those that have one of the marks `known`. An item that is repeated inside the
// document counts once: the first. Errors: kExhausted, see feed::Sanitizer.
Result<KeyedItems> keyed_items(feed::ParsedFeed feed, const std::vector<std::uint64_t>& known,
                               Time now) {
  const std::vector<core::ItemKey> keys = assign_item_keys(feed);
  const std::unordered_set<std::uint64_t> known_marks(known.begin(), known.end());
  std::unordered_set<core::ItemKey, OctetsHash> seen;
  feed::Sanitizer sanitizer;
  KeyedItems out;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!seen.insert(keys[i]).second) continue;
    feed::FeedItem& item = feed.items[i];
    const std::uint64_t mark = OctetsHash{}(keys[i]) ^ feed::fingerprint(item);
    if (out.marks.size() < kItemMarksMax) out.marks.push_back(mark);
    if (known_marks.contains(mark)) continue;
    const Time said = item.published.value_or(item.updated.value_or(now));
    item.published = std::min(said, now);
    TOCSIN_TRY(std::string summary, sanitizer.sanitized(item.summary));
    TOCSIN_TRY(std::string content, sanitizer.sanitized(item.content));
    out.items.push_back({keys[i], std::move(item), std::move(summary), std::move(content),
                         std::max(Seconds(0), std::chrono::duration_cast<Seconds>(said - now))});
  }
  return out;
}

std::uint32_t bits_of(const std::vector<int>& numbers) {
  std::uint32_t bits = 0;
  for (const int number : numbers) bits |= 1U << static_cast<unsigned>(number);
  return bits;
}

Rhythm rhythm_of(const std::vector<FetchedItem>& items, Time now) {
  std::vector<Time> published;
  published.reserve(items.size());
  for (const auto& fetched : items) {
    if (fetched.ahead == Seconds(0)) published.push_back(*fetched.item.published);
  }
  return first_rhythm(std::move(published), now);
}

// A document that does not say what it is called is called what it was asked for: where a redirect
// leads may be another place each time.
Advertised named(Advertised found, const FeedTarget& target, const FeedState& state) {
  if (!found.hubs.empty() && found.topic.empty()) found.topic = address_of(target, state);
  return found;
}

// Reads the body, which came from `address`, and returns what of its items is new or changed.
// Errors: as feed::parse() and feed::Sanitizer; then `outcome` is as it was.
Result<std::vector<FetchedItem>> read_feed(const FeedTarget& target, const FetchResult& result,
                                           const std::string& address, FetchOutcome& outcome) {
  const auto type = result.headers.find("content-type").value_or("");
  TOCSIN_TRY(feed::ParsedFeed feed,
             feed::parse(as_bytes(result.body), {std::string(type), address}));
  FeedState state = outcome.state;
  state.keys_need_document = keys_need_document(feed);
  state.ttl = feed.ttl;
  state.skip_hours = bits_of(feed.skip_hours);
  state.skip_days = bits_of(feed.skip_days);
  state.advertised = named(discover(result.headers, feed, address), target, state);
  auto warnings = std::exchange(feed.warnings, {});
  const std::size_t count = feed.items.size();
  TOCSIN_TRY(KeyedItems keyed, keyed_items(std::move(feed), state.item_marks, outcome.report.at));
  state.item_marks = std::move(keyed.marks);
  outcome.state = std::move(state);
  outcome.report.warnings = std::move(warnings);
  outcome.report.items = count;
  return std::move(keyed.items);
}

std::string place_of(const FetchResult& result, const FeedTarget& target, const FeedState& state) {
  return result.hops.empty() ? address_of(target, state) : result.hops.back().to;
}

// A document that is as it was may be served with another hub.
void learn_hub(const FeedTarget& target, const FetchResult& result, FeedState& state) {
  auto found = discover_in_fields(result.headers, place_of(result, target, state));
  if (!found) return;
  if (found->topic.empty() && state.advertised) found->topic = state.advertised->topic;
  state.advertised = named(*std::move(found), target, state);
}

// Reads the body of a 200. Sets the verdict, and the problem where there is one.
void read_document(const FeedTarget& target, const FetchResult& result, FetchOutcome& outcome) {
  FeedState& state = outcome.state;
  const std::string address = place_of(result, target, state);
  const crypto::Digest digest = crypto::sha256(as_bytes(result.body));
  if (digest == state.body_digest) {
    outcome.report.verdict = Verdict::kUnchanged;
    return;
  }
  auto items = read_feed(target, result, address, outcome);
  if (!items) {
    outcome.report.verdict = Verdict::kNotAFeed;
    outcome.report.problem = advice_not_a_feed(items.error().message);
    // A page may have a hub that pushes the feed. One that has none may be an error of today.
    auto in_page = discover_in_page(result.headers, result.body, address);
    if (!in_page.hubs.empty()) state.advertised = named(std::move(in_page), target, state);
    return;
  }
  outcome.items = *std::move(items);
  state.body_digest = digest;
  outcome.first_sight = !std::exchange(state.known, true);
  if (outcome.first_sight) {
    state.rhythm = rhythm_of(outcome.items, outcome.report.at);
  } else {
    outcome.plausible_items = plausible_items(
        state.rhythm, std::chrono::duration_cast<Seconds>(outcome.report.at - state.last_success));
  }
}

bool is_success(Verdict verdict) {
  return verdict == Verdict::kDocument || verdict == Verdict::kUnchanged;
}

void record_success(const FetchResult& result, Time now, FetchOutcome& outcome) {
  outcome.state.failures = 0;
  outcome.state.last_success = now;
  outcome.state.asked = asked_wait(result.headers, outcome.state.ttl, now);
  keep_validators(outcome.state, result);
  outcome.report.moved_to = learn_address(outcome.state, result.hops);
}

void record_failure(FeedState& state, Verdict verdict) {
  ++state.failures;
  state.gone = verdict == Verdict::kGone && state.learned_url.empty();
  state.moved_to.clear();
  state.move_sightings = 0;
  if (state.learned_url.empty()) return;
  // The address that was learned may be the mistake: the next try goes to the feed's own.
  state.learned_url.clear();
  forget_validators(state);
}

void record_fetch(FeedState& state, const FetchReport& report) {
  if (state.fetches.size() >= kFetchesKept) state.fetches.resize(kFetchesKept - 1);
  state.fetches.insert(state.fetches.begin(),
                       FetchNote{.at = report.at,
                                 .verdict = report.verdict,
                                 .status = report.status,
                                 .body_bytes = report.body_bytes,
                                 .items = static_cast<std::uint32_t>(report.items),
                                 .duration = report.duration});
}

}  // namespace

std::string_view text(Verdict verdict) {
  switch (verdict) {
    case Verdict::kDocument:
      return "document";
    case Verdict::kUnchanged:
      return "unchanged";
    case Verdict::kNotAFeed:
      return "not_a_feed";
    case Verdict::kRefused:
      return "refused";
    case Verdict::kThrottled:
      return "throttled";
    case Verdict::kGone:
      return "gone";
    case Verdict::kNoAnswer:
      break;
  }
  return "no_answer";
}

std::optional<Verdict> parse_verdict(std::string_view name) {
  for (const auto verdict :
       {Verdict::kDocument, Verdict::kUnchanged, Verdict::kNotAFeed, Verdict::kRefused,
        Verdict::kThrottled, Verdict::kGone, Verdict::kNoAnswer}) {
    if (name == text(verdict)) return verdict;
  }
  return std::nullopt;
}

void forget_document(FeedState& state) {
  state.body_digest.reset();
  state.item_marks.clear();
}

FetchOutcome judge(const FeedTarget& target, FeedState state, const FetchResult& result, Time now,
                   Random& random) {
  FetchOutcome out{.feed = target.id, .state = std::move(state)};
  FeedState& kept = out.state;
  out.report = {.verdict = verdict_of(result, kept),
                .at = now,
                .duration = result.duration,
                .status = result.status,
                .body_bytes = result.body.size()};

  if (out.report.verdict == Verdict::kDocument) {
    read_document(target, result, out);
  } else if (!is_success(out.report.verdict)) {
    out.report.problem = advice(result);
  }

  if (out.report.verdict == Verdict::kUnchanged) learn_hub(target, result, kept);

  kept.last_fetch = now;
  kept.last_status = result.status;
  kept.last_error = out.report.problem;
  if (is_success(out.report.verdict)) {
    record_success(result, now, out);
    kept.next_fetch = due_after_success(target, kept);
  } else {
    record_failure(kept, out.report.verdict);
    kept.next_fetch = due_after_failure(target, kept, result.headers, random);
  }
  record_fetch(kept, out.report);
  return out;
}

std::optional<FetchOutcome> judge_push(const FeedTarget& target, const FeedState& state,
                                       const PushedDocument& document, Time now) {
  if (state.keys_need_document) return std::nullopt;
  auto parsed = feed::parse(as_bytes(document.body), {document.content_type, document.topic});
  if (!parsed || keys_need_document(*parsed)) return std::nullopt;
  const std::size_t count = parsed->items.size();
  auto keyed = keyed_items(*std::move(parsed), state.item_marks, now);
  if (!keyed) return std::nullopt;
  FetchOutcome out{.feed = target.id, .state = state, .is_push = true, .is_told = true};
  out.report = {
      .verdict = Verdict::kDocument, .at = now, .items = count, .body_bytes = document.body.size()};
  out.first_sight = !std::exchange(out.state.known, true);
  if (!out.first_sight) {
    out.plausible_items = plausible_items(
        state.rhythm, std::chrono::duration_cast<Seconds>(now - state.last_success));
  }
  out.items = std::move(keyed->items);
  return out;
}

}  // namespace tocsin::ingest
