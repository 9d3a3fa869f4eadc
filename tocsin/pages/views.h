// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tocsin/core/content.h"
#include "tocsin/pages/conversation.h"
#include "tocsin/pages/layout.h"

// The pages as functions: what there is to show in, a document out. Pure.
namespace tocsin::pages {

struct River {
  std::vector<core::Story> stories;  // newest first
  std::string topic;                 // empty: all
  bool is_first_page = true;
  std::uint64_t sequence = 0;  // of the last live event this shows
  bool has_older = false;
};
std::string river_page(const Frame& frame, const River& river);

struct StoryView {
  core::Story story;  // published or corrected
  std::vector<core::Story> related;
  std::string related_topic;            // empty: `related` are the latest
  std::optional<core::Story> previous;  // the one before it in the river
  std::optional<core::Thread> thread;   // the developing story it belongs to
  ConversationView conversation;
};
std::string story_page(const Frame& frame, const StoryView& view);
// Says that there was a report, that it no longer stands and why.
std::string withdrawn_page(const Frame& frame, const core::Story& story);

// The reader's preference centre. `is_popup`: in the small window that foreign pages open.
std::string following_page(const Frame& frame, bool is_popup);
// What the service worker shows where there is no network.
std::string offline_page(const Frame& frame);
std::string error_page(const Frame& frame, int status);

// The web app manifest, so that the site can go to the home screen, where iPhones allow alerts.
std::string manifest(const core::Site& site);

// A story in a list. The heading's level is 2 or 3.
Html card(const Frame& frame, const core::Story& story, bool is_lead, int heading_level);

}  // namespace tocsin::pages
