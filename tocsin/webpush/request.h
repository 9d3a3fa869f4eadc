// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"

namespace tocsin::webpush {

// RFC 8030, section 5.3.
enum class Urgency { kVeryLow, kLow, kNormal, kHigh };
std::string_view text(Urgency urgency);  // "very-low", ...
std::optional<Urgency> parse_urgency(std::string_view text);

// How a push service is to treat one message.
struct PushOptions {
  Seconds ttl{86'400};  // 1 s at least (Edge refuses 0), 28 days at most (FCM)
  Urgency urgency = Urgency::kNormal;
  std::string collapse_key;  // RFC 8030's Topic; empty: none
};

inline constexpr Seconds kTtlMin{1};
inline constexpr Seconds kTtlMax{28 * 86'400};

// kInvalidArgument: a ttl out of range; a collapse key longer than 32 characters or with others
// than base64url's (RFC 8030, section 5.4).
Status check(const PushOptions& options);

// The header fields of a push request (RFC 8030, section 5), besides `authorization` and
// `content-length`: ttl, urgency, topic if there is one, content-encoding, content-type.
std::vector<std::pair<std::string, std::string>> header_fields(const PushOptions& options);

}  // namespace tocsin::webpush
