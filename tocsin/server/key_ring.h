// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tocsin/api/ports.h"
#include "tocsin/server/sender_pool.h"
#include "tocsin/store/store.h"

namespace tocsin::server {

// Every site's application server keys, and the senders' knowledge of them. The youngest key of a
// site is the one that further subscriptions are made with; older ones serve those they were made
// with. Main loop.
class KeyRing final : public api::PushKeys {
 public:
  // All outlive this. `subject`: of keys that are made.
  KeyRing(store::Store& store, SenderPool& senders, IdSource& ids, const Clock& clock,
          std::string subject)
      : store_(store), senders_(senders), ids_(ids), clock_(clock), subject_(std::move(subject)) {}

  // Takes up a key that is stored.
  void add(const store::SiteKey& key);
  // Makes and stores a key for a site that has none.
  void ensure(core::SiteId site);

  std::optional<api::PushKey> current(core::SiteId site) const override;

 private:
  store::Store& store_;
  SenderPool& senders_;
  IdSource& ids_;
  const Clock& clock_;
  std::string subject_;
  std::map<core::SiteId, api::PushKey> current_;
};

}  // namespace tocsin::server
