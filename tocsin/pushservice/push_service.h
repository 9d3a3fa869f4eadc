// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/http/message.h"
#include "tocsin/pushservice/browsers.h"
#include "tocsin/pushservice/faults.h"
#include "tocsin/pushservice/ledger.h"
#include "tocsin/pushservice/vapid_check.h"
#include "tocsin/pushservice/virtual_readers.h"

namespace tocsin::pushservice {

struct PushServiceConfig {
  std::string origin;      // of its push resources: "https://host[:port]"
  std::uint64_t seed = 0;  // of endpoints and of the virtual readers' keys
  std::uint64_t virtual_readers = 0;
  bool verifies_vapid = true;
  std::uint64_t decrypt_every = 0;  // n: each n-th message accepted for virtual readers; 0: none
  Seconds ttl_max{30 * 86'400};     // longer ones are shortened
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

  // Answers one request. A fault of the connection stands in the response as kFaultField.
  //
  //   201  accepted, with Location and TTL
  //   400  no TTL, or a TTL, Topic, Urgency or Content-Encoding that cannot be
  //   401  no VAPID credentials; 403: they do not hold, or are not the subscription's
  //   404  no such push resource; 410: its subscription has ended
  //   405  not a POST
  //   413  longer than kBodyBytesMax
  //   429  too much waits for that browser
  //
  // or what the faults say.
  http::Response handle(const http::Request& request, Time now);

  const VirtualReaders& readers() const { return readers_; }
  Browsers& browsers() { return browsers_; }
  const std::string& origin() const { return config_.origin; }

 private:
  struct Target;
  struct Wanted;

  Target find(const std::string& path) const;
  Result<Wanted> check(const http::Request& request) const;
  int authorise(const http::Request& request, const Target& target, Time now);
  int accept(const http::Request& request, const Target& target, const Wanted& wanted, Time now);
  void sample(const http::Request& request, const Target& target, Entry& entry);

  PushServiceConfig config_;
  Random& random_;
  Ledger& ledger_;
  VirtualReaders readers_;
  Browsers browsers_;
  VapidCheck vapid_;
  FaultDice dice_;
  std::uint64_t accepted_for_readers_ = 0;
};

}  // namespace tocsin::pushservice
