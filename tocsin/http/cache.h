// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "tocsin/base/clock.h"
#include "tocsin/http/message.h"

namespace tocsin::http {

// How long from `now` a response with these header fields stays fresh in a private cache, without
// heuristics (RFC 9111, section 4.2): Cache-Control's max-age less Age, otherwise Expires less
// Date. Zero if it must not be stored, must be revalidated, or is stale already. Nothing if the
// response does not say; a directive that cannot be read is as if it were absent.
std::optional<Seconds> fresh_for(const Headers& headers, Time now);

}  // namespace tocsin::http
