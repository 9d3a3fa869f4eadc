// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "tocsin/base/bytes.h"
#include "tocsin/base/check.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::guard {

// What is known of at most `keys_max` keys; the one used longest ago is forgotten first. Keys come
// from outside: one longer than kKeyBytesMax is held as its SHA-256.
template <class Value>
class Recent {
 public:
  static constexpr std::size_t kKeyBytesMax = 64;

  explicit Recent(std::size_t keys_max) : keys_max_(keys_max) { TOCSIN_CHECK(keys_max > 0); }
  Recent(const Recent&) = delete;
  Recent& operator=(const Recent&) = delete;

  // Adds the key if it is not known; that uses it. Valid until the next call that is not const.
  Value& use(std::string_view key) {
    const std::string held = held_key(key);
    const auto known = index_.find(held);
    if (known != index_.end()) {
      order_.splice(order_.begin(), order_, known->second);
      return order_.front().second;
    }
    if (index_.size() >= keys_max_) {
      index_.erase(order_.back().first);
      order_.pop_back();
    }
    order_.emplace_front(held, Value{});
    index_.emplace(order_.front().first, order_.begin());
    return order_.front().second;
  }

  // Null if the key is not known. Does not use it.
  const Value* find(std::string_view key) const {
    const auto known = index_.find(held_key(key));
    return known == index_.end() ? nullptr : &known->second->second;
  }

  void forget(std::string_view key) {
    const auto known = index_.find(held_key(key));
    if (known == index_.end()) return;
    const auto entry = known->second;
    index_.erase(known);
    order_.erase(entry);
  }

  std::size_t size() const { return index_.size(); }

 private:
  using Order = std::list<std::pair<const std::string, Value>>;

  static std::string held_key(std::string_view key) {
    if (key.size() <= kKeyBytesMax) return std::string(key);
    const crypto::Digest digest = crypto::sha256(as_bytes(key));
    return "#" + std::string(as_text(digest));
  }

  std::size_t keys_max_;
  Order order_;                                                           // last used first
  std::unordered_map<std::string_view, typename Order::iterator> index_;  // keys are in order_
};

}  // namespace tocsin::guard
