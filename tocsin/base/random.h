// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <span>

namespace tocsin {

// Where chance comes from. Production uses crypto::SecureRandom (OpenSSL); tests and simulations
// a SeededRandom, so that one seed decides the run. One thread, unless the implementation says
// otherwise.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  // 64 uniform bits.
  std::uint64_t number() {
    std::uint8_t bytes[8];
    fill(bytes);
    std::uint64_t out = 0;
    for (const std::uint8_t byte : bytes) out = out << 8 | byte;
    return out;
  }

  // Uniform in [0, bound); bound > 0. The bias of the remainder is below bound / 2^64.
  std::uint64_t below(std::uint64_t bound) { return number() % bound; }
};

// Repeatable, not secret: for tests and simulations only.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& byte : out) byte = static_cast<std::uint8_t>(engine_() & 0xff);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace tocsin
