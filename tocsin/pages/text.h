// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "tocsin/base/clock.h"

namespace tocsin::pages {

// "23 November 2026, 09:41 UTC".
std::string utc_text(Time time);

// "rtl" for languages that are written from right to left, otherwise "ltr".
const char* direction(std::string_view language);

}  // namespace tocsin::pages
