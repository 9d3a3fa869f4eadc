// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/http2/server.h"
#include "tocsin/pushservice/answer.h"
#include "tocsin/pushservice/browsers.h"
#include "tocsin/pushservice/capture.h"
#include "tocsin/pushservice/faults.h"
#include "tocsin/pushservice/heads.h"
#include "tocsin/pushservice/ledger.h"
#include "tocsin/pushservice/throttling.h"
#include "tocsin/pushservice/virtual_readers.h"

namespace tocsin::pushservice {

struct PushServiceConfig {
  std::string origin;      // of its push resources: "https://host[:port]"
  std::uint64_t seed = 0;  // of endpoints, of the virtual readers' keys, and of latencies
  std::uint64_t virtual_readers = 0;
  bool verifies_vapid = true;
  Latency latency;
  // More requests are answered with 429, with the Retry-After of the faults or bare; 0: no limit.
  std::uint64_t requests_per_second_max = 0;
  bool limit_is_bare = false;
  // Messages accepted for virtual readers that are opened with the reader's keys: each n-th, and
  // all of one reader in n. 0: none. To open one takes about 0.1 ms.
  std::uint64_t decrypt_every = 0;
  std::uint64_t readers_decrypted_every = 0;
  std::size_t capture = 0;       // messages kept whole, see Capture
  Seconds ttl_max{30 * 86'400};  // longer ones are shortened
  BrowserLimits browsers;
  Faults faults;
};

// A push service (RFC 8030) for tests, demonstrations and rehearsals: takes messages for real
// browsers, which connect as WebSocketClient, and for virtual readers. Every message it decides on
// is in the ledger. Pure: time and randomness are passed in. One thread.
class PushService {
 public:
  // The longest body a push service must take (RFC 8030, section 7.2), and this one does.
  static constexpr std::size_t kBodyBytesMax = 4096;

  // `random` and `ledger` must outlive it.
  PushService(PushServiceConfig config, Random& random, Ledger& ledger);

  // Decides on one request.
  //
  //   201  accepted, with Location and TTL
  //   400  no TTL, or a TTL, Topic, Urgency or Content-Encoding that cannot be
  //   401  no VAPID credentials; 403: they do not hold, or are not the subscription's
  //   404  no such push resource; 410: its subscription has ended
  //   405  not a POST
  //   413  longer than kBodyBytesMax
  //   429  too much waits for that browser, or too many requests come
  //
  // or what the faults say. The views in the answer are valid until the next call.
  Answer handle(const http2::Server::Request& request, Time now);
  // An answer of 400 or more leaves: if it asks to wait, requests that come before are noted in the
  // ledger. An answer whose connection is lost asks nobody.
  void on_refusal_left(const Answer& answer, Time now);

  const VirtualReaders& readers() const { return readers_; }
  const Capture& capture() const { return capture_; }
  // How often it did that to an answer.
  std::uint64_t count(Deed deed) const { return deeds_[static_cast<std::size_t>(deed)]; }
  Browsers& browsers() { return browsers_; }
  const std::string& origin() const { return config_.origin; }

 private:
  using Request = http2::Server::Request;
  struct Target;

  Target find(std::string_view path);
  int check(const Request& request, const Target& target, const Head& head) const;
  Answer decide(const Request& request, const Target& target, const Head& head, Entry& entry);
  bool accept(const Request& request, const Target& target, const Head& head, Time now);
  std::uint16_t key_of(const Head& head);
  void sample(const Request& request, std::uint64_t reader, Entry& entry);
  Millis delay(Fault fault);
  Answer accepted(const Head& head);
  Answer refused(int status, std::string_view why);

  PushServiceConfig config_;
  Ledger& ledger_;
  VirtualReaders readers_;
  Browsers browsers_;
  Heads heads_;
  FaultDice dice_;
  RateLimit limit_;
  RetryAfterWatch watch_;
  Capture capture_;
  std::uint64_t message_secret_;
  std::uint64_t messages_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t accepted_for_readers_ = 0;
  std::array<std::uint64_t, 7> deeds_{};  // by Deed
  std::map<std::string, std::uint16_t, std::less<>> keys_;
  std::map<std::string, std::uint32_t, std::less<>> channels_;
  std::uint32_t last_head_ = 0;  // whose key is last_key_
  std::uint16_t last_key_ = 0;
  // What the views of an answer point into.
  std::array<Answer::Field, 2> fields_;
  std::string location_;
  std::string retry_after_;
  std::string ttl_;
  std::string text_;  // decrypted, of the message at hand
};

}  // namespace tocsin::pushservice
