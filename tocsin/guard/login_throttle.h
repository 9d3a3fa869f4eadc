// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "tocsin/base/clock.h"
#include "tocsin/guard/recent.h"

namespace tocsin::guard {

// Slows those who guess passwords, without locking out whom they guess at. After a failed login
// these must wait; whichever wait is longest counts:
//
//   the same account from the same network: 1 s, doubled with each failure, 15 min at most;
//   any account from the same network: the same from the 21st failure on, 1 min at most, since
//     many people may share a network;
//   the same account from anywhere: 5 s after each failure, while there are more than 30 failures
//     an hour. A network from which the account's owner came in is spared that, or whoever keeps
//     failing could keep the owner out.
//
// The first two are forgotten after an hour without a failure. Each of the lists has at most
// `keys_max` entries, the one used longest ago goes first: whoever has that many networks gets rid
// of the first wait, not of the third. `account` is any text that names it; whether there is such
// an account must not matter to the caller either. One thread.
class LoginThrottle {
 public:
  explicit LoginThrottle(std::size_t keys_max = 100'000);

  // How long until the account may be tried from that network (network_of()); 0: at once. Whole
  // seconds, rounded up.
  Seconds wait(std::string_view account, std::string_view network, Instant now) const;

  // What became of a try. Where passwords are checked side by side, the caller allows one check at
  // a time for each account and network, or all of them pass wait() before the first has failed.
  void failed(std::string_view account, std::string_view network, Instant now);
  void succeeded(std::string_view account, std::string_view network);

 private:
  struct Failures {
    std::size_t count = 0;
    Instant last{};
  };
  struct Bucket {
    double level = 0;  // failures, of which 30 leak out an hour
    Instant last{};
  };
  struct Known {};

  static void add(Failures& failures, Instant now);

  Recent<Failures> pairs_;
  Recent<Failures> networks_;
  Recent<Bucket> accounts_;
  Recent<Known> owners_;  // accounts and networks that came in
};

}  // namespace tocsin::guard
