// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <thread>

#include "tocsin/fanout/refill.h"
#include "tocsin/fanout/subscription_table.h"
#include "tocsin/net/loop.h"
#include "tocsin/server/key_cache_file.h"

namespace tocsin::server {

// Derives key material ahead of the next broadcast, on a thread of its own that gets the time
// nobody else wants, and keeps it over restarts in <data folder>/cache/key-material. That file is
// never needed: without it, or with a damaged one, material is derived again.
//
// The owner's loop, which must not run after this is destroyed.
class KeyRefill {
 public:
  // Both outlive it.
  KeyRefill(net::Loop& owner, fanout::SubscriptionTable& table, std::string data_folder);
  ~KeyRefill();
  KeyRefill(const KeyRefill&) = delete;
  KeyRefill& operator=(const KeyRefill&) = delete;

  // Takes what the cache has and begins to derive what is missing. Once, when the table is loaded.
  void load();
  // A broadcast has used the material: derives it anew for all, and saves it when that is done.
  void begin();
  // A subscription was registered or restored: derives for it before all others.
  void add(const core::SubscriptionId& id);
  // A broadcast needs the processor: derives for nobody but those that were added.
  void pause(bool is_paused);
  // Ends the thread and writes the cache, which takes about 0.2 s for a million. The last call.
  void end();

  // True while a pass over the subscriptions is under way.
  bool is_filling() const { return refill_.is_filling(); }

 private:
  void go_on();
  void on_derived(const fanout::DerivedChunk& derived);
  void on_pass_ended();
  void save_partition(std::uint32_t partition);
  void end_thread();

  net::Loop& owner_;
  fanout::SubscriptionTable& table_;
  std::string folder_;
  fanout::Refill refill_;
  std::uint64_t passes_seen_ = 0;
  std::uint64_t off_curve_told_ = 0;
  std::uint64_t derived_saved_ = 0;
  bool is_saving_ = false;  // on the thread
  net::Loop loop_;          // the thread's, as is the file
  std::optional<KeyCacheFile> file_;
  std::thread thread_;
};

}  // namespace tocsin::server
