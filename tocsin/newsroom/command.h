// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tocsin/conversation/command.h"
#include "tocsin/core/content.h"
#include "tocsin/core/ids.h"
#include "tocsin/core/newsroom.h"

// Every change to the newsroom's content, as a value. Ids and times are made by the caller and
// stand in the command, so that applying it needs neither clock nor chance and gives the same
// effects wherever it is applied.
namespace tocsin::newsroom {

struct PutSite {  // creates it, or replaces the one of that id
  core::Site site;
};
struct PutSource {
  core::Source source;
};
struct PutFeed {
  core::Feed feed;
};
// Several at once, such as a list from another system: all or none. The feeds may be of the
// sources.
struct PutFeeds {
  std::vector<core::Source> sources;
  std::vector<core::Feed> feeds;
};
struct RemoveFeed {
  core::FeedId feed;
};

// One entry of a feed, with the ids that its story and alert get if it is new.
struct TakenItem {
  core::ItemKey key{};
  core::Story story;  // id, content; site, feed, credits of the source and times are completed
  core::AlertId alert;
  Seconds ahead{0};  // so far in the future the feed dates it
};
// What one fetch of a feed brought. Items known by their key update their story's text in silence;
// new ones become stories and, unless it is the first sight of the feed or the item is older than
// kHeldAgeMax, alerts as the feed's rule says; those that look wrong are held for a person.
struct TakeItems {
  core::FeedId feed;
  bool first_sight = false;
  std::vector<TakenItem> items;
  std::size_t plausible = 0;  // so many new ones at once are no wonder, by the feed's history
};

struct PutStory {  // through the API: creates it, or replaces the one of that id
  core::Story story;
  // It is no news, such as a page whose comments are imported: no open page is told, and it was
  // updated when it was published.
  bool is_silent = false;
};
struct WithdrawStory {
  core::StoryId story;
  std::string reason;
};

struct CreateAlert {
  core::Alert alert;   // empty title, body, url, image: taken from the story
  bool again = false;  // the story has been alerted before, and that is meant
};

// A person's decision about alerts that are held: all of them, or none if one cannot be decided.
struct DecideAlerts {
  std::vector<core::AlertId> alerts;
  bool release = false;  // otherwise they are dismissed
};

struct PutThread {  // creates it, or replaces the one of that id
  core::Thread thread;
};
struct PutEntry {  // the same; its thread cannot change
  core::Entry entry;
};

struct PutUser {  // creates it, or replaces the one of that id
  core::User user;
};

using Body =
    std::variant<PutSite, PutSource, PutFeed, PutFeeds, RemoveFeed, TakeItems, PutStory,
                 WithdrawStory, CreateAlert, DecideAlerts, PutThread, PutEntry, PutUser,
                 conversation::PutReader, conversation::EraseReader, conversation::MoveDevice,
                 conversation::BanReader, conversation::PostComment, conversation::EditComment,
                 conversation::DeleteComment, conversation::VoteComment,
                 conversation::ReportComment, conversation::AppealRuling, conversation::Moderate,
                 conversation::FeatureComment, conversation::SetConversation,
                 conversation::AnnounceOpening, conversation::AnnounceVotes, conversation::Follow,
                 conversation::NoteTold, conversation::ImportComments>;

struct Command {
  core::CommandId id{};  // the same id is applied once; a repetition gets the first answer
  Time at;
  std::string actor;  // who: a token's name, "feed", "demo"; for the audit log
  Body body;
};

}  // namespace tocsin::newsroom
