// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/pushservice/answer.h"

namespace tocsin::pushservice {

// How late answers leave: uniform between the two, which are at most Answer::kDelayMax.
struct Latency {
  Millis min{0};
  Millis max{0};
};

// Reads milliseconds as the command line has them: "30-70", or "50" for always as late.
//
// Errors: kInvalidArgument: no such range, or more than Answer::kDelayMax.
Result<Latency> parse_latency(std::string_view text);

enum class Fault : std::uint8_t {
  kNone,
  kNotFound,         // 404, by subscription: the same ones every time
  kGone,             // 410, by subscription
  kTooLarge,         // 413
  kThrottled,        // 429 with Retry-After
  kThrottledBare,    // 429 without
  kServerError,      // 500
  kBadGateway,       // 502
  kUnavailable,      // 503 with Retry-After
  kUnavailableBare,  // 503 without
  kDelay,            // accepted, answered late
  kStall,            // not processed, never answered
  kRefuse,           // not processed, and the stream's reset says so
  kReset,            // accepted, but the answer is a reset
  kClose,            // accepted, but the connection closes instead
  kGoAway,           // accepted and answered; then the connection takes no more requests
  kSlowRead,         // accepted and answered; then the connection is not read for a while
  kEverybodyGone,    // 410 for everybody, from a moment on
};

// What goes wrong on purpose. Decided by `seed` and the order of requests alone.
struct Faults {
  std::uint64_t seed = 1;
  // Of requests (or subscriptions), 0 to 1 in sum. That of kEverybodyGone counts for itself: it is
  // the part of the virtual readers after as many requests as which the moment has come.
  std::vector<std::pair<Fault, double>> shares;
  std::vector<Fault> script;  // for the first requests; then the shares
  Seconds retry_after{2};
  Millis delay{200};
  Millis pause{500};
};

// Reads shares as the command line has them: "410:0.01,429:0.02,reset:0.001", with the names 404,
// 410, 413, 429, 429-bare, 500, 502, 503, 503-bare, delay, stall, refuse, reset, close, goaway,
// slow-read and everybody-gone.
//
// Errors: kInvalidArgument: an unknown name, a share that is no number, more than 1 in sum.
Result<std::vector<std::pair<Fault, double>>> parse_fault_shares(std::string_view text);

// What is answered to a message that is otherwise good. 0: not processed, and not answered.
int status_of(Fault fault);
// True if a message with that fault is processed like any other.
inline bool is_processed(Fault fault) { return status_of(fault) == 201; }
bool has_retry_after(Fault fault);
Deed deed_of(Fault fault);

// Rolls the dice of Faults, one request after the other.
class FaultDice {
 public:
  FaultDice(Faults faults, std::uint64_t virtual_readers);

  // `subscription` is its number in the ledger.
  Fault next(std::uint32_t subscription);
  const Faults& faults() const { return faults_; }

 private:
  Faults faults_;
  std::uint64_t requests_ = 0;
  std::uint64_t everybody_gone_after_;
};

}  // namespace tocsin::pushservice
