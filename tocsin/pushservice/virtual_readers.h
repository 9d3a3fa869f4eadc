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

// The keys of one virtual reader's subscription.
struct ReaderKeys {
  crypto::KeyPair pair;
  webpush::AuthSecret auth{};
};

// Any number of subscriptions that need no storage: the keys of each come from a seed and its
// number, and its endpoint carries the number and what only the seed tells. Whoever knows the seed
// can read their messages: they are for tests, demonstrations and rehearsals. Each reader can be
// made without the others; const functions are safe from any thread.
class VirtualReaders {
 public:
  // The length of an endpoint's path, so that with an origin like https://localhost:7443 an
  // endpoint has the 188 characters of one of FCM's.
  static constexpr std::size_t kPathChars = 166;
  // Readers are numbered below this, so that a ledger has room for their numbers.
  static constexpr std::uint64_t kReadersMax = std::uint64_t{1} << 30;

  // Readers 0 to count - 1, with endpoints at `origin`. `count` is at most kReadersMax.
  VirtualReaders(std::uint64_t seed, std::uint64_t count, std::string origin);

  std::uint64_t count() const { return count_; }
  std::string endpoint(std::uint64_t reader) const { return origin_ + path(reader); }
  std::string path(std::uint64_t reader) const;
  ReaderKeys keys(std::uint64_t reader) const;
  // What PushSubscription.toJSON() of that reader's browser would be.
  Json subscription(std::uint64_t reader) const;
  // The reader whose endpoint has that path.
  std::optional<std::uint64_t> find(std::string_view path) const;
  // Decrypts a message as that reader's browser would. Errors: as webpush::decrypt().
  Result<std::string> open(std::uint64_t reader, ByteView body) const;

  // How people are shown a reader: "v12".
  static std::string name(std::uint64_t reader) { return "v" + std::to_string(reader); }

 private:
  void write_token(std::uint64_t reader, char* out) const;
  crypto::Digest derive(std::string_view what, std::uint64_t reader, std::uint64_t attempt) const;

  crypto::Digest secret_;
  std::uint64_t token_secret_ = 0;
  std::uint64_t count_;
  std::string origin_;
};

}  // namespace tocsin::pushservice
