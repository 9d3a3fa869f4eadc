// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tocsin {

// Prints the broken condition with its place and ends the process.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

// For our own bugs, always on, never for outside input: a broken condition ends the process.
#define TOCSIN_CHECK(condition)                        \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::tocsin::check_failed(#condition, __FILE__, __LINE__))

}  // namespace tocsin
