// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/ingest/feed_state.h"
#include "tocsin/ingest/fetch.h"
#include "tocsin/ingest/outcome.h"

namespace tocsin::ingest {

struct PollerConfig {
  std::size_t fetches_max = 16;  // at a time
  // At start, feeds that are overdue are spread over so long, or over their interval if that is
  // shorter.
  Seconds start_spread{60};
  // A hint that there is news does not bring two fetches of a feed closer together.
  Seconds wake_gap{5};
};

// Where what was fetched goes.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void take(FetchOutcome outcome) = 0;
};

// Decides which feed is fetched when. Never two fetches at a time from one host. One loop, which
// calls run_due() when next_due() is reached:
//
//   for (auto& [target, state] : stored) poller.load(target, state);
//   poller.run_due();  // and again after each change and at next_due()
//
// The documents are parsed inside the port's answer, which may take as long as feed::parse().
class Poller {
 public:
  // All that is passed outlives the Poller, but for `port`, which must not answer after it.
  Poller(PollerConfig config, const Clock& clock, Random& random, FetchPort& port, Sink& sink);

  // Takes up a feed at start, as it was kept: it is fetched when that is due.
  void load(FeedTarget target, FeedState state);
  // Adds a feed, or changes one. A feed that is added, or gets another address, is due at once;
  // its state starts empty, unless the address is the one that was learned.
  void put(FeedTarget target);
  void remove(core::FeedId id);
  // There may be news (WebSub), or a person asks: due at once, even a feed that is gone; but not
  // before a server that throttles us said.
  void wake(core::FeedId id);

  // What the last fetch of the feed brought is not in the store: the next one brings it again, if
  // the server sends a document. Nothing happens if there is no such feed.
  void look_again(core::FeedId id);

  // Of the items that the fetch at `at` brought, so many were seen for the first time: the feed's
  // rhythm takes it in, and it may be due earlier. Nothing happens if there is no such feed.
  void learn(core::FeedId id, std::size_t fresh, Time at);
  // A hub pushed a document, signed: it goes to the sink as if it had been fetched. False: it is
  // not read, and the feed is woken instead.
  bool take_push(core::FeedId id, const PushedDocument& document);
  // Until `until`, a hub makes it unnecessary to fetch the feed more often than every `wait`. A
  // shorter wait than before counts at once.
  void calm(core::FeedId id, Seconds wait, Time until);

  // Starts the fetches that are due, as far as the port is open. Also done after each answer.
  void run_due();
  // When run_due() has something to do next; nothing while it has to wait for answers or has no
  // feeds. May be in the past.
  std::optional<Time> next_due() const;

  // When that feed is fetched next; nothing while it is being fetched, or is not to be.
  std::optional<Time> due(core::FeedId id) const;
  // Null pointer if there is no such feed. Valid until the next call.
  const FeedState* state(core::FeedId id) const;

 private:
  struct Entry {
    FeedTarget target{};
    FeedState state{};
    std::string host{};
    std::optional<Time> due{};  // its place in the queue; nothing while it has none
    std::uint64_t run = 0;      // the fetch under way; 0: none
    bool wake_after_run = false;
  };
  struct Run {
    core::FeedId feed{};
    std::string host{};
  };

  void enqueue(Entry& entry, Time due);
  void dequeue(Entry& entry);
  void start(Entry& entry);
  void finish(std::uint64_t run, const FetchResult& result);
  Time hinted_due(const Entry& entry) const;

  const PollerConfig config_;
  const Clock& clock_;
  Random& random_;
  FetchPort& port_;
  Sink& sink_;
  std::unordered_map<core::FeedId, Entry> feeds_;
  std::set<std::pair<Time, core::FeedId>> queue_;
  std::unordered_map<std::uint64_t, Run> runs_;
  std::set<std::string> busy_hosts_;
  std::uint64_t last_run_ = 0;
};

}  // namespace tocsin::ingest
