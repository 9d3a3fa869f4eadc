// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "tocsin/base/clock.h"
#include "tocsin/json/json.h"

// Members of the JSON that a column holds: one that is absent or of another type is zero.
namespace tocsin::store {

inline std::int64_t number_of(const Json& json, std::string_view name) {
  const Json* member = json.find(name);
  return member == nullptr ? 0 : member->if_int().value_or(0);
}

inline bool flag_of(const Json& json, std::string_view name) {
  const Json* member = json.find(name);
  return member != nullptr && member->if_bool().value_or(false);
}

inline Time time_of(const Json& json, std::string_view name) {
  return Time{Millis{number_of(json, name)}};
}

inline std::int64_t number_of(Time time) { return time.time_since_epoch().count(); }

}  // namespace tocsin::store
