// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/http2/hpack.h"
#include "tocsin/pushservice/vapid_check.h"

namespace tocsin::pushservice {

// What the header fields of a message say (RFC 8030, section 5; RFC 8291, section 4; RFC 8292).
struct Head {
  int refusal = 0;  // 400, 401 or 403; 0: good
  std::string_view why;
  std::string ttl;  // in seconds, as is answered
  Seconds life{};
  std::string topic;       // empty: none
  bool is_sealed = false;  // Content-Encoding is aes128gcm
  std::optional<crypto::PublicKey> sender;
  std::uint32_t number = 0;  // the same for a head that is remembered; see Heads
};

// Checks the header fields of messages, and remembers the last that were good: those of a broadcast
// differ in their paths and bodies only, and then a check is a few comparisons. One thread.
class Heads {
 public:
  // `verifies_vapid` false: anybody may send. A longer TTL than `ttl_max` is shortened.
  Heads(std::string origin, bool verifies_vapid, Seconds ttl_max);

  // The reference is valid until the next call. A good head has a number above 0, which is its own
  // for as long as it is remembered.
  const Head& check(std::span<const http2::Field> fields, Time now);

 private:
  struct Known {
    std::vector<std::pair<std::string, std::string>> fields;
    Time good_until;
    Head head;
  };

  static bool is_of(const Known& known, std::span<const http2::Field> fields);
  Time read(std::span<const http2::Field> fields, Time now, Head& head);
  Time authorise(std::string_view authorization, Time now, Head& head);

  bool verifies_vapid_;
  Seconds ttl_max_;
  VapidCheck vapid_;
  std::vector<std::unique_ptr<Known>> known_;  // the latest used first
  Head refused_;
  std::uint32_t numbers_ = 0;
};

}  // namespace tocsin::pushservice
