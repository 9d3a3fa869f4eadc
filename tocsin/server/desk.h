// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <set>
#include <string>

#include "tocsin/api/ports.h"
#include "tocsin/ingest/poller.h"
#include "tocsin/net/loop.h"
#include "tocsin/store/store.h"

namespace tocsin::server {

// Where commands meet the store, and where what they changed takes effect: feeds are polled,
// alerts go out. Main loop.
class Desk final : public api::Newsroom, public ingest::Sink {
 public:
  struct Effects {
    // All of a command, before the others here and before its answer.
    std::function<void(const newsroom::Effects&)> on_changes;
    std::function<void(const core::Alert&)> on_alert;
    std::function<void(const core::Site&)> on_site;
    std::function<void(const core::Feed&)> on_feed;
    std::function<void(core::FeedId)> on_feed_removed;
    // Of what the fetch at `at` brought, so many items were seen for the first time.
    std::function<void(core::FeedId, std::size_t, Time at)> on_fresh_items;
    // What a fetch brought is not in the store, or not yet.
    std::function<void(core::FeedId)> on_not_taken;
    std::function<void(const core::LiveEvent&)> on_live_event;
    std::function<void(core::CommentId)> on_vote;
    std::function<void(const core::Follower&)> on_follower;
    // A feed had items that were not known; `is_told`: a hub brought them, or told of them.
    std::function<void(core::FeedId, bool is_told)> on_new_items;
  };

  // All outlive this.
  Desk(net::Loop& loop, store::Store& store, IdSource& ids, Random& random, const Clock& clock)
      : loop_(loop), store_(store), ids_(ids), random_(random), clock_(clock) {}

  // Before the first command.
  void listen(Effects effects) { effects_ = std::move(effects); }

  // Alerts that are held take no effect. The effects of a repeated command take place again:
  // listeners know what they have.
  void execute(newsroom::Command command, Done done) override;
  // Items become stories and alerts; then what the poller knows of the feed is kept. While the
  // store takes nothing, it is tried again every second: the server would not send the items
  // twice.
  void take(ingest::FetchOutcome outcome) override;

 private:
  void apply(const newsroom::Effects& effects) const;
  // What is kept when the items are.
  struct Fetched {
    ingest::FeedState state;
    Time at{};             // when it was fetched or pushed
    bool is_told = false;  // a hub brought it, or told of it
  };
  void take_items(newsroom::Command command, const Fetched& fetched);
  ingest::FeedState learned(core::FeedId feed, const Fetched& fetched,
                            const newsroom::Effects& effects) const;
  void keep(core::FeedId feed, ingest::FeedState state);

  net::Loop& loop_;
  store::Store& store_;
  IdSource& ids_;
  Random& random_;
  const Clock& clock_;
  Effects effects_;
  std::set<core::FeedId> waiting_;  // whose items are tried again
};

}  // namespace tocsin::server
