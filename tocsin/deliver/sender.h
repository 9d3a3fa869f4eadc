// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/base/result.h"
#include "tocsin/core/delivery.h"
#include "tocsin/deliver/origin_queue.h"
#include "tocsin/deliver/transport.h"
#include "tocsin/webpush/encrypt.h"
#include "tocsin/webpush/vapid.h"

namespace tocsin::deliver {

// The engine of one sender thread: takes messages, encrypts each just before it is sent, sends it
// at the pace its push service bears, tries again what may be tried again until its deadline, and
// says of each what became of it. Each push service has its own queue and waits alone.
//
// One loop. The owner calls on_time() when wake_at() asked for it; everything else comes from
// submit() and the transport.
class Sender {
 public:
  struct Settings {
    double share = 1;             // the part of all traffic that goes through this sender
    Millis pause_max{3'600'000};  // the longest Retry-After obeyed
  };
  using Encrypt = std::function<Result<Bytes>(ByteView, const webpush::Recipient&)>;
  struct Ports {
    const Clock& clock;
    Random& random;
    Transport& transport;
    Encrypt encrypt = webpush::encrypt;
  };
  struct Events {
    // Several messages' fates, in no order. Not more than kReportDelay late.
    std::function<void(std::vector<core::Decision>)> on_decisions;
    // A push service asked this sender to wait: tell the others with pause().
    std::function<void(const std::string& origin, Instant until)> on_pause;
    // Call on_time() at that moment, which may be over. Replaces what was asked before.
    std::function<void(Instant)> wake_at;
  };
  static constexpr Millis kReportDelay{5};

  // Listens to the transport, which must outlive it.
  Sender(Ports ports, const Settings& settings, Events events);
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  // The application server key of that id; before the first batch that names it.
  void add_key(core::VapidKeyId id, webpush::VapidKey key);
  // Takes all of it; the caller bounds what is outstanding.
  void submit(core::Batch batch);
  // Sends nothing to `origin` before `until`.
  void pause(const std::string& origin, Instant until);
  void on_time();

  // Messages that are not decided.
  std::size_t outstanding() const { return outstanding_; }

 private:
  struct InFlight {
    OriginQueue* queue;
    Job job;
  };

  OriginQueue& queue_of(const std::string& origin);
  void on_answer(PushAnswer answer);
  void judge_answer(const PushAnswer& answer, OriginQueue& queue, Job job);
  void retry_unprocessed(OriginQueue& queue, Job job);
  void retry_later(OriginQueue& queue, Job job);
  void retry_after_pause(OriginQueue& queue, Job job, const PushAnswer& answer, Millis pause);

  void pump(OriginQueue& queue);
  void send_ready(OriginQueue& queue, Instant now);
  bool has_room(const OriginQueue& queue);
  bool send(OriginQueue& queue, Job job, Instant now);
  Result<PushRequest> request_for(const std::string& origin, const Job& job, Instant now);
  void schedule(OriginQueue& queue, std::optional<Instant> at);
  void wake();

  void say_it_waits(Job& job);
  void decide(const Job& job, core::Outcome outcome);
  void report();

  Ports ports_;
  Settings settings_;
  Events events_;
  std::map<core::VapidKeyId, webpush::VapidTokens> keys_;
  std::map<std::string, std::unique_ptr<OriginQueue>, std::less<>> queues_;
  std::unordered_map<std::uint64_t, InFlight> in_flight_;
  std::size_t outstanding_ = 0;

  // When each queue wants to be looked at again. Ties go by name: a simulation repeats itself.
  using Visit = std::pair<Instant, OriginQueue*>;
  struct Earlier {
    bool operator()(const Visit& a, const Visit& b) const {
      return a.first != b.first ? a.first < b.first : a.second->origin() < b.second->origin();
    }
  };
  std::set<Visit, Earlier> agenda_;
  std::unordered_map<OriginQueue*, Instant> planned_;
  std::optional<Instant> armed_;

  std::vector<core::Decision> decisions_;
  std::optional<Instant> report_at_;
  // Answers that a transport gives while it is being called.
  bool busy_ = false;
  std::vector<PushAnswer> inbox_;
};

}  // namespace tocsin::deliver
