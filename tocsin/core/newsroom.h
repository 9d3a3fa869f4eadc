// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/base/clock.h"
#include "tocsin/core/ids.h"

// Who works in the newsroom, and what it tells open pages.
namespace tocsin::core {

enum class Role : std::uint8_t { kModerator, kAdmin };  // an admin may do all
std::string_view text(Role role);                       // "moderator", "admin"
std::optional<Role> parse_role(std::string_view text);

struct User {
  UserId id;
  std::string name;      // shown beside what they write and decide
  std::string email;     // signs in with it; lower case, unique
  std::string password;  // argon2id in PHC's format; empty: cannot sign in
  Role role = Role::kModerator;
  bool is_disabled = false;
  Time created;

  bool operator==(const User&) const = default;
};

// A developing story: what stories of one event, and the entries of its live blog, belong to.
struct Thread {
  ThreadId id;
  SiteId site;
  std::string headline;
  std::string summary;  // plain text; may be empty
  bool is_live = true;  // false: it has ended, and says so
  Time created;
  Time updated;

  bool operator==(const Thread&) const = default;
};

// One entry of a thread's live blog.
struct Entry {
  EntryId id;
  ThreadId thread;
  SiteId site;
  std::string headline;    // may be empty
  std::string text_html;   // sanitised
  bool is_key = false;     // a key moment: pinned above the others
  std::string correction;  // what was wrong; empty: nothing
  bool is_withdrawn = false;
  std::string author;
  Time published;
  Time updated;

  bool operator==(const Entry&) const = default;
};

// One thing that open pages are told, in the one order that all of an installation's changes have.
// It names a record; what is told of it is what the record is when it is told.
struct LiveEvent {
  enum class Kind : std::uint8_t {
    kStory,
    kAlert,
    kComment,
    kConversation,
    kThread,
    kEntry,
    kVotes,  // of a comment: their number alone
  };

  std::uint64_t sequence = 0;  // grows by one
  SiteId site;
  Kind kind = Kind::kStory;
  std::uint64_t subject = 0;  // the record's id; of a conversation, its story's
  StoryId story;              // which it is about; none for entries and threads
  ThreadId thread;            // none: it belongs to no thread
  Time at;

  bool operator==(const LiveEvent&) const = default;
};
std::string_view text(LiveEvent::Kind kind);  // "story", "alert", ...
std::optional<LiveEvent::Kind> parse_live_event_kind(std::string_view text);

}  // namespace tocsin::core
