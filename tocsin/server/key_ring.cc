// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/key_ring.h"

#include "tocsin/observe/log.h"

namespace tocsin::server {

void KeyRing::add(const store::SiteKey& key) {
  senders_.add_key(key.id, key.key);
  auto& current = current_[key.site];
  if (key.id > current.id) current = {key.id, key.key.keys.public_key};
}

void KeyRing::ensure(core::SiteId site) {
  if (current_.contains(site)) return;
  auto made = webpush::VapidKey::generate(subject_);
  if (!made) {
    log::error("vapid_key.not_made", {{"site", site.text()}, {"why", made.error().message}});
    return;
  }
  const store::SiteKey key{ids_.next<struct core::VapidKeyKind>(), site, *std::move(made),
                           clock_.now()};
  store_.add_site_key(key, [this, key](const Result<std::monostate>& stored) {
    if (stored) {
      add(key);
    } else {
      log::error("vapid_key.not_stored", {{"why", stored.error().message}});
    }
  });
}

std::optional<api::PushKey> KeyRing::current(core::SiteId site) const {
  const auto found = current_.find(site);
  return found == current_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace tocsin::server
