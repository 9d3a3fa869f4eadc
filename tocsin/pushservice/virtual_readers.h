// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/base/result.h"
#include "tocsin/json/json.h"
#include "tocsin/webpush/encrypt.h"

namespace tocsin::pushservice {

// Any number of subscriptions that need no storage: the keys of each come from a seed and its
// number, and its endpoint carries the number with a MAC. Whoever knows the seed can read their
// messages: they are for tests, demonstrations and rehearsals.
class VirtualReaders {
 public:
  // Readers 0 to count - 1, with endpoints at `origin`.
  VirtualReaders(std::uint64_t seed, std::uint64_t count, std::string origin);

  // What PushSubscription.toJSON() of that reader's browser would be.
  Json subscription(std::uint64_t reader) const;
  // The reader whose endpoint has that path.
  std::optional<std::uint64_t> find(std::string_view path) const;
  // Decrypts a message as that reader's browser would. Errors: as webpush::decrypt().
  Result<std::string> open(std::uint64_t reader, ByteView body) const;

  // How the ledger names a reader: "v12".
  static std::string name(std::uint64_t reader) { return "v" + std::to_string(reader); }

 private:
  crypto::KeyPair keys(std::uint64_t reader) const;
  webpush::AuthSecret auth(std::uint64_t reader) const;
  std::string path(std::uint64_t reader) const;
  crypto::Digest derive(std::string_view what, std::uint64_t reader, std::uint64_t attempt) const;

  crypto::Digest secret_;
  std::uint64_t count_;
  std::string origin_;
};

}  // namespace tocsin::pushservice
