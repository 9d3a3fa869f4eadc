// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "tocsin/base/clock.h"

namespace tocsin::http {

// A count of seconds as header fields have it: digits only. 2^31 where it is more, as RFC 9111,
// section 1.2.2, asks.
std::optional<Seconds> parse_delta_seconds(std::string_view value);

// How long from `now` the value of Retry-After asks to wait (RFC 9110, section 10.2.3): seconds, or
// a date, which is no wait if it is over. Nothing if it is neither. The caller caps it.
std::optional<Seconds> parse_retry_after(std::string_view value, Time now);

}  // namespace tocsin::http
