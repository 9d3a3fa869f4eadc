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
    if (last_ < values_.size() && values_[last_] == value) return last_;
    const auto [entry, is_new] =
        indices_.try_emplace(value, static_cast<std::uint32_t>(values_.size()));
    if (is_new) values_.push_back(value);
    return last_ = entry->second;
  }
  const Value& operator[](std::uint32_t index) const { return values_[index]; }

 private:
  std::map<Value, std::uint32_t> indices_;
  std::vector<Value> values_;
  std::uint32_t last_ = 0;  // asked for last: the next is mostly the same
};

// Public keys of senders while material derived with their private keys is in use, as numbers
// from 1 on.
class Senders {
 public:
  // Counts one more user. Nothing: all numbers are taken.
  std::optional<std::uint16_t> enter(const crypto::PublicKey& key) {
    if (last_ == 0 || senders_[last_ - 1].key != key) {
      const auto known = numbers_.find(key);
      const auto number = known == numbers_.end() ? fresh(key) : known->second;
      if (number == 0) return std::nullopt;
      last_ = number;
    }
    ++senders_[last_ - 1].users;
    return last_;
  }
  void leave(std::uint16_t number) {
    Sender& sender = senders_[number - 1];
    if (--sender.users > 0) return;
    numbers_.erase(sender.key);
    free_.push_back(number);
    if (last_ == number) last_ = 0;
  }
  std::optional<std::uint16_t> find(const crypto::PublicKey& key) const {
    const auto known = numbers_.find(key);
    if (known == numbers_.end()) return std::nullopt;
    return known->second;
  }
  const crypto::PublicKey& operator[](std::uint16_t number) const {
    return senders_[number - 1].key;
  }

 private:
  struct Sender {
    crypto::PublicKey key{};
    std::size_t users = 0;
  };

  // 0: all numbers are taken.
  std::uint16_t fresh(const crypto::PublicKey& key) {
    std::uint16_t number = 0;
    if (!free_.empty()) {
      number = free_.back();
      free_.pop_back();
      senders_[number - 1] = {.key = key};
    } else if (senders_.size() < UINT16_MAX) {
      senders_.push_back({.key = key});
      number = static_cast<std::uint16_t>(senders_.size());
    } else {
      return 0;
    }
    numbers_.emplace(key, number);
    return number;
  }

  std::vector<Sender> senders_;
  std::vector<std::uint16_t> free_;
  std::map<crypto::PublicKey, std::uint16_t> numbers_;
  std::uint16_t last_ = 0;  // entered last: the next is mostly the same
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

// The characters that a URL parser leaves as they are in a path and query.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> out{};
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:@-_/.=")) {
    out[static_cast<std::uint8_t>(c)] = true;
  }
  return out;
}();

// True if a URL parser would leave it as it is, as with what push services hand out. Without
// branches for each character: they are random, and a million endpoints are read at the start.
bool is_plain_path(std::string_view path) {
  bool is_plain = path.starts_with('/');
  for (const char c : path) is_plain &= kPlain[static_cast<std::uint8_t>(c)];
  return is_plain && path.find("/.") == std::string_view::npos;
}

template <class Sets, class Key>
const Bitmap& set_or_empty(const Sets& sets, const Key& key) {
  const auto found = sets.find(key);
  return found == sets.end() ? empty_set() : found->second;
}

}  // namespace

struct SubscriptionTable::State {
  // What many subscriptions have in common.
  struct Kind {
    std::uint32_t origin = 0;
    core::SiteId site;
    core::VapidKeyId vapid_key;

    auto operator<=>(const Kind&) const = default;
  };

  std::array<Partition, core::kPartitions> partitions;
  Interned<std::string> origins;
  Interned<Kind> kinds;
  Senders senders;
  std::size_t materials = 0;
  // Origins as endpoints write them: parsing each endpoint would make loading many times slower.
  std::map<std::string, std::uint32_t, std::less<>> origins_as_written;

  Status add(const core::Subscription& subscription, std::uint32_t slot);
  void drop_material(Partition& partition, Partition::RowNumber row);
  Partition& partition_of(const core::SubscriptionId& id) {
    return partitions[core::partition_of(id)];
  }
  const FollowSets* follows(std::uint32_t partition, core::SiteId site) const {
    const auto& all = partitions[partition].follows;
    const auto found = all.find(site);
    return found == all.end() ? nullptr : &found->second;
  }
};

SubscriptionTable::SubscriptionTable() : state_(std::make_unique<State>()) {}
SubscriptionTable::~SubscriptionTable() = default;
SubscriptionTable::SubscriptionTable(SubscriptionTable&&) noexcept = default;
SubscriptionTable& SubscriptionTable::operator=(SubscriptionTable&&) noexcept = default;

Status SubscriptionTable::State::add(const core::Subscription& subscription, std::uint32_t slot) {
  Partition& partition = partition_of(subscription.id);
  TOCSIN_CHECK(!partition.at(slot));  // a slot is never given again

  const std::string_view endpoint = subscription.endpoint;
  const std::string_view written = endpoint.substr(0, path_begin(endpoint));
  std::string_view path = endpoint.substr(written.size());
  std::string normal_path;
  auto origin = origins_as_written.find(written);
  if (origin == origins_as_written.end() || !is_plain_path(path)) {
    TOCSIN_TRY(Url url, Url::parse(endpoint));
    origin =
        origins_as_written.try_emplace(std::string(written), origins.index_of(url.origin())).first;
    normal_path = std::move(url.target);
    path = normal_path;
  }
  if (path.size() > Arena::kChunkBytes) {
    return Error{Errc::kInvalidArgument, "endpoint: too long"};
  }
  const auto row = partition.add(subscription.id, slot, path);
  partition.hot(row).kind =
      kinds.index_of({origin->second, subscription.site, subscription.vapid_key});
  partition.set_keys(row, subscription.keys);
  partition.origins[origin->second].add(slot);
  return ok();
}

void SubscriptionTable::State::drop_material(Partition& partition, Partition::RowNumber row) {
  Partition::Hot& hot = partition.hot(row);
  if (hot.sender == Partition::kNoSender) return;
  senders.leave(hot.sender);
  hot.sender = Partition::kNoSender;
  partition.material(row).fill(0);
  --materials;
}

Status SubscriptionTable::upsert(const core::Subscription& subscription, std::uint32_t slot) {
  if (slot >= kSlotsMax) return Error{Errc::kExhausted, "subscription: no slots are left"};
  Partition& partition = state_->partition_of(subscription.id);
  if (const auto known = partition.slot_of(subscription.id)) {
    TOCSIN_CHECK(*known == slot);  // a subscription keeps its slot
    const auto row = *partition.at(slot);
    State::Kind kind = state_->kinds[partition.hot(row).kind];
    partition.follows[kind.site].remove(slot);
    kind.site = subscription.site;
    kind.vapid_key = subscription.vapid_key;
    partition.hot(row).kind = state_->kinds.index_of(kind);
    const auto keys = partition.keys(row);
    if (keys.p256dh != subscription.keys.p256dh || keys.auth != subscription.keys.auth) {
      state_->drop_material(partition, row);
      partition.set_keys(row, subscription.keys);
    }
  } else {
    TOCSIN_TRY(std::ignore, state_->add(subscription, slot));
  }
  partition.follows[subscription.site].add(slot, subscription.follows);
  if (subscription.state == core::SubscriptionState::kActive) {
    partition.active.add(slot);
  } else {
    partition.active.remove(slot);
    state_->drop_material(partition, *partition.at(slot));
  }
  return ok();
}

bool SubscriptionTable::set_follows(const core::SubscriptionId& id, const core::Follows& follows) {
  Partition& partition = state_->partition_of(id);
  const auto slot = partition.slot_of(id);
  if (!slot) return false;
  const State::Kind& kind = state_->kinds[partition.hot(*partition.at(*slot)).kind];
  FollowSets& sets = partition.follows[kind.site];
  sets.remove(*slot);
  sets.add(*slot, follows);
  return true;
}

bool SubscriptionTable::retire(const core::SubscriptionId& id) {
  Partition& partition = state_->partition_of(id);
  const auto slot = partition.slot_of(id);
  if (!slot) return false;
  partition.active.remove(*slot);
  state_->drop_material(partition, *partition.at(*slot));
  return true;
}

bool SubscriptionTable::restore(const core::SubscriptionId& id) {
  Partition& partition = state_->partition_of(id);
  const auto slot = partition.slot_of(id);
  if (slot) partition.active.add(*slot);
  return slot.has_value();
}

std::optional<Address> SubscriptionTable::find(const core::SubscriptionId& id) const {
  const auto slot = state_->partition_of(id).slot_of(id);
  if (!slot) return std::nullopt;
  return Address{core::partition_of(id), *slot};
}

std::optional<SubscriptionTable::Row> SubscriptionTable::row(const Address& address) const {
  const Partition& partition = state_->partitions[address.partition];
  const auto row = partition.at(address.slot);
  if (!row) return std::nullopt;
  const Partition::Hot& hot = partition.hot(*row);
  const State::Kind& kind = state_->kinds[hot.kind];
  Row out{.id = partition.id(*row),
          .site = kind.site,
          .origin = state_->origins[kind.origin],
          .path = partition.path(hot),
          .vapid_key = kind.vapid_key,
          .is_active = partition.active.contains(address.slot)};
  if (hot.sender != Partition::kNoSender) {
    out.material = &partition.material(*row);
    out.sender = &state_->senders[hot.sender];
  }
  return out;
}

webpush::Recipient SubscriptionTable::keys(const Address& address) const {
  const Partition& partition = state_->partitions[address.partition];
  const auto row = partition.at(address.slot);
  TOCSIN_CHECK(row.has_value());
  return partition.keys(*row);
}

bool SubscriptionTable::set_material(const Address& address, const crypto::PublicKey& sender,
                                     const webpush::KeyMaterial& material) {
  Partition& partition = state_->partitions[address.partition];
  const auto row = partition.at(address.slot);
  if (!row || !partition.active.contains(address.slot)) return false;
  const auto number = state_->senders.enter(sender);
  if (!number) return false;
  state_->drop_material(partition, *row);
  partition.hot(*row).sender = *number;
  partition.material(*row) = material;
  ++state_->materials;
  return true;
}

std::size_t SubscriptionTable::material_count() const { return state_->materials; }

SubscriptionTable::Stretch SubscriptionTable::without_material(
    const Address& from, std::size_t most, const crypto::PublicKey* sender) const {
  const auto number = sender ? state_->senders.find(*sender) : std::nullopt;
  Stretch out;
  Address at = from;
  for (; at.partition < core::kPartitions; at = {at.partition + 1, 0}) {
    const Partition& partition = state_->partitions[at.partition];
    const auto slots = partition.active.members(at.slot, most);
    for (const auto slot : slots) {
      const auto has = partition.hot(*partition.at(slot)).sender;
      const bool is_without = sender ? has != number : has == Partition::kNoSender;
      if (is_without) out.without.push_back({at.partition, slot});
    }
    most -= slots.size();
    if (most == 0) {
      out.next = Address{at.partition, slots.empty() ? at.slot : slots.back() + 1};
      return out;
    }
  }
  return out;
}

void SubscriptionTable::each_material(std::uint32_t partition_number,
                                      const EachMaterial& each) const {
  const Partition& partition = state_->partitions[partition_number];
  for (const auto slot : partition.active.members()) {
    const auto row = *partition.at(slot);
    const auto sender = partition.hot(row).sender;
    if (sender != Partition::kNoSender) {
      each(slot, state_->senders[sender], partition.material(row));
    }
  }
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
