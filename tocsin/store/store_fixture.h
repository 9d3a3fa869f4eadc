// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tocsin/newsroom/sample.h"
#include "tocsin/store/store.h"

namespace tocsin::store {

// An empty folder of its own, removed with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = ::testing::TempDir() + "tocsin-store-XXXXXX";
    TOCSIN_CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Calls `start` with a completion and waits for it.
template <class T, class Start>
Result<T> wait_for(Start start) {
  std::promise<Result<T>> promise;
  start([&promise](Result<T> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

inline std::unique_ptr<Store> open_store(const std::string& folder, std::uint32_t pages_max = 0) {
  auto store = Store::open({.folder = folder, .database_pages_max = pages_max});
  EXPECT_TRUE(store) << store.error().message;
  return store ? *std::move(store) : nullptr;
}

inline Result<newsroom::Effects> execute(Store& store, newsroom::Command command) {
  return wait_for<newsroom::Effects>(
      [&](auto done) { store.execute(std::move(command), std::move(done)); });
}

inline Result<StoredSubscription> put(Store& store, core::Subscription subscription) {
  return wait_for<StoredSubscription>(
      [&](auto done) { store.put_subscription(std::move(subscription), std::move(done)); });
}

// The n-th reader's; its partition is n mod 64.
inline core::Subscription subscription(std::uint64_t n) {
  core::Subscription out;
  const auto number = big_endian(n);
  std::copy(number.begin(), number.end(), out.id.begin() + 8);
  out.site = newsroom::sample::kSite;
  out.endpoint = "https://fcm.googleapis.com/fcm/send/" + std::string(150, 'x') + std::to_string(n);
  out.keys.p256dh.fill(4);
  out.keys.auth.fill(5);
  out.vapid_key = core::VapidKeyId{61};
  out.language = "en";
  out.created = out.changed = newsroom::sample::kNow;
  return out;
}

}  // namespace tocsin::store
