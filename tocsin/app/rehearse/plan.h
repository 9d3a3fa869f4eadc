// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/app/commands.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/core/content.h"
#include "tocsin/json/json.h"
#include "tocsin/pushservice/faults.h"

namespace tocsin::app {

// One built-in push service of a rehearsal.
struct ServicePlan {
  std::string name;
  std::uint64_t readers = 0;
  pushservice::Latency latency;
  std::vector<std::pair<pushservice::Fault, double>> faults;
};

struct AlertPlan {
  std::string headline;
  core::Importance importance = core::Importance::kMajor;
};

// What a rehearsal is to do, decided to the last number.
struct RehearsalPlan {
  std::uint64_t seed = 0;
  std::uint64_t readers = 0;
  std::vector<ServicePlan> services;  // at most kServicesMax
  std::vector<AlertPlan> alerts;      // in the order they go out
  Seconds interval{0};                // from one to the next
  std::size_t threads = 0;            // that send
  std::size_t service_threads = 0;    // that the push services share
  std::size_t connections_max = 0;    // of one of them to one push service
  std::uint64_t decrypt_readers_every = 1;
};

inline constexpr std::int64_t kServicesMax = 8;
// Requests at a time on one connection, as push services commonly allow.
inline constexpr std::uint32_t kStreamsMax = 100;

// Fills in what the options leave open. `seed` is for options without one; `cores` are those of the
// machine: the senders get all but one, and the push services what is left, at least one each.
//
// Errors: kInvalidArgument: a latency or a fault that cannot be, or a push service there is none
// of that name.
Result<RehearsalPlan> plan_rehearsal(const RehearseOptions& options, std::uint64_t seed,
                                     std::size_t cores);

// What must be equal for the readers of a prepared folder to be used again.
Json fingerprint(const RehearsalPlan& plan);

}  // namespace tocsin::app
