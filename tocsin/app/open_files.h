// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tocsin::app {

// Raises what this process may have open, connections among them, to what the system allows it
// (RLIMIT_NOFILE: soft to hard, as select() is used nowhere), and gives that number.
std::uint64_t allow_open_files();

// How many may be open for `streams` open pages, with room for all else: files, senders, fetches
// and requests.
std::uint64_t open_files_for(std::uint64_t streams);

}  // namespace tocsin::app
