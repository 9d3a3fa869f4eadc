// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace tocsin::core {

// Whose push service an origin is; each has its own limits and habits.
enum class PushService : std::uint8_t { kFcm, kMozilla, kApple, kWns, kUnknown };
std::string_view text(PushService service);  // "fcm", "mozilla", "apple", "wns", "unknown"

// `origin` is "scheme://host[:port]" in lower case.
PushService push_service_of(std::string_view origin);

}  // namespace tocsin::core
