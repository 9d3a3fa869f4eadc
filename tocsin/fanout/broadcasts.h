// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/core/content.h"
#include "tocsin/core/delivery.h"
#include "tocsin/fanout/broadcast.h"
#include "tocsin/fanout/dispatch.h"
#include "tocsin/fanout/progress.h"
#include "tocsin/fanout/subscription_table.h"

namespace tocsin::fanout {

// Runs broadcasts, several at once: plans the recipients, has the plan on disk before the first
// message goes, gives messages to the senders as fast as each push service takes them, keeps what
// became of each, and goes on where it was after a restart.
//
// The main loop. Must outlive the callbacks of the store. The owner calls on_time() when wake_at()
// asked for it.
class Broadcasts {
 public:
  struct Settings {
    // At one push service, for each importance: messages that were not tried yet, and all.
    // Enough for 400,000 a second at a push service that takes 100 ms to answer.
    std::size_t untried_max = 49'152;
    std::size_t outstanding_max = 98'304;
    std::size_t batch_messages_max = 4'096;
  };
  struct Ports {
    const Clock& clock;
    const SubscriptionTable& table;
    ProgressStore& store;
    Dispatch& dispatch;
  };
  struct Events {
    // The push services say these are gone: retire them, unless changed after `as_of`.
    std::function<void(std::vector<core::SubscriptionId>, Time as_of)> on_gone;
    // The outcome of every recipient is on disk.
    std::function<void(const Progress&)> on_finished;
    // Call on_time() at that moment, which may be over. Replaces what was asked before.
    std::function<void(Instant)> wake_at;
  };
  using TestDone = std::function<void(core::Outcome)>;

  Broadcasts(const Ports& ports, const Settings& settings, Events events);
  Broadcasts(const Broadcasts&) = delete;
  Broadcasts& operator=(const Broadcasts&) = delete;

  // Sends the alert to all its recipients.
  //
  // Errors: kConflict: it is being sent. (One that was sent before a restart is refused by the
  // store, and then logged.)
  Status start(const core::Alert& alert, const core::Story& story, const core::Site& site);
  // Goes on with a broadcast that was not finished; the table must be loaded.
  //
  // Errors: kConflict: it is being sent; kCorrupt: what was saved does not fit together.
  Status resume(const Unfinished& saved, const core::Alert& alert, const core::Story& story,
                const core::Site& site);
  // Sends the alert to one subscription, outside of any broadcast; nothing is kept.
  //
  // Errors: kNotFound: no such subscription, or it is retired.
  Status send_test(const core::Alert& alert, const core::Story& story, const core::Site& site,
                   const core::SubscriptionId& to, TestDone done);

  void on_decisions(const core::Decisions& news);
  void on_time();

  // Lets the senders return what has not left, and calls `done`, once, when what was in flight is
  // decided and on disk: a restart then sends nothing twice. That is late while a push service does
  // not answer or the disk is full; bound it with a timer of your own.
  void stop(std::function<void()> done);

  // How far the broadcast of an alert is; nothing if there is none.
  Result<std::optional<Progress>> progress(core::AlertId alert) const;
  std::vector<Progress> running() const;
  // Messages given to the senders and not decided.
  std::size_t outstanding() const;

 private:
  enum class State { kPlanning, kSending, kFinishing };
  struct Run {
    Run(Broadcast the_broadcast, const core::Payload& of_all)
        : broadcast(std::move(the_broadcast)),
          payload(std::make_shared<const core::Payload>(of_all)) {}

    Broadcast broadcast;
    std::shared_ptr<const core::Payload> payload;
    Time story_recorded;
    bool uses_material = true;  // derived ahead of time
    State state = State::kPlanning;
    bool is_saving = false;
    bool has_failed_to_save = false;
    Instant save_at{};  // not before
  };
  struct Lane {
    std::size_t untried = 0;
    std::size_t waiting = 0;
  };
  using LaneName = std::pair<std::string, core::Importance>;

  bool is_running(core::AlertId alert) const;
  void add(Run run);
  void go_on();
  void save_what_is_due();
  void save_plan(std::uint32_t number, Run& run);
  void save_checkpoint(std::uint32_t number, Run& run);
  void save_finished(std::uint32_t number, Run& run);
  // Null if the save failed, after arranging for another.
  Run* saved(std::uint32_t number, const Status& status);
  void send_what_fits();
  std::size_t send_in_turn(std::uint32_t number, Run& run, std::size_t most);
  std::size_t send_at(const std::string& origin, OriginRun& origin_run, std::uint32_t number,
                      Run& run);
  std::size_t send_some(const std::string& origin, const std::vector<Address>& addresses,
                        std::uint32_t number, Run& run);
  void take(const std::string& origin, std::uint32_t number,
            std::span<const core::Decision> decisions);
  void take_back(const std::string& origin, const core::Returned& returned);
  void end_test(std::span<const core::Decision> decisions);
  void retire(std::vector<core::SubscriptionId> gone, Time as_of) const;
  void wake();
  bool is_settled() const;
  void finish_stop();

  Ports ports_;
  Settings settings_;
  Events events_;
  std::uint32_t last_number_ = 0;
  std::map<std::uint32_t, Run> runs_;  // in the order they began
  std::map<std::uint64_t, TestDone> tests_;
  std::map<LaneName, Lane, std::less<>> lanes_;
  std::vector<Decided> decided_;  // memory of take()
  std::optional<Instant> armed_;
  bool is_cut_short_ = false;  // more would fit than was sent in this turn
  bool is_stopping_ = false;
  std::function<void()> on_stopped_;
};

}  // namespace tocsin::fanout
