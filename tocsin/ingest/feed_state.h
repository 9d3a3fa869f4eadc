// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tocsin/base/clock.h"
#include "tocsin/core/ids.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::ingest {

// The shortest polling interval there is.
inline constexpr Seconds kIntervalMin{1};
// No wait is longer, whatever a server says or however often it failed.
inline constexpr Seconds kWaitMax{86'400};
// A permanent redirect is believed when it was seen so often in a row.
inline constexpr std::uint32_t kMoveSightings = 3;

// A feed as it is to be polled.
struct FeedTarget {
  core::FeedId id{};
  std::string url{};
  Seconds interval{300};
  // Ours: polled as often as `interval` says, whatever its caching fields and ttl say.
  bool own = false;
  // A hub pushes what is new: until then, polled only as often as `calm` says where that is less.
  Seconds calm{0};
  Time calm_until{};
};

// What is remembered of a feed between two fetches. It is kept on disk, so that a restart goes on
// where the process ended instead of polling everything.
struct FeedState {
  std::string etag{};                           // byte for byte as the server gave it; empty: none
  std::string last_modified{};                  // the same
  std::optional<crypto::Digest> body_digest{};  // of the last document that was read
  std::optional<Seconds> ttl{};                 // what that document asked for
  bool known = false;                           // a document was read at this address before
  // Its items can be told apart only in the whole document, not in a part that a hub pushed.
  bool keys_need_document = false;
  bool gone = false;  // the server said 410: not polled until somebody asks for it
  Time last_fetch{};  // 1970: never
  Time next_fetch{};
  std::uint32_t failures = 0;  // in a row
  int last_status = 0;         // 0: there was no response
  std::string last_error{};    // one sentence: what is wrong and what to do; empty if nothing is
  std::string moved_to{};      // where the last fetches were redirected for good
  std::uint32_t move_sightings = 0;
  std::string learned_url{};  // polled instead of the feed's own address; empty: none

  bool operator==(const FeedState&) const = default;
};

// Where the next fetch goes.
inline const std::string& address_of(const FeedTarget& target, const FeedState& state) {
  return state.learned_url.empty() ? target.url : state.learned_url;
}

}  // namespace tocsin::ingest
