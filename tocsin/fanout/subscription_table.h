// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "tocsin/base/result.h"
#include "tocsin/core/ids.h"
#include "tocsin/core/subscription.h"
#include "tocsin/fanout/bitmap.h"
#include "tocsin/webpush/encrypt.h"

namespace tocsin::fanout {

// Where a subscription stands, for ever: the store gives each one its slot within its partition
// and never gives a slot again.
struct Address {
  std::uint32_t partition = 0;  // below core::kPartitions
  std::uint32_t slot = 0;       // below kSlotsMax

  auto operator<=>(const Address&) const = default;
};

inline constexpr std::uint32_t kSlotsMax = 1u << 26;  // in each partition

// All subscriptions, resident and packed, so that a broadcast asks no database: who follows what
// as one bitmap for each topic and source of each partition, and what a sender needs of each.
// Measured below 330 bytes a subscription with endpoints of FCM's length
// (docs/experiments/0004-resident-table.md). One loop.
class SubscriptionTable {
 public:
  // What a message needs. The views live until the table changes.
  struct Row {
    core::SubscriptionId id{};
    core::SiteId site;
    std::string_view origin;  // of the endpoint: "https://host[:port]"
    std::string_view path;    // the rest of it
    core::VapidKeyId vapid_key;
    bool is_active = false;
    const webpush::KeyMaterial* material = nullptr;  // null: there is none yet
    crypto::PublicKey const* sender = nullptr;       // whose private key it was derived with
  };

  SubscriptionTable();
  ~SubscriptionTable();
  SubscriptionTable(SubscriptionTable&&) noexcept;
  SubscriptionTable& operator=(SubscriptionTable&&) noexcept;

  // Adds the subscription or replaces all of it but its endpoint and slot. Fastest in the order
  // of slots. Other keys than it had drop its key material.
  //
  // Errors: kInvalidArgument: the endpoint is no URL; kExhausted: the slot is out of range.
  Status upsert(const core::Subscription& subscription, std::uint32_t slot);
  // False: there is none of that id.
  bool set_follows(const core::SubscriptionId& id, const core::Follows& follows);
  // Drops its key material.
  bool retire(const core::SubscriptionId& id);
  bool restore(const core::SubscriptionId& id);

  std::optional<Address> find(const core::SubscriptionId& id) const;
  // Some 20 ns in the order of slots.
  std::optional<Row> row(const Address& address) const;
  // Of an address that has a row.
  webpush::Recipient keys(const Address& address) const;
  std::size_t size() const;

  // Keeps what was derived for the subscription with the private key of `sender`. False: there is
  // no active one at that address, or the material of 65,535 senders is in use.
  bool set_material(const Address& address, const crypto::PublicKey& sender,
                    const webpush::KeyMaterial& material);
  // Subscriptions that have key material.
  std::size_t material_count() const;
  // The next active subscriptions from an address on, as far as they have no material, or none of
  // the sender if one is given.
  struct Stretch {
    std::vector<Address> without;
    std::optional<Address> next;  // where the following stretch begins; none: that was the last
  };
  // Looks at no more than `most` subscriptions.
  Stretch without_material(const Address& from, std::size_t most,
                           const crypto::PublicKey* sender = nullptr) const;
  // Calls `each` for every subscription of the partition that has material, in the order of slots.
  using EachMaterial = std::function<void(std::uint32_t slot, const crypto::PublicKey& sender,
                                          const webpush::KeyMaterial& material)>;
  void each_material(std::uint32_t partition, const EachMaterial& each) const;
  // Active subscriptions of one site that follow anything.
  std::uint64_t active_of(core::SiteId site) const;

  // The sets of one partition; the empty set where nobody is in it.
  const Bitmap& active(std::uint32_t partition) const;
  const Bitmap& everything(std::uint32_t partition, core::SiteId site) const;
  const Bitmap& topic(std::uint32_t partition, core::SiteId site, std::string_view topic) const;
  const Bitmap& source(std::uint32_t partition, core::SiteId site, core::SourceId source) const;
  // Each push service of the partition with its subscriptions, active or not.
  using EachOrigin = std::function<void(std::string_view origin, const Bitmap& slots)>;
  void each_origin(std::uint32_t partition, const EachOrigin& each) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tocsin::fanout
