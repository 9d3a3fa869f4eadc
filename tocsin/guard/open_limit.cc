// SPDX-License-Identifier: Apache-2.0
#include "tocsin/guard/open_limit.h"

#include "tocsin/base/check.h"

namespace tocsin::guard {

OpenLimit::OpenLimit(std::size_t per_key_max) : per_key_max_(per_key_max) {
  TOCSIN_CHECK(per_key_max > 0);
}

std::optional<Handle> OpenLimit::open(std::string_view key) {
  const std::string held(key);
  auto& count = open_[held];
  if (count >= per_key_max_) return std::nullopt;
  ++count;
  return Handle([this, held] { close(held); });
}

void OpenLimit::close(const std::string& key) {
  const auto found = open_.find(key);
  TOCSIN_CHECK(found != open_.end());
  if (--found->second == 0) open_.erase(found);
}

}  // namespace tocsin::guard
