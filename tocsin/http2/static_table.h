// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tocsin/http2/hpack.h"

namespace tocsin::http2 {

// RFC 7541, appendix A.
inline constexpr std::size_t kStaticEntries = 61;

// Entry `index`, from 1 to kStaticEntries.
const Field& static_entry(std::size_t index);

// The first entry of that name; 0 if there is none.
std::size_t find_static_name(std::string_view name);

}  // namespace tocsin::http2
