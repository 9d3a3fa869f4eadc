// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tocsin/app/rehearse/services.h"
#include "tocsin/base/result.h"
#include "tocsin/core/subscription.h"
#include "tocsin/net/loop.h"
#include "tocsin/server/folder.h"
#include "tocsin/server/subscription_import.h"

namespace tocsin::app {

// The newsroom of a rehearsal.
server::FirstSite rehearsal_site();

// Makes the subscriptions of a rehearsal's virtual readers and puts them into a data folder, while
// its server is not running.
class ReaderMaker {
 public:
  // What is referred to outlives it. Errors: those of server::open_folder().
  static Result<std::unique_ptr<ReaderMaker>> open(const PushServices& services,
                                                   const std::string& data_folder);

  std::uint64_t made() const { return made_; }
  bool is_done() const { return service_ == services_.size(); }
  // Makes some more, which takes a tenth of a second, on two threads. Errors: the store's.
  Status step();
  // Waits until all is on disk. Errors: the store's.
  Status finish();

 private:
  explicit ReaderMaker(const PushServices& services) : services_(services) {}
  core::Subscription make(std::uint64_t reader) const;

  const PushServices& services_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<server::SubscriptionImport> import_;
  core::Subscription pattern_;  // what all have in common
  net::LoopThread other_;
  std::size_t service_ = 0;   // of the next reader
  std::uint64_t reader_ = 0;  // the next, at that service
  std::uint64_t made_ = 0;
};

}  // namespace tocsin::app
