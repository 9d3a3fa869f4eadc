// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/core/ids.h"

// The records of the comments, as values. A story has one Conversation; "thread" is the developing
// story. Text is UTF-8.
namespace tocsin::core {

// What a site allows in its conversations. Its rules reach every story, old ones too: they are
// evaluated when a comment comes, not kept with the story. What the newsroom writes has to keep to
// `characters_max` and to the opening; nothing holds it, its links neither.
struct CommentPolicy {
  bool is_offered = false;             // false: no story shows a conversation
  bool is_closed = false;              // site-wide, with `message`
  std::string message;                 // for readers, while `is_closed`
  std::optional<Time> closed_since;    // set by apply()
  std::uint32_t close_after_days = 0;  // of the story's publication; 0: never
  // Nightly hours: open from this minute of the day to that one; equal: all day.
  std::uint32_t opens_minute = 0;
  std::uint32_t closes_minute = 0;
  std::string time_zone = "UTC";  // IANA

  std::uint32_t characters_max = 2000;  // grapheme clusters
  std::uint32_t links_max = 2;          // with more it is held
  std::uint32_t edit_minutes = 5;
  std::vector<std::string> banned_words;   // a comment with one is rejected
  std::vector<std::string> suspect_words;  // ... is held
  bool tells_words = true;                 // the writer is told which word it was
  bool holds_all = false;                  // everything waits for a moderator
  std::uint32_t newcomer_comments = 1;  // so many are held, until as many were published; 0: none
  std::uint32_t reports_hold = 3;       // with so many open reports it is held; 0: never
  bool has_votes = false;

  std::string external_url;         // a classifier that is asked about each comment; empty: none
  std::string external_secret;      // "whsec_...": Standard Webhooks
  bool external_fails_open = true;  // no answer from it: the comment goes on; otherwise it is held

  bool operator==(const CommentPolicy&) const = default;
};

enum class ConversationMode : std::uint8_t {
  kByRule,  // as the site's policy says
  kOpen,    // by hand: whatever its age and the hour
  kClosed,  // by hand
  kHidden,  // by hand: nothing is shown
};
std::string_view text(ConversationMode mode);  // "by_rule", "open", "closed", "hidden"
std::optional<ConversationMode> parse_conversation_mode(std::string_view text);

// What of a conversation is not computed. One that has none is by rule, with no comments.
struct Conversation {
  StoryId story;
  SiteId site;
  ConversationMode mode = ConversationMode::kByRule;
  std::string reason;             // for readers: why it is not by rule
  std::string by;                 // who set the mode
  std::optional<Time> since;      // when the mode was set
  std::optional<Time> closes_at;  // an hour set by hand, whatever the mode but kHidden
  bool holds_all = false;         // every comment waits for a moderator
  std::uint32_t published = 0;    // comments that readers see
  std::uint64_t latest = 0;       // of the live event that first showed the newest comment; 0: none
  bool was_open = true;           // what open pages and followers were told last

  bool operator==(const Conversation&) const = default;
};

enum class CommentState : std::uint8_t {
  kPublished,
  kHeld,      // waits for a moderator
  kRejected,  // not shown; the writer is told why
  kDeleted,   // by its writer, or erased: its place in the tree stays, its text is gone
};
std::string_view text(CommentState state);  // "published", "held", "rejected", "deleted"
std::optional<CommentState> parse_comment_state(std::string_view text);

enum class Badge : std::uint8_t { kNone, kStaff, kModerator };
std::string_view text(Badge badge);  // "", "staff", "moderator"
std::optional<Badge> parse_badge(std::string_view text);

struct Comment {
  CommentId id;
  SiteId site;
  StoryId story;
  CommentId parent;  // none: it answers the story
  ReaderId reader;   // who wrote it; none: staff, or imported
  UserId user;       // who wrote it for the newsroom; none: a reader
  std::string name;  // of the writer, as shown
  Badge badge = Badge::kNone;
  std::string text;  // as written: a subset of Markdown
  CommentState state = CommentState::kPublished;
  std::string phase;      // what decided its state: "words", "moderator"; empty: nothing objected
  std::string reason;     // why, for moderators
  std::string statement;  // why, for the writer; empty: nothing to tell
  bool is_featured = false;
  std::uint32_t votes = 0;
  std::uint32_t reports = 0;  // open ones
  bool is_appealed = false;   // the writer asks for a person's look
  bool was_shown = false;     // to readers, at some time: shown again, it is no news
  // Of the live event that announced it to the writer of what it answers. 0: not yet, or it was
  // taken away before they were told.
  std::uint64_t announced = 0;
  std::uint64_t network = 0;  // keyed hash of the writer's network; 0: none, or forgotten
  Time created;
  std::optional<Time> edited;

  bool operator==(const Comment&) const = default;
};

// Who comments: a name, and a device or an e-mail address that proves it.
struct Reader {
  ReaderId id;
  SiteId site;
  std::string name;
  std::optional<SubscriptionId> device;  // signs in by push, and gets answers
  std::string email_hash;            // hex of a keyed hash; empty: none. The address is not kept
  std::uint32_t published = 0;       // comments that were published
  std::uint32_t rejected = 0;        // by a moderator or a rule
  std::optional<Time> banned_until;  // kForEver: until it is lifted
  std::string ban_reason;            // the reader is told
  bool is_erased = false;
  Time created;

  bool operator==(const Reader&) const = default;
};

// The end of the year 9999: what RFC 3339 can write.
inline constexpr Time kForEver{Millis{253'402'300'799'999}};

// What a device wants to hear of one conversation.
struct Follower {
  StoryId story;
  SubscriptionId device{};
  ReaderId reader;               // none: it has not commented
  bool replies = false;          // answers to the reader's comments
  bool all = false;              // every comment
  bool closing = false;          // once, when it closes
  CommentId reply;               // the last of the answers that were not told yet; none
  std::uint32_t unseen = 0;      // so many answers those are
  std::uint64_t told = 0;        // what live events up to this one announced has been told
  std::optional<Time> notified;  // last

  bool wants_nothing() const { return !replies && !all && !closing; }
  bool operator==(const Follower&) const = default;
};

// Why a comment is reported. The grounds of a statement of reasons are the same (Regulation (EU)
// 2022/2065, articles 16 and 17).
enum class Ground : std::uint8_t {
  kIllegal,
  kHate,
  kHarassment,
  kPersonalData,
  kSpam,
  kOffTopic,
  kOther,
};
std::string_view text(Ground ground);  // "illegal", "hate", ..., "personal_data", "off_topic"
std::optional<Ground> parse_ground(std::string_view text);

struct Report {
  ReportId id;
  CommentId comment;
  SiteId site;
  ReaderId reader;  // none: not signed in
  Ground ground = Ground::kOther;
  std::string text;  // the explanation
  Time created;
  std::optional<Time> decided;
  bool is_upheld = false;  // once decided
  std::string decided_by;

  bool operator==(const Report&) const = default;
};

// One decision about a comment, by a person or a rule, as the log keeps it.
struct Ruling {
  CommentId comment;
  SiteId site;
  Time at;
  std::string by;                                 // a moderator's name; "rules"
  CommentState state = CommentState::kPublished;  // what it became
  std::string phase;
  std::optional<Ground> ground;
  std::string reason;
  std::string statement;
  bool is_automatic = false;

  bool operator==(const Ruling&) const = default;
};

struct Vote {
  CommentId comment;
  ReaderId reader;
  bool is_given = true;  // false: taken back

  bool operator==(const Vote&) const = default;
};

}  // namespace tocsin::core
