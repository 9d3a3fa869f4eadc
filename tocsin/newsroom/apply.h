// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tocsin/base/result.h"
#include "tocsin/conversation/apply.h"
#include "tocsin/core/content.h"
#include "tocsin/newsroom/command.h"

namespace tocsin::newsroom {

// When a story came, and when its feed says that it was published.
struct StoryTimes {
  Time recorded{};
  Time published{};

  bool operator==(const StoryTimes&) const = default;
};
struct FeedTimes {
  Time first_recorded{};  // of the feed's first story ever; 1970: it has none
  std::vector<StoryTimes> stories{};
};

// What apply() may read: the content before the command. Implemented by the store inside the
// transaction that will hold the effects, and by a map in tests.
class View : public conversation::View {
 public:
  virtual std::optional<core::Source> source(core::SourceId id) const = 0;
  virtual std::optional<core::Feed> feed(core::FeedId id) const = 0;
  virtual std::optional<core::Thread> thread(core::ThreadId id) const = 0;
  virtual std::optional<core::Entry> entry(core::EntryId id) const = 0;
  // The story that an entry of a feed became.
  virtual std::optional<core::StoryId> item(core::FeedId feed, const core::ItemKey& key) const = 0;
  virtual std::optional<core::Alert> alert(core::AlertId id) const = 0;
  // How many alerts a story has had; those held or dismissed are none.
  virtual std::uint32_t alerts_of(core::StoryId story) const = 0;
  // The latest two stories that came from the feed with that address of the report.
  virtual std::vector<core::Story> stories_at(core::FeedId feed, const std::string& url) const = 0;
  // The same, with that headline.
  virtual std::vector<core::Story> stories_headed(core::FeedId feed,
                                                  const std::string& headline) const = 0;
  // The times of the stories that came from the feed after `since`, the latest `limit`, the last
  // one first.
  virtual FeedTimes feed_times(core::FeedId feed, Time since, std::size_t limit) const = 0;
};

// What is written, in order. Each is the whole record: the last one written stays.
struct SeenItem {
  core::FeedId feed;
  core::ItemKey key{};
  core::StoryId story;
};
struct FeedRemoved {
  core::FeedId feed;
};
using Change = std::variant<core::Site, core::Source, core::Feed, core::Story, core::Alert,
                            SeenItem, FeedRemoved, core::Thread, core::Entry, core::User,
                            core::Conversation, core::Comment, core::Reader, core::Follower,
                            core::Report, core::Ruling, core::Vote, core::LiveEvent>;

struct Effects {
  std::vector<Change> changes;
};

// The alert of a new item that is dated further back is held: a backfill is no news...
inline constexpr Seconds kAlertAgeMax{24 * 3600};
// ... and further back than this it is recorded without an alert.
inline constexpr Seconds kHeldAgeMax{7 * 24 * 3600};
// The alert of a new item that is dated further ahead is held.
inline constexpr Seconds kAheadMax{24 * 3600};
// So many new items at once are never too many.
inline constexpr std::size_t kFloodItemsMin = 10;
// So many within the window, a few at a time, are never too many: fifteen breaking stories an hour,
// all night.
inline constexpr std::size_t kSlowFloodItemsMin = 30;
inline constexpr Seconds kSlowFloodWindow{2 * 3600};
// From so far back, and so many stories, is known what is usual for a feed.
inline constexpr Seconds kHistory{14 * 24 * 3600};
inline constexpr std::size_t kHistoryStoriesMax = 5'000;

// Decides what a command does. Pure and total: no clock, no chance, no I/O; anything that may
// stand in a command is answered.
//
// Errors (nothing is to be written):
//   kInvalidArgument  a field is missing, too long or contradicts another; the message starts
//                     with the field's name.
//   kNotFound         it names a site, source, feed or story that is not there.
//   kConflict         a comment on a closed conversation, and what conversation/apply.h names; an
//                     address that another user signs in with; an alert for a story that has had
//                     one, without `again`; a decision about an alert that is not held; another
//                     site's record; an alert for a story that is a draft or withdrawn.
Result<Effects> apply(const View& view, const Command& command);

}  // namespace tocsin::newsroom
