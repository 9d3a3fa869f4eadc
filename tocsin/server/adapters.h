// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "tocsin/api/ports.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/handle.h"
#include "tocsin/fanout/broadcasts.h"
#include "tocsin/fetch/fetcher.h"
#include "tocsin/net/loop.h"
#include "tocsin/observe/log.h"
#include "tocsin/server/sender_pool.h"
#include "tocsin/store/store.h"

// What makes one module's object another's port. Of server.cc alone.
namespace tocsin::server {

struct Dispatch final : fanout::Dispatch {
  explicit Dispatch(SenderPool& the_senders) : senders(the_senders) {}
  void send(core::Batch batch) override { senders.submit(std::move(batch)); }
  void stop() override { senders.stop(); }
  SenderPool& senders;
};

// Fetches, and says when an answer was dealt with: the poller then has another moment at which it
// wants to run. Closed while the store is behind: a slow disk makes polls late, and not memory
// full.
struct Fetches final : ingest::FetchPort {
  Fetches(fetch::Fetcher& the_fetcher, const store::Store& the_store,
          std::function<void()> on_answered)
      : fetcher(the_fetcher), store(the_store), answered(std::move(on_answered)) {}
  bool is_open() const override { return !store.is_behind(); }
  void fetch(ingest::FetchRequest request, std::function<void(ingest::FetchResult)> done) override {
    fetcher.fetch(std::move(request), [this, done = std::move(done)](ingest::FetchResult result) {
      done(std::move(result));
      answered();
    });
  }
  fetch::Fetcher& fetcher;
  const store::Store& store;
  std::function<void()> answered;
};

struct BroadcastView final : api::Broadcasts {
  BroadcastView(const fanout::Broadcasts& the_broadcasts, std::function<void()> warm)
      : broadcasts(the_broadcasts), warm_(std::move(warm)) {}
  std::optional<fanout::Progress> progress(core::AlertId alert) const override {
    auto found = broadcasts.progress(alert);
    if (found) return *std::move(found);
    log::error("broadcast.unreadable", {{"why", found.error().message}});
    return std::nullopt;
  }
  void warm_up() override { warm_(); }

  const fanout::Broadcasts& broadcasts;

 private:
  std::function<void()> warm_;
};

// Runs `task` at an instant, replacing what was asked before.
class Alarm {
 public:
  Alarm(net::Loop& loop, const Clock& clock, std::function<void()> task)
      : loop_(loop), clock_(clock), task_(std::move(task)) {}
  void set(Instant at) {
    const auto wait = std::chrono::ceil<Millis>(at - clock_.instant());
    timer_ = loop_.after(std::max(wait, Millis(0)), task_);
  }

 private:
  net::Loop& loop_;
  const Clock& clock_;
  std::function<void()> task_;
  Handle timer_;
};

}  // namespace tocsin::server
