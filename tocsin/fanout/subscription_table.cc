// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fanout/subscription_table.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tocsin/base/check.h"
#include "tocsin/fanout/partition.h"
#include "tocsin/url/url.h"

namespace tocsin::fanout {
namespace {

// Values that many rows share, as numbers.
template <class Value>
class Interned {
 public:
  std::uint32_t index_of(const Value& value) {
    const auto [entry, is_new] =
        indices_.try_emplace(value, static_cast<std::uint32_t>(values_.size()));
    if (is_new) values_.push_back(value);
    return entry->second;
  }
  std::optional<std::uint32_t> find(const Value& value) const {
    const auto entry = indices_.find(value);
    if (entry == indices_.end()) return std::nullopt;
    return entry->second;
  }
  const Value& operator[](std::uint32_t index) const { return values_[index]; }

 private:
  std::map<Value, std::uint32_t> indices_;
  std::vector<Value> values_;
};

const Bitmap& empty_set() {
  static const Bitmap empty;
  return empty;
}

// Where the path begins; the end where there is none.
std::size_t path_begin(std::string_view endpoint) {
  const auto scheme = endpoint.find("://");
  if (scheme == std::string_view::npos) return endpoint.size();
  return std::min(endpoint.size(), endpoint.find('/', scheme + 3));
}

// True if a URL parser would leave it as it is, as with what push services hand out.
bool is_plain_path(std::string_view path) {
  return path.starts_with('/') && path.find("/.") == std::string_view::npos &&
         std::all_of(path.begin(), path.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= ':') || (c >= '@' && c <= 'Z') ||
                  c == '-' || c == '_' || c == '/' || c == '.' || c == '=';
         });
}

template <class Sets, class Key>
const Bitmap& set_or_empty(const Sets& sets, const Key& key) {
  const auto found = sets.find(key);
  return found == sets.end() ? empty_set() : found->second;
}

}  // namespace

struct SubscriptionTable::State {
  std::array<Partition, core::kPartitions> partitions;
  Interned<std::string> origins;
  Interned<core::SiteId> sites;
  Interned<core::VapidKeyId> vapid_keys;
  // Origins as endpoints write them: parsing each endpoint would make loading many times slower.
  std::map<std::string, std::uint32_t, std::less<>> origins_as_written;

  Status add(const core::Subscription& subscription, std::uint32_t slot);
  Partition& partition_of(const core::SubscriptionId& id) {
    return partitions[core::partition_of(id)];
  }
  const FollowSets* follows(std::uint32_t partition, core::SiteId site) const {
    const auto index = sites.find(site);
    if (!index) return nullptr;
    const auto& all = partitions[partition].follows;
    const auto found = all.find(*index);
    return found == all.end() ? nullptr : &found->second;
  }
};

SubscriptionTable::SubscriptionTable() : state_(std::make_unique<State>()) {}
SubscriptionTable::~SubscriptionTable() = default;
SubscriptionTable::SubscriptionTable(SubscriptionTable&&) noexcept = default;
SubscriptionTable& SubscriptionTable::operator=(SubscriptionTable&&) noexcept = default;

Status SubscriptionTable::State::add(const core::Subscription& subscription, std::uint32_t slot) {
  Partition& partition = partition_of(subscription.id);
  TOCSIN_CHECK(partition.at(slot) == nullptr);  // a slot is never given again

  const std::string_view endpoint = subscription.endpoint;
  const std::string_view written = endpoint.substr(0, path_begin(endpoint));
  auto origin = origins_as_written.find(written);
  std::string path(endpoint.substr(written.size()));
  if (origin == origins_as_written.end() || !is_plain_path(path)) {
    TOCSIN_TRY(Url url, Url::parse(endpoint));
    origin =
        origins_as_written.try_emplace(std::string(written), origins.index_of(url.origin())).first;
    path = std::move(url.target);
  }
  if (path.size() > Arena::kChunkBytes) {
    return Error{Errc::kInvalidArgument, "endpoint: too long"};
  }

  Partition::Row row;
  row.keys = subscription.keys;
  row.id = subscription.id;
  row.origin = origin->second;
  row.site = sites.index_of(subscription.site);
  row.vapid_key = vapid_keys.index_of(subscription.vapid_key);
  row.slot = slot;
  partition.origins[row.origin].add(slot);
  partition.add(row, path);
  return ok();
}

Status SubscriptionTable::upsert(const core::Subscription& subscription, std::uint32_t slot) {
  if (slot >= kSlotsMax) return Error{Errc::kExhausted, "subscription: no slots are left"};
  Partition& partition = state_->partition_of(subscription.id);
  Partition::Row* known = partition.find(subscription.id);
  if (known) {
    TOCSIN_CHECK(known->slot == slot);  // a subscription keeps its slot
    partition.follows[known->site].remove(slot);
    known->keys = subscription.keys;
    known->site = state_->sites.index_of(subscription.site);
    known->vapid_key = state_->vapid_keys.index_of(subscription.vapid_key);
  } else {
    TOCSIN_TRY(std::ignore, state_->add(subscription, slot));
  }
  partition.follows[state_->sites.index_of(subscription.site)].add(slot, subscription.follows);
  if (subscription.state == core::SubscriptionState::kActive) {
    partition.active.add(slot);
  } else {
    partition.active.remove(slot);
  }
  return ok();
}

bool SubscriptionTable::set_follows(const core::SubscriptionId& id, const core::Follows& follows) {
  Partition& partition = state_->partition_of(id);
  const Partition::Row* row = partition.find(id);
  if (!row) return false;
  FollowSets& sets = partition.follows[row->site];
  sets.remove(row->slot);
  sets.add(row->slot, follows);
  return true;
}

bool SubscriptionTable::retire(const core::SubscriptionId& id) {
  Partition& partition = state_->partition_of(id);
  const Partition::Row* row = partition.find(id);
  if (row) partition.active.remove(row->slot);
  return row != nullptr;
}

bool SubscriptionTable::restore(const core::SubscriptionId& id) {
  Partition& partition = state_->partition_of(id);
  const Partition::Row* row = partition.find(id);
  if (row) partition.active.add(row->slot);
  return row != nullptr;
}

std::optional<Address> SubscriptionTable::find(const core::SubscriptionId& id) const {
  const Partition::Row* row = state_->partition_of(id).find(id);
  if (!row) return std::nullopt;
  return Address{core::partition_of(id), row->slot};
}

std::optional<SubscriptionTable::Row> SubscriptionTable::row(const Address& address) const {
  const Partition& partition = state_->partitions[address.partition];
  const Partition::Row* row = partition.at(address.slot);
  if (!row) return std::nullopt;
  return Row{.id = row->id,
             .site = state_->sites[row->site],
             .origin = state_->origins[row->origin],
             .path = partition.path(*row),
             .vapid_key = state_->vapid_keys[row->vapid_key],
             .is_active = partition.active.contains(address.slot)};
}

webpush::Recipient SubscriptionTable::keys(const Address& address) const {
  const Partition::Row* row = state_->partitions[address.partition].at(address.slot);
  TOCSIN_CHECK(row != nullptr);
  return row->keys;
}

std::size_t SubscriptionTable::size() const {
  std::size_t size = 0;
  for (const auto& partition : state_->partitions) size += partition.size();
  return size;
}

std::uint64_t SubscriptionTable::active_of(core::SiteId site) const {
  std::uint64_t active = 0;
  for (std::uint32_t p = 0; p < core::kPartitions; ++p) {
    const FollowSets* sets = state_->follows(p, site);
    if (!sets) continue;
    Bitmap all = sets->everything;
    for (const auto& [topic, slots] : sets->topics) all |= slots;
    for (const auto& [source, slots] : sets->sources) all |= slots;
    active += all.common(state_->partitions[p].active);
  }
  return active;
}

const Bitmap& SubscriptionTable::active(std::uint32_t partition) const {
  return state_->partitions[partition].active;
}

const Bitmap& SubscriptionTable::everything(std::uint32_t partition, core::SiteId site) const {
  const FollowSets* sets = state_->follows(partition, site);
  return sets ? sets->everything : empty_set();
}

const Bitmap& SubscriptionTable::topic(std::uint32_t partition, core::SiteId site,
                                       std::string_view topic) const {
  const FollowSets* sets = state_->follows(partition, site);
  return sets ? set_or_empty(sets->topics, topic) : empty_set();
}

const Bitmap& SubscriptionTable::source(std::uint32_t partition, core::SiteId site,
                                        core::SourceId source) const {
  const FollowSets* sets = state_->follows(partition, site);
  return sets ? set_or_empty(sets->sources, source) : empty_set();
}

void SubscriptionTable::each_origin(std::uint32_t partition, const EachOrigin& each) const {
  for (const auto& [origin, slots] : state_->partitions[partition].origins) {
    each(state_->origins[origin], slots);
  }
}

}  // namespace tocsin::fanout
