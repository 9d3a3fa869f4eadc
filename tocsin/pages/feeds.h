// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tocsin/core/content.h"

// The feeds that a site gives to others. Pure.
namespace tocsin::pages {

enum class FeedFormat : std::uint8_t { kAtom, kJson };

// Which stories of a site a feed has: all, or those of a topic, of a source, of a developing story.
struct FeedScope {
  std::string topic;
  core::SourceId source;
  core::ThreadId thread;

  bool operator==(const FeedScope&) const = default;
};

// "/feed.atom", "/feed.json?topic=World": one address for one feed, which is what readers poll and
// the topic that hubs know.
std::string feed_path(FeedFormat format, const FeedScope& scope);
// The addresses of all feeds that have the story. At most 2 + 2 for each topic and source + 2.
std::vector<std::string> feeds_of(const core::Site& site, const core::Story& story);

struct OutFeed {
  FeedScope scope;
  std::string title;                 // "The Bell: World"
  std::string page_path;             // of the page that shows the same
  std::vector<std::string> hubs;     // that tell subscribers of news (WebSub, section 4)
  std::vector<core::Story> stories;  // newest first
};
// RFC 4287. A report of somebody else's has its summary, its source as author, and leads there
// (rel=via).
std::string atom_feed(const core::Site& site, const OutFeed& feed);
// JSON Feed 1.1, with the same.
std::string json_feed(const core::Site& site, const OutFeed& feed);

}  // namespace tocsin::pages
