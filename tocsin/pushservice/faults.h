// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/http/message.h"

namespace tocsin::pushservice {

enum class Fault {
  kNone,
  kNotFound,     // 404, by subscription: the same ones every time
  kGone,         // 410, by subscription
  kThrottled,    // 429 with Retry-After
  kServerError,  // 500
  kUnavailable,  // 503 with Retry-After
  kDelay,        // accepted, answered late
  kStall,        // not processed, never answered
  kRefuse,       // not processed, and the stream's reset says so
  kReset,        // accepted, but the answer is a reset
  kClose,        // accepted, but the connection closes instead
  kGoAway,       // accepted and answered; then the connection takes no more requests
};

// What goes wrong on purpose. Decided by `seed` and the order of requests alone.
struct Faults {
  std::uint64_t seed = 1;
  std::vector<std::pair<Fault, double>> shares;  // of requests (or subscriptions), 0 to 1 in sum
  std::vector<Fault> script;                     // for the first requests; then the shares
  Seconds retry_after{2};
  Millis delay{200};
};

// Reads shares as the command line has them: "410:0.01,429:0.02,reset:0.001", with the names 404,
// 410, 429, 500, 503, delay, stall, refuse, reset, close and goaway.
//
// Errors: kInvalidArgument: an unknown name, a share that is no number, more than 1 in sum.
Result<std::vector<std::pair<Fault, double>>> parse_fault_shares(std::string_view text);

// Rolls the dice of Faults, one request after the other.
class FaultDice {
 public:
  explicit FaultDice(Faults faults) : faults_(std::move(faults)) {}

  Fault next(std::string_view subscription);
  // Turns `response`, that of an accepted message, into what the fault makes of it.
  http::Response apply(Fault fault, http::Response response) const;

 private:
  Faults faults_;
  std::uint64_t requests_ = 0;
};

// True if a message with that fault is processed like any other.
bool is_processed(Fault fault);

}  // namespace tocsin::pushservice
