// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <future>
#include <vector>

#include "tocsin/base/result.h"
#include "tocsin/core/subscription.h"
#include "tocsin/store/store.h"

namespace tocsin::server {

// Writes many subscriptions to a folder that no server has open, in batches, each while the next is
// collected. Whatever thread owns it waits in its calls for the disk.
class SubscriptionImport {
 public:
  // Outlives it; opened without Config::post.
  explicit SubscriptionImport(store::Store& store) : store_(store) {}
  ~SubscriptionImport();
  SubscriptionImport(const SubscriptionImport&) = delete;
  SubscriptionImport& operator=(const SubscriptionImport&) = delete;

  // Errors: those of store::Store::put_subscriptions() for a batch before.
  Status add(core::Subscription subscription);
  // Writes what is left and waits until all is on disk. Errors: as add().
  Status finish();

  std::size_t imported() const { return imported_; }

 private:
  Status flush();
  Status wait();

  store::Store& store_;
  std::vector<core::Subscription> batch_;
  std::future<Status> writing_;
  std::size_t imported_ = 0;
};

}  // namespace tocsin::server
