// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tocsin/core/content.h"
#include "tocsin/newsroom/apply.h"

namespace tocsin::newsroom {

struct StoryQuery {
  core::SiteId site;
  std::optional<core::StoryId> before;  // the page ends where the last one of this id began
  std::size_t limit = 30;
  std::string topic;        // empty: all
  core::SourceId source;    // none: all
  core::ThreadId thread;    // none: all
  bool public_only = true;  // published and corrected; otherwise every state
};

struct AlertQuery {
  core::SiteId site;
  std::optional<core::AlertId> before;  // as StoryQuery's
  std::size_t limit = 30;
  core::AlertState state = core::AlertState::kReleased;
  core::FeedId feed;  // about stories that came from it; none: all
  Time since{};       // created then or later
};

// What pages and the API read: View, and lists, newest id first unless said otherwise. Reads see
// what was committed last.
class Content : public View, public conversation::Lists {
 public:
  virtual std::vector<core::Site> sites() const = 0;                       // oldest first
  virtual std::vector<core::Source> sources(core::SiteId site) const = 0;  // by name
  virtual std::vector<core::Feed> feeds(core::SiteId site) const = 0;      // oldest first
  virtual std::vector<core::Feed> all_feeds() const = 0;
  virtual std::vector<core::Story> stories(const StoryQuery& query) const = 0;
  virtual std::vector<core::Thread> threads(core::SiteId site, std::optional<core::ThreadId> before,
                                            std::size_t limit) const = 0;
  // Those not withdrawn, newest first; withdrawn ones too if asked.
  virtual std::vector<core::Entry> entries(core::ThreadId thread, bool withdrawn_too) const = 0;
  virtual std::vector<core::Alert> alerts(const AlertQuery& query) const = 0;
  // How many alerts are held, by the feed that they come from.
  virtual std::map<core::FeedId, std::size_t> held_alerts(core::SiteId site) const = 0;
};

}  // namespace tocsin::newsroom
