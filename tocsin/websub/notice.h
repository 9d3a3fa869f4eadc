// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/base/clock.h"

namespace tocsin::websub {

inline constexpr std::size_t kReasonBytesMax = 200;  // of a denial; what is longer is cut
// No lease is believed to last longer: by then the hub is asked again.
inline constexpr Seconds kLeaseMax{30 * 86'400};
// Taken where a hub does not say how long, which it must.
inline constexpr Seconds kLeaseUnsaid{86'400};

// What a hub tells or asks by a GET of a callback URL (WebSub, sections 5.2 and 5.3).
struct Notice {
  enum class Mode : std::uint8_t { kSubscribe, kUnsubscribe, kDenied };

  Mode mode = Mode::kSubscribe;
  std::string topic{};
  std::string challenge{};  // to be echoed; empty for kDenied alone
  Seconds lease{0};         // of kSubscribe; zero to kLeaseMax
  std::string reason{};     // of kDenied: printable ASCII, the rest as '?'
};

// Reads a query. Nothing if it is none of these, or lacks what it must have. A lease beyond
// kLeaseMax, however many digits it has, is kLeaseMax; one that is absent or no number is
// kLeaseUnsaid.
std::optional<Notice> parse_notice(std::string_view query);

}  // namespace tocsin::websub
