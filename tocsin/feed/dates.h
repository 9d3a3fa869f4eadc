// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "tocsin/base/clock.h"

namespace tocsin::feed {

// Reads a date as feeds write them: RFC 822 and its successors with two-digit years, zone names,
// missing seconds, missing or wrong weekdays and full month names; asctime; RFC 3339, W3CDTF and
// ISO 8601's basic form with a space for 'T', any shape of offset, missing parts. Without a zone,
// or with a zone name that nobody knows (RFC 2822, section 4.3), it is UTC.
//
// Nothing for anything else, for a day or time that no calendar has, for years before 1900 or
// after 2100, and for offsets beyond 14 hours.
std::optional<Time> parse_date(std::string_view text);

}  // namespace tocsin::feed
