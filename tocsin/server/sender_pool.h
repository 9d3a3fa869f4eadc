// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/core/delivery.h"
#include "tocsin/net/loop.h"
#include "tocsin/net/push_transport.h"
#include "tocsin/webpush/vapid.h"

namespace tocsin::server {

// The sender threads: each has a loop, connections and a deliver::Sender of its own and shares
// nothing with the others. Batches go in and decisions come out on the owner's loop.
class SenderPool {
 public:
  struct Config {
    std::size_t threads = 0;  // 0: one a core
    net::PushTransportConfig transport;
  };
  using OnDecisions = std::function<void(const core::Decisions&)>;

  // Errors: kInvalidArgument: the CA file cannot be read.
  static Result<std::unique_ptr<SenderPool>> start(net::Loop& owner, const Config& config,
                                                   const Clock& clock, OnDecisions on_decisions);
  // Stops the threads at once; what is not decided stays so.
  ~SenderPool();
  SenderPool(const SenderPool&) = delete;
  SenderPool& operator=(const SenderPool&) = delete;

  // The application server key of that id; before the first batch that names it.
  void add_key(core::VapidKeyId id, const webpush::VapidKey& key);
  // Takes all of it: the caller bounds what is outstanding. The thread with the least to do gets
  // it.
  void submit(core::Batch batch);
  // Opens connections to `origin`, so many in all, for what is to come.
  void warm(const std::string& origin, std::size_t connections);
  // Sends nothing more: what has not left is returned, what is in flight is waited for.
  void stop();

 private:
  class Shard;
  SenderPool(net::Loop& owner, OnDecisions on_decisions);

  void receive(std::size_t shard, const core::Decisions& news);
  void pause_others(std::size_t shard, const std::string& origin, Instant until);

  net::Loop& owner_;
  OnDecisions on_decisions_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace tocsin::server
