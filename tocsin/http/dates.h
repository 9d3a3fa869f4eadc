// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tocsin/base/clock.h"

namespace tocsin::http {

// "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate, RFC 9110, section 5.6.7). Milliseconds are dropped.
std::string http_date(Time time);

// Reads the three forms of RFC 9110, section 5.6.7: IMF-fixdate, RFC 850 and asctime. The day of
// the week is not compared with the date. `now` gives the century of RFC 850's two-digit years:
// never more than 50 years ahead. Nothing for anything else.
std::optional<Time> parse_http_date(std::string_view text, Time now);

}  // namespace tocsin::http
