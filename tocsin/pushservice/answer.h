// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "tocsin/base/clock.h"

namespace tocsin::pushservice {

// What the server that carries a request does about it.
enum class Deed : std::uint8_t {
  kAnswer,
  kStall,   // no answer, ever
  kRefuse,  // RST_STREAM with REFUSED_STREAM: not processed
  kReset,   // RST_STREAM with INTERNAL_ERROR instead of the answer
  kClose,   // the connection closes at once
  kGoAway,  // the answer, and GOAWAY
  kPause,   // the answer; for `pause` nothing more is read from the connection
};

// The answer to one request, and what goes wrong with it on purpose. The views are valid until the
// next request is handled.
struct Answer {
  using Field = std::pair<std::string_view, std::string_view>;  // name in lower case

  // No delay may be longer.
  static constexpr Millis kDelayMax{8'000};

  int status = 200;
  Deed deed = Deed::kAnswer;
  Millis delay{0};  // so late it leaves, or the stream is reset
  Millis pause{0};
  std::span<const Field> fields;
  std::string_view body;
};

}  // namespace tocsin::pushservice
