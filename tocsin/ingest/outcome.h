// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/core/ids.h"
#include "tocsin/feed/feed.h"
#include "tocsin/ingest/feed_state.h"
#include "tocsin/ingest/fetch.h"

namespace tocsin::ingest {

// What a fetch says about the feed's health.
struct FetchReport {
  Verdict verdict = Verdict::kNoAnswer;
  Time at{};
  Millis duration{};
  int status = 0;  // 0: no complete response
  std::size_t items = 0;
  std::size_t body_bytes = 0;
  std::vector<std::string> warnings{};  // what was mended or left out in reading the document
  std::string problem{};   // one sentence: what is wrong and what to do; empty if nothing is
  std::string moved_to{};  // set once, when a permanent redirect was seen often enough
};

struct FetchedItem {
  core::ItemKey key{};
  feed::FeedItem item{};       // its publish time is set, and never after the fetch
  std::string summary_html{};  // sanitised, as the next one
  std::string content_html{};
  Seconds ahead{0};  // so far after the fetch the feed says that it was published
};

// What one fetch brought.
struct FetchOutcome {
  core::FeedId feed{};
  // To be kept on disk no earlier than the items: what it holds tells the server not to send them
  // again.
  FeedState state{};
  FetchReport report{};
  // The items are what was there when the feed was added: recorded, nobody alerted.
  bool first_sight = false;
  // So many fresh items at once are no wonder, from the feed's history; 0: it has none.
  std::size_t plausible_items = 0;
  bool is_push = false;  // a hub brought it; the report has nothing to tell
  bool is_told = false;  // a hub brought it, or said that there may be news
  // What is new or says something else than in the last document. No key twice; empty unless the
  // verdict is kDocument.
  std::vector<FetchedItem> items{};
};

// Decides what the result of a fetch of `target` means and when the next one is due. Pure but for
// `random`, which spreads the retries.
FetchOutcome judge(const FeedTarget& target, FeedState state, const FetchResult& result, Time now,
                   Random& random);

// What a hub brought, signed.
struct PushedDocument {
  std::string content_type{};
  std::string topic{};  // relative links are read at this URL
  std::string body{};
};

// The same for a document that a hub pushed. It may be a part of the feed, so that of the state
// only `known` changes, and it says nothing of the next fetch. Nothing if the feed must be fetched:
// the body is no feed, or its items can be told apart only in the whole.
std::optional<FetchOutcome> judge_push(const FeedTarget& target, const FeedState& state,
                                       const PushedDocument& document, Time now);

}  // namespace tocsin::ingest
