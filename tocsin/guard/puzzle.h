// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "tocsin/base/bytes.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::guard {

// Work that a device unknown so far does before it may act: find a nonce, such that
// SHA-256(challenge ":" nonce) begins with as many zero bits as the challenge asks for. One try in
// 2^bits succeeds: at 300,000 tries a second, which is assumed of a phone, 16 bits take 0.2 s on
// average and 22 bits 14 s (once in twenty, three times that). A check costs two hashes.
//
// Nothing is kept of a challenge until it is solved. The key is made at construction: challenges
// do not outlive the process. One thread.
class Puzzle {
 public:
  static constexpr int kBitsMin = 16;
  static constexpr int kBitsMax = 22;
  static constexpr Seconds kLifetime{600};
  // Solutions a minute up to which kBitsMin is asked for; each doubling asks for one bit more.
  static constexpr std::size_t kSolvedAtRest = 60;
  static constexpr std::size_t kChallengeBytesMax = 100;
  static constexpr std::size_t kNonceBytesMax = 32;

  enum class Verdict {
    kAccepted,
    kWrong,    // the nonce does not solve it, or the challenge is none of ours
    kExpired,  // older than kLifetime, or than what can be remembered
    kUsed,
  };

  // `used_max` solved challenges are remembered. When there are more, the one that expires first
  // is forgotten, and every challenge that expires no later than it counts as expired: none is
  // ever accepted twice. `random` outlives the puzzle.
  explicit Puzzle(Random& random, std::size_t used_max = 100'000);

  // "bits.expiry.id.code": the bits and the Unix time in seconds as decimal numbers, for the device
  // to read; the rest is opaque. ASCII, at most kChallengeBytesMax.
  std::string challenge(Time now);

  // Both come from outside. Accepted once.
  Verdict check(std::string_view challenge, std::string_view nonce, Time now);

  // What the next challenge asks for.
  int bits(Time now) const;

 private:
  using Id = Octets<struct PuzzleIdKind, 16>;
  using Used = std::pair<Time, Id>;  // when it expires

  struct Claim;
  bool read(std::string_view challenge, Claim& claim) const;
  std::string code_of(std::string_view head) const;
  void remember(const Used& used, Time now);
  void count_solution(Time now);

  // Solutions in steps of ten seconds.
  struct Step {
    std::int64_t number = -1;
    std::size_t solved = 0;
  };

  Random& random_;
  std::size_t used_max_;
  crypto::HmacKey key_;
  std::set<Used> used_;
  Time floor_{};  // what expires no later is taken for expired
  std::array<Step, 6> steps_;
};

}  // namespace tocsin::guard
