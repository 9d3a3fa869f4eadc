// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace tocsin::core {

// What became of one message to one subscription.
enum class Outcome : std::uint8_t {
  kAccepted,    // 201 or 202: the push service has it
  kGone,        // 404 or 410: the subscription is to be retired
  kThrottled,   // the push service asked to wait; not an end: the message is sent again
  kRejected,    // any other 4xx: repeating it would not help
  kFailed,      // given up
  kExpired,     // its time to live was over before it could be sent
  kSuppressed,  // never sent, for a recorded reason
};
std::string_view text(Outcome outcome);  // "accepted", ...

// False for kThrottled alone.
bool is_final(Outcome outcome);

// What became of the messages of one broadcast, counted.
struct Totals {
  std::uint64_t recipients = 0;
  std::uint64_t accepted = 0;
  std::uint64_t gone = 0;
  std::uint64_t rejected = 0;
  std::uint64_t failed = 0;
  std::uint64_t expired = 0;
  std::uint64_t suppressed = 0;

  // Counts one message with that outcome, which must be final. Recipients are counted apart.
  void add(Outcome outcome);
  // True when every recipient has exactly one outcome.
  bool add_up() const;

  bool operator==(const Totals&) const = default;
};

}  // namespace tocsin::core
