// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/pushservice/answer.h"

namespace tocsin::pushservice {

// Answers that leave later, to the millisecond: a wheel of time, so that each costs the same
// however many wait. Their fields and bodies are copied into memory that is used again. One thread.
class LateAnswers {
 public:
  struct Late {
    std::uint64_t connection = 0;
    std::uint32_t stream = 0;
    Answer answer;  // its delay left out; the views are valid during the call
  };

  // Keeps `answer` for answer.delay from `now_ms`, a count of milliseconds that only ever grows.
  void add(std::uint64_t connection, std::uint32_t stream, const Answer& answer,
           std::int64_t now_ms);
  // Gives those whose time has come, the earliest first. None may be added inside `use`.
  void take(std::int64_t now_ms, const std::function<void(const Late&)>& use);
  bool is_empty() const { return waiting_ == 0; }

 private:
  // A power of two above the longest delay.
  static constexpr std::size_t kSlots = 8192;
  static_assert(Answer::kDelayMax < Millis(kSlots));

  void give(const Bytes& slot, const std::function<void(const Late&)>& use);

  std::array<Bytes, kSlots> slots_;  // by the millisecond, modulo kSlots
  std::vector<Bytes> spare_;         // empty, kept for their memory
  std::int64_t taken_ms_ = 0;        // up to and with this one
  std::size_t waiting_ = 0;
  std::vector<Answer::Field> fields_;
};

}  // namespace tocsin::pushservice
