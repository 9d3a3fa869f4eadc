// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/subscription_book.h"

#include "tocsin/observe/log.h"
#include "tocsin/observe/metrics.h"

namespace tocsin::server {
namespace {

void count_active(const fanout::SubscriptionTable& table) {
  std::uint64_t active = 0;
  for (std::uint32_t partition = 0; partition < core::kPartitions; ++partition) {
    active += table.active(partition).size();
  }
  metrics::set("tocsin_subscriptions", static_cast<double>(active));
}

}  // namespace

Result<std::size_t> SubscriptionBook::load() {
  Status failure = ok();
  TOCSIN_TRY(std::ignore,
             store_.reader().load_subscriptions([&](const store::StoredSubscription& stored) {
               auto added = table_.upsert(stored.subscription, stored.slot);
               if (!added && failure) failure = std::move(added);
             }));
  TOCSIN_TRY(std::ignore, failure);
  count_active(table_);
  return table_.size();
}

std::optional<core::Subscription> SubscriptionBook::find(const core::SubscriptionId& id) const {
  auto found = store_.reader().find_subscription(id);
  if (!found || !*found) return std::nullopt;
  return std::move((*found)->subscription);
}

void SubscriptionBook::add(api::Registration registration,
                           std::function<void(Result<api::Registered>)> done) {
  const auto key = keys_.current(registration.site);
  if (!key) {
    return done(Error{Errc::kUnavailable, "the site has no application server key"});
  }
  const auto id = core::subscription_id(registration.subscription.endpoint);
  const auto known = find(id);
  const auto replaced = registration.replaces && *registration.replaces != id
                            ? find(*registration.replaces)
                            : std::nullopt;

  core::Subscription wanted = known.value_or(core::Subscription{});
  if (!known && replaced) {
    wanted.follows = replaced->follows;
    wanted.language = replaced->language;
  }
  wanted.id = id;
  wanted.site = registration.site;
  wanted.endpoint = registration.subscription.endpoint;
  wanted.keys = registration.subscription.keys;
  wanted.vapid_key = key->id;
  if (registration.follows) wanted.follows = *registration.follows;
  if (!registration.language.empty()) wanted.language = registration.language;
  wanted.state = core::SubscriptionState::kActive;
  wanted.retired_because.clear();
  wanted.changed = clock_.now();
  if (!known) wanted.created = wanted.changed;

  const bool is_new = !known;
  store_.put_subscription(std::move(wanted), [this, replaced, is_new, done = std::move(done)](
                                                 Result<store::StoredSubscription> stored) {
    if (!stored) return done(std::move(stored).error());
    const auto added = table_.upsert(stored->subscription, stored->slot);
    if (!added) return done(added.error());
    count_active(table_);
    if (refill_) refill_(stored->subscription.id);
    if (!replaced) return done(api::Registered{stored->subscription, is_new});
    move_device(stored->subscription.site, replaced->id, stored->subscription.id);
    retire_all(
        {replaced->id}, "replaced",
        [done, is_new, subscription = stored->subscription](const Result<core::Subscription>&) {
          done(api::Registered{subscription, is_new});
        });
  });
}

// What follows conversations on the old device, and who signs in by it, go on with the new one. It
// may be several readers': one after another.
void SubscriptionBook::move_device(core::SiteId site, const core::SubscriptionId& from,
                                   const core::SubscriptionId& to) {
  if (newsroom_ == nullptr) return;
  const auto reader = store_.reader().content().reader_of_device(site, from);
  newsroom::Command command{
      .at = clock_.now(),
      .actor = "device",
      .body = conversation::MoveDevice{reader ? reader->id : core::ReaderId{}, from, to}};
  random_->fill(command.id);
  newsroom_->execute(std::move(command), [this, site, from, to, is_more = reader.has_value()](
                                             const Result<newsroom::Effects>& moved) {
    if (!moved) return log::warn("device.not_moved", {{"why", moved.error().message}});
    if (is_more) move_device(site, from, to);
  });
}

void SubscriptionBook::set_preferences(const core::SubscriptionId& id,
                                       std::optional<core::Follows> follows, std::string language,
                                       Done done) {
  const auto known = find(id);
  if (!known) return done(Error{Errc::kNotFound, "there is no such subscription"});
  store_.set_preferences(
      id,
      {.follows = follows.value_or(known->follows),
       .language = language.empty() ? known->language : language},
      clock_.now(), [this, done = std::move(done)](Result<store::StoredSubscription> stored) {
        if (!stored) return done(std::move(stored).error());
        table_.set_follows(stored->subscription.id, stored->subscription.follows);
        done(std::move(stored->subscription));
      });
}

void SubscriptionBook::retire(const core::SubscriptionId& id, std::string_view because, Done done) {
  retire_all({id}, std::string(because), std::move(done));
}

// `done` gets the first of them as it stands afterwards.
void SubscriptionBook::retire_all(std::vector<core::SubscriptionId> ids, std::string because,
                                  Done done) {
  const auto first = ids.front();
  store_.retire(std::move(ids), std::move(because), clock_.now(),
                [this, first, done = std::move(done)](Result<store::Store::Subscriptions> retired) {
                  if (!retired) return done(std::move(retired).error());
                  for (const auto& stored : *retired) table_.retire(stored.subscription.id);
                  count_active(table_);
                  auto now = find(first);
                  if (!now) return done(Error{Errc::kNotFound, "there is no such subscription"});
                  done(*std::move(now));
                });
}

void SubscriptionBook::retire_gone(std::vector<core::SubscriptionId> ids, Time as_of) {
  std::erase_if(ids, [&](const core::SubscriptionId& id) {
    const auto known = find(id);
    return !known || known->changed > as_of;
  });
  if (ids.empty()) return;
  const std::size_t count = ids.size();
  retire_all(std::move(ids), "gone", [count](const Result<core::Subscription>& retired) {
    if (retired) {
      log::info("subscriptions.retired", {{"count", count}, {"because", "gone"}});
    } else {
      log::warn("subscriptions.not_retired", {{"why", retired.error().message}});
    }
  });
}

void SubscriptionBook::send_test(const core::SubscriptionId& id, std::function<void(Status)> done) {
  TOCSIN_CHECK(send_test_ != nullptr);
  send_test_(id, std::move(done));
}

}  // namespace tocsin::server
