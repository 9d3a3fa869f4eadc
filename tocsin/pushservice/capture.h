// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/base/bytes.h"
#include "tocsin/http2/server.h"
#include "tocsin/pushservice/virtual_readers.h"

namespace tocsin::pushservice {

// A random sample of whole messages for virtual readers, each of all taken as likely as another, so
// that somebody else's implementation can open them. One thread.
class Capture {
 public:
  // Keeps up to `messages_max`.
  Capture(std::uint64_t seed, std::size_t messages_max)
      : seed_(seed), messages_max_(messages_max) {}

  void take(std::uint64_t reader, const http2::Server::Request& request);
  // A line of JSON each: "endpoint", "keys" (p256dh, auth), "private_key" and "body" in base64url,
  // and "headers".
  std::string lines(const VirtualReaders& readers) const;

 private:
  struct Message {
    std::uint64_t reader = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    Bytes body;
  };

  std::uint64_t seed_;
  std::size_t messages_max_;
  std::uint64_t seen_ = 0;
  std::vector<Message> messages_;
};

}  // namespace tocsin::pushservice
