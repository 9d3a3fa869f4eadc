// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/core/conversation.h"
#include "tocsin/core/ids.h"

// The records of the newsroom, as values. Text is UTF-8; fields named *_html are sanitised HTML,
// all others plain text. docs/glossary.md defines the words.
namespace tocsin::core {

// One title: what a reader subscribes to.
struct Site {
  SiteId id;
  std::string name;
  std::string base_url;         // "https://news.example", no path, no trailing slash
  std::string language = "en";  // BCP 47
  std::string tagline;
  std::vector<std::string> topics;   // names offered to readers, in order
  std::vector<std::string> origins;  // foreign pages that may use the public API (CORS)
  // A key pair for each message, made when it is sent: for content that is not public (ADR 0010).
  bool per_message_keys = false;
  CommentPolicy comments;
  Time created;

  bool operator==(const Site&) const = default;
};

// An outlet that is credited.
struct Source {
  SourceId id;
  SiteId site;
  std::string name;  // "The Guardian"
  std::string home_url;
  Time created;

  bool operator==(const Source&) const = default;
};

// Decides urgency, and whether a reader's quiet hours and caps are overridden.
enum class Importance : std::uint8_t { kMinor, kMajor, kBreaking };
std::string_view text(Importance importance);  // "minor", "major", "breaking"
std::optional<Importance> parse_importance(std::string_view text);

// One URL that is polled.
struct Feed {
  FeedId id;
  SiteId site;
  SourceId source;
  std::string url;
  std::optional<Seconds> interval;  // from one poll to the next; nothing: as its rhythm says
  // The newsroom's own: polled within seconds, and what its server says of caching does not count.
  bool is_own = false;
  std::optional<Importance> alert;  // the rule: alert for each new item; nothing: record only
  std::vector<std::string> topics;  // given to each story besides the item's own categories
  bool enabled = true;
  Time created;

  bool operator==(const Feed&) const = default;
};

struct Credit {
  SourceId source;   // none for a credit the item itself carries
  std::string name;  // "The Guardian"
  std::string url;   // where the report stands; may be empty

  bool operator==(const Credit&) const = default;
};

enum class StoryState : std::uint8_t { kDraft, kPublished, kCorrected, kWithdrawn };
std::string_view text(StoryState state);  // "draft", ...
std::optional<StoryState> parse_story_state(std::string_view text);

// The site's record of one report.
struct Story {
  StoryId id;
  SiteId site;
  FeedId feed;      // none if it came through the API
  ThreadId thread;  // the developing story it belongs to; none
  StoryState state = StoryState::kPublished;
  std::string headline;
  std::string dateline;  // the place: "VALPARAISO"
  std::string summary_html;
  std::string body_html;  // empty where the feed has only a teaser: the credit links out
  std::string url;        // the report at its source; empty for a story of our own
  std::string image_url;
  std::string language;
  std::vector<std::string> authors;
  std::vector<Credit> credits;
  std::vector<std::string> topics;
  Time published;  // never after it was recorded
  Time updated;
  Time recorded;           // when we had it
  std::string correction;  // what was wrong, for readers; set in kCorrected and kWithdrawn

  bool operator==(const Story&) const = default;
};

// "quake-hits-coast-01j9…": words of the headline and the id; the page's address is /s/<slug>.
std::string slug(const Story& story);
// The id at the end of a slug.
std::optional<StoryId> story_of_slug(std::string_view slug);

struct AlertAction {
  std::string title;
  std::string url;

  bool operator==(const AlertAction&) const = default;
};

// A feed's rule makes alerts; where its items look wrong, a person decides first.
enum class AlertState : std::uint8_t { kReleased, kHeld, kDismissed };
std::string_view text(AlertState state);  // "released", "held", "dismissed"
std::optional<AlertState> parse_alert_state(std::string_view text);

// The editorial decision to notify.
struct Alert {
  AlertId id;
  SiteId site;
  StoryId story;
  std::uint32_t version = 1;  // counts the alerts of one story; of a held one when it is released
  std::string title;
  std::string body;
  std::string url;  // absolute; where a tap leads
  std::string image_url;
  std::vector<AlertAction> actions;
  Importance importance = Importance::kMajor;
  Seconds ttl{86'400};
  Time created;            // or released, if it was held
  std::string created_by;  // the token's or rule's name
  AlertState state = AlertState::kReleased;
  std::string held_because;  // one sentence, for the newsroom; stays once it is decided
  std::string decided_by;    // who released or dismissed it; empty if it was not held

  bool operator==(const Alert&) const = default;
};

// RFC 8030's Topic and the notification's tag: one for all alerts of a story, so that a follow-up
// replaces what is queued and what is on the screen.
std::string collapse_key(const Alert& alert);

}  // namespace tocsin::core
