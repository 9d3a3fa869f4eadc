// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tocsin/base/result.h"
#include "tocsin/net/loop.h"

namespace tocsin::app {

struct LocalPushServiceConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;          // for senders: HTTP/2 over TLS; 0: any
  std::uint16_t browser_port = 0;  // for browsers: WebSocket; 0: any
  std::string folder;              // its authority, readers and ledger
  std::uint64_t readers = 0;       // virtual ones; their subscriptions go to readers.jsonl
  std::uint64_t seed = 1;
  Millis delay{0};  // of every answer
};

// The built-in push service on two ports, with its ledger in a file. One loop.
class LocalPushService {
 public:
  // Errors: kInvalidArgument, kInternal: the folder cannot be written; kUnavailable: a port is
  // taken.
  static Result<std::unique_ptr<LocalPushService>> start(net::Loop& loop,
                                                         const LocalPushServiceConfig& config);
  ~LocalPushService();
  LocalPushService(const LocalPushService&) = delete;
  LocalPushService& operator=(const LocalPushService&) = delete;

  std::string origin() const;  // of push resources: "https://localhost:<port>"
  std::uint16_t browser_port() const;
  std::string ca_file() const;  // what senders must trust
  static std::string ledger_file(const std::string& folder);

 private:
  struct Parts;
  explicit LocalPushService(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace tocsin::app
