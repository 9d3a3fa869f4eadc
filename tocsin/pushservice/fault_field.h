// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tocsin::pushservice {

// A header field of a response that never leaves: it tells the server that carries the response
// what to do to the connection. No name on the wire can be like it.
inline constexpr std::string_view kFaultField = ":fault";

// Its values.
inline constexpr std::string_view kFaultRefuse = "refuse";  // REFUSED_STREAM: not processed
inline constexpr std::string_view kFaultReset = "reset";    // INTERNAL_ERROR instead of an answer
inline constexpr std::string_view kFaultStall = "stall";    // no answer, ever
inline constexpr std::string_view kFaultGoAway = "goaway";  // the answer, and GOAWAY
inline constexpr std::string_view kFaultClose = "close";    // the connection closes at once
inline constexpr std::string_view kFaultDelay = "delay ";   // then milliseconds: answers so late

}  // namespace tocsin::pushservice
