// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/base/result.h"
#include "tocsin/core/delivery.h"
#include "tocsin/deliver/origin_queue.h"
#include "tocsin/deliver/transport.h"
#include "tocsin/webpush/vapid.h"

namespace tocsin::deliver {

// Makes the bodies of messages. One thread.
class Encryption {
 public:
  virtual ~Encryption() = default;
  // How long the body of such a message is.
  virtual std::size_t body_bytes(std::size_t plaintext_bytes) const = 0;
  // Fills `out`, body_bytes() of the plaintext long. Cheap; must not fail.
  virtual void seal(ByteView plaintext, const webpush::KeyMaterial& material,
                    const crypto::PublicKey& sender, std::span<std::uint8_t> out) = 0;
  // The same with a key pair made for this message. kCorrupt: the subscription is unusable.
  virtual Status encrypt(ByteView plaintext, const webpush::Recipient& recipient,
                         std::span<std::uint8_t> out) = 0;
};

// The engine of one sender thread: takes messages, encrypts each as it is written to the wire,
// sends at the pace each push service bears, tries again what may be tried again until its
// deadline, and says of each what became of it. Each push service has its own queue and waits
// alone.
//
// One loop. The owner calls on_time() when wake_at() asked for it; everything else comes from
// submit() and the transport.
class Sender {
 public:
  struct Settings {
    double share = 1;             // the part of all traffic that goes through this sender
    Millis pause_max{3'600'000};  // the longest Retry-After obeyed
  };
  struct Ports {
    const Clock& clock;
    Random& random;
    Transport& transport;
    Encryption& encryption;
  };
  struct Events {
    // Several messages' fates, in no order. Not more than kReportDelay late.
    std::function<void(core::Decisions)> on_decisions;
    // A push service asked this sender to wait: tell the others with pause().
    std::function<void(const std::string& origin, Instant until)> on_pause;
    // Call on_time() at that moment, which may be over. Replaces what was asked before.
    std::function<void(Instant)> wake_at;
  };
  static constexpr Millis kReportDelay{2};

  // Listens to the transport, which must outlive it.
  Sender(Ports ports, const Settings& settings, Events events);
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  // The application server key of that id; before the first batch that names it.
  void add_key(core::VapidKeyId id, webpush::VapidKey key);
  // Takes all of it; the caller bounds what is outstanding.
  void submit(core::Batch batch);
  // Sends nothing to `origin` before `until`.
  void pause(const std::string& origin, Instant until);
  // Opens connections for what is to come.
  void warm(const std::string& origin, std::size_t connections);
  // Sends nothing more: returns what is queued, and waits for what is in flight.
  void stop();
  void on_time();

  // Messages that are neither decided nor returned.
  std::size_t outstanding() const { return outstanding_; }

 private:
  struct Queue;
  struct InFlight {
    Queue* queue = nullptr;
    Job job;
  };
  class InPlace;

  Queue& queue_of(const std::string& origin);
  void on_answers(std::span<http::Answer> answers);
  void judge_answer(const http::Answer& answer, Queue& queue, Job job);
  void retry_unprocessed(Queue& queue, Job job);
  void retry_later(Queue& queue, Job job);
  void retry_after_pause(Queue& queue, Job job, const http::Answer& answer, Millis pause);

  void pump(Queue& queue, Instant now);
  void send_ready(Queue& queue, Instant now);
  bool is_sendable(Queue& queue, const Job& job, Instant now);
  Status make_head(Queue& queue, const Job& job, Instant now);
  bool send(Queue& queue, Job job);
  std::uint32_t put_in_flight(Queue& queue, Job job);
  void schedule(Queue& queue, std::optional<Instant> at);
  void wake();

  void say_it_waits(Queue& queue, Job& job);
  void reject(Queue& queue, const Job& job, const Error& why);
  void expire(Queue& queue, const Job& job);
  void decide(Queue& queue, const Job& job, core::Outcome outcome);
  core::Decisions& news_of(Queue& queue);
  void report();

  Ports ports_;
  Settings settings_;
  Events events_;
  std::map<core::VapidKeyId, webpush::VapidTokens> keys_;
  std::map<std::string, std::unique_ptr<Queue>, std::less<>> queues_;
  std::vector<Queue*> by_number_;           // by Transport::Origin
  std::vector<InFlight> in_flight_;         // by token
  std::vector<std::uint32_t> free_tokens_;  // places in in_flight_
  std::size_t outstanding_ = 0;
  bool is_stopping_ = false;

  // When each queue wants to be looked at again. Ties go by name: a simulation repeats itself.
  struct Earlier {
    bool operator()(const Queue* a, const Queue* b) const;
  };
  std::set<Queue*, Earlier> agenda_;
  std::optional<Instant> armed_;

  std::vector<Queue*> with_news_;
  std::optional<Instant> report_at_;
  Bytes scratch_;  // a body that may turn out to be impossible
};

}  // namespace tocsin::deliver
