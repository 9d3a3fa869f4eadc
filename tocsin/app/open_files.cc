// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/open_files.h"

#include <sys/resource.h>

namespace tocsin::app {
namespace {

constexpr std::uint64_t kOthers = 4'096;

}  // namespace

std::uint64_t allow_open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

std::uint64_t open_files_for(std::uint64_t streams) { return streams + kOthers; }

}  // namespace tocsin::app
