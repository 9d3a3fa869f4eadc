// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/events.h"

#include "tocsin/base/random.h"
#include "tocsin/core/ids.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/http/exchange.h"
#include "tocsin/webpush/encrypt.h"

namespace tocsin::sim {

// How one push service behaves: chances in a thousand, a message.
struct Faults {
  unsigned throttles = 0;
  unsigned breaks = 0;     // 500, 502, 503 without Retry-After, 504
  unsigned resets = 0;     // half of them after the message was taken
  unsigned stalls = 0;     // the same, after 15 s
  unsigned goes_away = 0;  // GOAWAY: what is sent in the next moment is not processed
  bool is_unreachable = false;
  bool calls_all_gone = false;
  Instant outage_from{};
  Instant outage_until{};
  Millis latency{50};  // at most
  std::size_t streams = 50;
};

// The key pair of every simulated browser.
struct Browser {
  crypto::KeyPair keys = crypto::generate_key_pair();
  webpush::AuthSecret auth{};

  webpush::Recipient recipient() const { return {keys.public_key, auth}; }
};

using AlertAndEndpoint = std::pair<core::AlertId, std::string>;

// A request as it arrives.
struct Request {
  std::uint64_t token = 0;
  std::string path;
  Bytes body;
};

// The push services of the world and their ledger: what each took for whom.
class Services {
 public:
  struct Taken {
    int times = 0;
    Instant last;
    bool is_answered = false;  // the last time: 201, unless the process crashed
  };

  Services(Events& events, Random& random, const Browser& browser)
      : events_(events), random_(random), browser_(browser) {}

  void add(const std::string& origin, const Faults& faults) { faults_[origin] = faults; }
  const Faults& faults(const std::string& origin) const { return faults_.at(origin); }
  void lose(const std::string& endpoint) { lost_.insert(endpoint); }
  bool has_lost(const std::string& endpoint) const { return lost_.contains(endpoint); }

  // Answers once, later.
  using Answer = std::function<void(http::Answer)>;
  void request(const std::string& origin, const Request& request, Answer answer);
  // Which alert a request carries.
  core::AlertId alert_of(const Request& request) const;

  std::map<AlertAndEndpoint, Taken> ledger;
  int taken_without_answer = 0;  // each may come again

 private:
  void answer_later(Millis delay, http::Answer answer, const Answer& to);
  void take(const std::string& origin, const Request& request, bool is_answered);
  bool chance(unsigned in_a_thousand) { return random_.below(1'000) < in_a_thousand; }
  http::Answer throttle(const std::string& origin);
  void cut_off(const std::string& origin, const Request& request, Millis delay,
               const Answer& answer);

  Events& events_;
  Random& random_;
  const Browser& browser_;
  std::map<std::string, Faults> faults_;
  std::map<std::string, Instant> away_until_;
  std::map<std::string, Instant> throttled_until_;
  std::set<std::string> lost_;
};

}  // namespace tocsin::sim
