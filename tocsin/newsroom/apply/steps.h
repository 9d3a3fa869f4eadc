// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tocsin/newsroom/apply.h"

// apply(), one function for each kind of command. `command` is the one that `body` stands in.
namespace tocsin::newsroom {

Result<Effects> apply_body(const View& view, const Command& command, const PutSite& body);
Result<Effects> apply_body(const View& view, const Command& command, const PutSource& body);
Result<Effects> apply_body(const View& view, const Command& command, const PutFeed& body);
Result<Effects> apply_body(const View& view, const Command& command, const PutFeeds& body);
Result<Effects> apply_body(const View& view, const Command& command, const RemoveFeed& body);
Result<Effects> apply_body(const View& view, const Command& command, const TakeItems& body);
Result<Effects> apply_body(const View& view, const Command& command, const PutStory& body);
Result<Effects> apply_body(const View& view, const Command& command, const WithdrawStory& body);
Result<Effects> apply_body(const View& view, const Command& command, const CreateAlert& body);
Result<Effects> apply_body(const View& view, const Command& command, const DecideAlerts& body);

Result<Effects> apply_body(const View& view, const Command& command, const PutThread& body);
Result<Effects> apply_body(const View& view, const Command& command, const PutEntry& body);
Result<Effects> apply_body(const View& view, const Command& command, const PutUser& body);

// An alert about `story` of `site` with what may be taken from the story: title, body, address,
// image, and the version. The rest is left to the caller.
core::Alert alert_about(const core::Story& story, const core::Site& site, std::uint32_t version);

// Why the alert about a feed's new item, which became `story`, has to wait for a person, in one
// sentence; empty if it need not. `before`: what the same command made of other items.
std::string reason_to_hold(const View& view, const core::Story& story, Seconds ahead,
                           const std::vector<Change>& before);

// Holds every alert in `changes` if there are more than the feed's history makes plausible.
void hold_flood(std::size_t plausible, std::vector<Change>& changes);

// The same if they are more than the feed has ever made plausible with what came in the last hours.
void hold_slow_flood(const View& view, core::FeedId feed, Time now, std::vector<Change>& changes);

// An item's story without a date has no better one than when it was seen; one from the future
// happened at the latest when it was seen.
Time published_at(const core::Story& story, Time seen);

}  // namespace tocsin::newsroom
