// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tocsin/base/result.h"
#include "tocsin/net/loop.h"
#include "tocsin/net/test_certificate.h"
#include "tocsin/pushservice/push_service.h"

namespace tocsin::app {

struct LocalPushServiceConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;           // for senders: HTTP/2 over TLS; 0: any
  std::uint16_t browser_port = 0;   // for browsers: WebSocket; 0: any
  std::uint32_t streams_max = 100;  // of one connection of a sender
  std::string folder;               // its authority, readers, ledger and capture
  // Where entries go instead of a file; the folder then only gets the authority, and no readers.
  pushservice::Account* account = nullptr;
  // For localhost; one for several, which the same authority then vouches for. Nothing: one of its
  // own.
  std::optional<net::TestCertificate> certificate;
  pushservice::PushServiceConfig service;  // all but the origin
};

// The built-in push service on two ports. One loop, which may be a thread's own (net::LoopThread).
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
  std::string ca_file() const;      // what senders must trust
  std::uint16_t port() const;       // for senders
  std::size_t connections() const;  // of senders
  const pushservice::PushService& service() const;
  const pushservice::VirtualReaders& readers() const;
  // Writes the messages kept whole to capture.jsonl, if any were to be kept.
  Status write_capture() const;
  static std::string ledger_file(const std::string& folder);

 private:
  struct Parts;
  explicit LocalPushService(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace tocsin::app
