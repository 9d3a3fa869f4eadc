// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/core/ids.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/ingest/advertised.h"
#include "tocsin/ingest/rhythm.h"

namespace tocsin::ingest {

// The shortest polling interval there is.
inline constexpr Seconds kIntervalMin{1};
// No wait is longer, whatever a server says or however often it failed...
inline constexpr Seconds kWaitMax{86'400};
// ... but for the days that a feed asks to be left alone.
inline constexpr Seconds kSkipMax{7 * 86'400};
// A permanent redirect is believed when it was seen so often in a row.
inline constexpr std::uint32_t kMoveSightings = 3;
// So many fetches of a feed are remembered.
inline constexpr std::size_t kFetchesKept = 20;
// So many items of its last document are known again at once.
inline constexpr std::size_t kItemMarksMax = 500;

// A feed as it is to be polled.
struct FeedTarget {
  core::FeedId id{};
  std::string url{};
  std::optional<Seconds> interval{};  // nothing: the feed's own rhythm says
  // Ours: polled as often as `interval` or the rhythm says, whatever its caching fields, ttl,
  // skipHours and skipDays say.
  bool own = false;
  // A hub pushes what is new: until then, polled only as often as `calm` says where that is less.
  Seconds calm{0};
  Time calm_until{};
};

enum class Verdict : std::uint8_t {
  kDocument,   // a feed, different from the last one
  kUnchanged,  // 304, or the same bytes again
  kNotAFeed,   // a page, a captcha, an error dressed as 200
  kRefused,    // any other status than those below
  kThrottled,  // 429 or 503
  kGone,       // 410
  kNoAnswer,   // no complete response
};
std::string_view text(Verdict verdict);  // "document", "unchanged", ...
std::optional<Verdict> parse_verdict(std::string_view text);

// One fetch, as the newsroom sees it later.
struct FetchNote {
  Time at{};
  Verdict verdict = Verdict::kNoAnswer;
  int status = 0;                // 0: no complete response
  std::uint64_t body_bytes = 0;  // decoded
  std::uint32_t items = 0;       // in the document
  std::uint32_t fresh = 0;       // of these, seen for the first time
  Millis duration{};

  bool operator==(const FetchNote&) const = default;
};

// What is remembered of a feed between two fetches. It is kept on disk, so that a restart goes on
// where the process ended instead of polling everything.
struct FeedState {
  std::string etag{};                           // byte for byte as the server gave it; empty: none
  std::string last_modified{};                  // the same
  std::optional<crypto::Digest> body_digest{};  // of the last document that was read
  // Of each item of that document, in order, who it is and what it says: an item with the same mark
  // is not looked at again. Another build of the program may make other marks of the same.
  std::vector<std::uint64_t> item_marks{};
  std::optional<Seconds> ttl{};  // what that document asked for
  std::uint32_t skip_hours = 0;  // what it asked for: bit h is the hour h of the day, in UTC
  std::uint32_t skip_days = 0;   // the same; bit 0 is Sunday
  Seconds asked{0};              // the longest wait that the last good answer asked for
  bool known = false;            // a document was read at this address before
  // Its items can be told apart only in the whole document, not in a part that a hub pushed.
  bool keys_need_document = false;
  // Who pushes it, as it said when it was last read; nothing: it was not read since that is kept.
  std::optional<Advertised> advertised{};
  bool gone = false;  // the server said 410: not polled until somebody asks for it
  Time last_fetch{};  // 1970: never
  Time last_success{};
  Time next_fetch{};
  std::uint32_t failures = 0;  // in a row
  int last_status = 0;         // 0: there was no response
  std::string last_error{};    // one sentence: what is wrong and what to do; empty if nothing is
  std::string moved_to{};      // where the last fetches were redirected for good
  std::uint32_t move_sightings = 0;
  std::string learned_url{};  // polled instead of the feed's own address; empty: none
  Rhythm rhythm{};
  std::vector<FetchNote> fetches{};  // the latest first, at most kFetchesKept

  bool operator==(const FeedState&) const = default;
};

// Where the next fetch goes.
inline const std::string& address_of(const FeedTarget& target, const FeedState& state) {
  return state.learned_url.empty() ? target.url : state.learned_url;
}

// The next document is looked at as a whole, even if it is the same.
void forget_document(FeedState& state);

// Takes into account that of the items of the fetch at `at`, `fresh` were seen for the first time.
void learn(FeedState& state, std::size_t fresh, Time at);

}  // namespace tocsin::ingest
