// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/subscription_import.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

namespace tocsin::server {
namespace {

constexpr std::size_t kBatch = 50'000;

}  // namespace

// A batch on its way calls back.
SubscriptionImport::~SubscriptionImport() { std::ignore = wait(); }

Status SubscriptionImport::add(core::Subscription subscription) {
  batch_.push_back(std::move(subscription));
  return batch_.size() < kBatch ? ok() : flush();
}

Status SubscriptionImport::flush() {
  TOCSIN_TRY(std::ignore, wait());
  // In the order of the index by id, each of whose pages is then visited once.
  std::stable_sort(batch_.begin(), batch_.end(),
                   [](const auto& a, const auto& b) { return a.id < b.id; });
  const auto written = std::make_shared<std::promise<Status>>();
  writing_ = written->get_future();
  store_.put_subscriptions(std::exchange(batch_, {}),
                           [this, written](const Result<store::Store::Subscriptions>& put) {
                             if (put) imported_ += put->size();
                             written->set_value(put ? ok() : Status(put.error()));
                           });
  return ok();
}

Status SubscriptionImport::wait() { return writing_.valid() ? writing_.get() : ok(); }

Status SubscriptionImport::finish() {
  TOCSIN_TRY(std::ignore, flush());
  return wait();
}

}  // namespace tocsin::server
