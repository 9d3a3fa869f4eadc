// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "tocsin/base/clock.h"

// Ids of what was written elsewhere: the same for the same names, and sorted by age among those of
// IdSource. Pure.
namespace tocsin::server {

// The upper bits of an id (IdSource: milliseconds since 2020) for something of that time. The 35
// years before 2025, which IdSource has no room for and gave no ids in, share the five before it.
// The epoch is no known time: that comes before all others, where `chance` says. Of a whole second,
// which is all that most systems keep, `chance` chooses the millisecond.
std::uint64_t id_moment(Time time, std::uint64_t chance);

// An id of that moment; `chance` chooses among its four million. Never zero.
std::uint64_t id_at(std::uint64_t moment, std::uint64_t chance);
// The moment of an id.
std::uint64_t moment_of_id(std::uint64_t id);

// 64 bits of a hash of the names in this order. Two lists that differ have two hashes.
std::uint64_t chance_of(std::initializer_list<std::string_view> names);

}  // namespace tocsin::server
