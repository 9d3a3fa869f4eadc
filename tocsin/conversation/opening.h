// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/core/content.h"
#include "tocsin/core/conversation.h"
#include "tocsin/text/zone.h"

namespace tocsin::conversation {

// Whether a conversation takes comments at one moment, and if not, since when and why.
struct Opening {
  enum class State : std::uint8_t { kOpen, kClosed, kHidden };
  enum class Why : std::uint8_t {
    kOpen,
    kNotOffered,  // the site has no conversations; hidden
    kByHand,
    kSite,       // all of the site's are closed
    kWithdrawn,  // the story was
    kDraft,      // the story is; hidden
    kHour,       // the hour set for this story has come
    kAge,        // the story is older than the policy allows
    kNight,      // outside of the site's hours
  };

  State state = State::kOpen;
  Why why = Why::kOpen;
  std::optional<Time> since;    // nothing: always, or not known
  std::string message;          // for readers, in the newsroom's words; may be empty
  std::optional<Time> changes;  // when it next opens or closes by itself; nothing: never

  bool is_open() const { return state == State::kOpen; }
  bool operator==(const Opening&) const = default;
};
std::string_view text(Opening::State state);  // "open", "closed", "hidden"
std::string_view text(Opening::Why why);      // "open", "not_offered", "by_hand", "site", ...

// Pure. `conversation`: none for a story that never had one. What was decided for the story by hand
// outweighs the site's rules, except a site-wide close and a withdrawal; of several rules that
// close it, the one that says most for good is told: site, withdrawn, by hand, hour, age, night.
//
// Nightly hours: the clock in policy.time_zone decides (UTC where there is no such zone). A minute
// that the clock skips counts as the moment after the gap, one that comes twice as the first.
Opening opening_of(const core::CommentPolicy& policy,
                   const std::optional<core::Conversation>& conversation, const core::Story& story,
                   Time at);

// The same for who asks about many stories of one site: finding the zone takes a millisecond or so,
// and is done above only where the policy has nightly hours and they matter. `zone`: policy's.
Opening opening_of(const core::CommentPolicy& policy,
                   const std::optional<core::Conversation>& conversation, const core::Story& story,
                   Time at, const text::Zone& zone);

}  // namespace tocsin::conversation
