// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "tocsin/api/ports.h"
#include "tocsin/fanout/subscription_table.h"
#include "tocsin/store/store.h"

namespace tocsin::server {

// The subscriptions: on disk first, then in the resident table. Main loop.
class SubscriptionBook final : public api::Subscriptions {
 public:
  using SendTest = std::function<void(const core::SubscriptionId&, std::function<void(Status)>)>;

  // All outlive this. `keys`: which key a new subscription was made with.
  SubscriptionBook(store::Store& store, fanout::SubscriptionTable& table, const api::PushKeys& keys,
                   const Clock& clock)
      : store_(store), table_(table), keys_(keys), clock_(clock) {}

  // Fills the table with what is stored; how many are active. Once, at start.
  Result<std::size_t> load();
  // Who delivers test messages; before the first send_test().
  void set_test_sender(SendTest send) { send_test_ = std::move(send); }
  // Where it is said that a device has another id; outlives this.
  void set_newsroom(api::Newsroom& newsroom, Random& random) {
    newsroom_ = &newsroom;
    random_ = &random;
  }
  // Told of subscriptions that can be sent to and have no key material yet.
  void set_refill(std::function<void(const core::SubscriptionId&)> refill) {
    refill_ = std::move(refill);
  }
  // Push services said that these are gone; those that were registered again after `as_of` stay.
  void retire_gone(std::vector<core::SubscriptionId> ids, Time as_of);

  void add(api::Registration registration,
           std::function<void(Result<api::Registered>)> done) override;
  std::optional<core::Subscription> find(const core::SubscriptionId& id) const override;
  void set_preferences(const core::SubscriptionId& id, std::optional<core::Follows> follows,
                       std::string language, Done done) override;
  void retire(const core::SubscriptionId& id, std::string_view because, Done done) override;
  void send_test(const core::SubscriptionId& id, std::function<void(Status)> done) override;

 private:
  void move_device(core::SiteId site, const core::SubscriptionId& from,
                   const core::SubscriptionId& to);
  void retire_all(std::vector<core::SubscriptionId> ids, std::string because, Done done);

  store::Store& store_;
  fanout::SubscriptionTable& table_;
  const api::PushKeys& keys_;
  const Clock& clock_;
  SendTest send_test_;
  api::Newsroom* newsroom_ = nullptr;
  Random* random_ = nullptr;
  std::function<void(const core::SubscriptionId&)> refill_;
};

}  // namespace tocsin::server
