// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/core/delivery.h"
#include "tocsin/core/push_service.h"
#include "tocsin/deliver/pacing.h"
#include "tocsin/deliver/retry.h"

namespace tocsin::deliver {

// A batch as a sender holds it, until the last of its messages is decided.
struct Consignment {
  core::Batch batch;
  Instant deadline;  // of the payload, on the monotonic clock
};

// One message on its way.
struct Job {
  std::shared_ptr<const Consignment> of;
  std::uint32_t index = 0;        // in the batch
  std::uint16_t attempts = 0;     // that broke
  std::uint16_t unprocessed = 0;  // attempts the service refused to look at
  bool waited = false;            // it has been said that the message waits for another attempt

  const core::Batch& batch() const { return of->batch; }
  const core::Message& message() const { return of->batch.messages[index]; }
  Instant deadline() const { return of->deadline; }
};

// The messages to one push service, and whether, when and which of them may be sent. It knows
// nothing of connections. Pure; one thread.
class OriginQueue {
 public:
  OriginQueue(std::string origin, double share, Instant now);

  const std::string& origin() const { return origin_; }
  core::PushService service() const { return service_; }

  // Behind what there is of its importance.
  void add(std::shared_ptr<const Consignment> consignment);
  void add_first(Job job);                     // before those of its importance
  void add_at(Instant due, Job job);           // before them, when it is due
  bool has_ready(Instant now);                 // one could be sent, if pace and limits allow
  Job take();                                  // needs has_ready(); the most important
  std::vector<Job> take_expired(Instant now);  // those that cannot be sent in time
  std::vector<Job> take_all();                 // everything, due or not

  // True unless the service is paused or has enough on its way.
  bool may_send(Instant now) const;
  // Takes the right to send one, as the pace allows.
  bool take_turn(Instant now) { return pacer_.take(now); }
  void on_sent() { ++in_flight_; }
  // When something changes without an answer; nothing: only an answer changes anything.
  std::optional<Instant> next(Instant now);

  // Each answer is told by exactly one of these.
  void on_accepted();
  void on_answered();                // the service works; the message had bad luck
  void on_unprocessed(Instant now);  // many halve the number in flight, once for one incident
  bool on_broken(Instant now);       // true: the service is given a pause
  bool on_lost(Instant now);         // the same: no answer came, and the message may have arrived
  bool on_refused(Instant now);      // the same, for want of authorization
  void on_throttled(Instant until);

  void pause(Instant until);
  Instant paused_until() const { return paused_until_; }
  double rate() const { return pacer_.rate(); }

 private:
  // Messages of one importance: those to be tried again go first.
  struct Lane {
    std::deque<Job> again;
    std::deque<std::shared_ptr<const Consignment>> fresh;
    std::uint32_t next = 0;  // of the first consignment

    bool is_empty() const { return again.empty() && fresh.empty(); }
    Job take();
  };

  bool is_empty() const;
  void take_due(Instant now);

  std::string origin_;
  core::PushService service_;
  Pacer pacer_;
  Breaker broken_;
  Breaker refused_;
  Instant paused_until_{};
  std::size_t in_flight_ = 0;
  double window_;
  Instant incident_until_{};
  std::size_t refused_in_incident_ = 0;
  bool is_halved_ = false;  // in this incident
  Instant lose_again_at_{};
  Instant sweep_at_{};
  std::array<Lane, 3> lanes_;  // by importance, the least first
  std::multimap<Instant, Job> later_;
};

}  // namespace tocsin::deliver
