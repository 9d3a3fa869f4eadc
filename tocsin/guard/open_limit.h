// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/base/handle.h"

namespace tocsin::guard {

// How many of something each key may have open at a time: streams of a network (network_of()).
// Remembers the keys that have some. One thread; outlives the handles it gives.
class OpenLimit {
 public:
  // Not zero.
  explicit OpenLimit(std::size_t per_key_max);

  // One more for `key`, until the handle goes; nothing if it has as many as it may.
  std::optional<Handle> open(std::string_view key);

  std::size_t keys() const { return open_.size(); }

 private:
  void close(const std::string& key);

  std::size_t per_key_max_;
  std::map<std::string, std::size_t, std::less<>> open_;
};

}  // namespace tocsin::guard
