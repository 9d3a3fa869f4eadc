// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "tocsin/api/ports.h"
#include "tocsin/ingest/fetch.h"

namespace tocsin::server {

// The signature of a message (https://www.standardwebhooks.com): "v1," and the base64 of
// HMAC-SHA-256 over "id.timestamp.body". `secret`: "whsec_" and base64, or any text.
std::string webhook_signature(std::string_view secret, std::string_view id, std::int64_t timestamp,
                              std::string_view body);

// Asks a site's classifier by a signed POST: what it is told is id, story, site, parent, name, text
// and time of the comment; it answers {"verdict": "publish" | "hold" | "reject", "reason": "..."}
// with 200, within a second, in at most 64 KiB. Everything else is no answer. Main loop.
class Classifier final : public api::Classifier {
 public:
  static constexpr Millis kTimeout{1'000};
  static constexpr std::size_t kAnswerBytesMax = std::size_t{64} << 10;
  static constexpr std::size_t kAsksMax = 64;  // at a time; beyond: no answer

  // All outlive this.
  Classifier(ingest::FetchPort& fetch, const Clock& clock) : fetch_(fetch), clock_(clock) {}

  void ask(const core::Site& site, const core::Comment& comment,
           std::function<void(conversation::External)> done) override;

 private:
  ingest::FetchPort& fetch_;
  const Clock& clock_;
  std::size_t asks_ = 0;
};

}  // namespace tocsin::server
