// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tocsin/conversation/opening.h"
#include "tocsin/core/content.h"
#include "tocsin/core/newsroom.h"
#include "tocsin/pages/layout.h"

// Conversations and developing stories as parts of pages. Pure.
namespace tocsin::pages {

struct ConversationView {
  core::Story story;
  conversation::Opening opening;
  std::vector<core::Comment> comments;  // oldest first
  std::uint32_t count = 0;              // that are published
  std::uint64_t sequence = 0;           // of the last live event this shows
  bool is_whole = true;                 // false: the story's page shows the first ones
  std::uint32_t characters_max = 2000;  // of one comment
  bool has_votes = false;
  std::uint32_t close_after_days = 0;  // of the policy; 0: age does not close
};

// The comments of a story with their heading, readable without scripts; nothing where the
// conversation is hidden. Answers stand below what they answer, to six levels; deeper ones follow
// on the sixth and name whom they answer. web/src/reader/comment_view.ts writes the same markup,
// and reads this one.
Html conversation_section(const ConversationView& view);
// "Comments are closed since 25 November 2026, 18:00 UTC: the report is older than 14 days."
// `close_after_days`: of the policy; only an opening that was closed by age names it.
Html opening_line(const conversation::Opening& opening, std::uint32_t close_after_days = 0);
// A page with all comments of a story.
std::string comments_page(const Frame& frame, const ConversationView& view);

struct ThreadView {
  core::Thread thread;
  std::vector<core::Entry> entries;  // newest first
  std::vector<core::Story> stories;  // newest first
  std::uint64_t sequence = 0;
};
// A developing story: its key moments, its entries, its reports.
std::string thread_page(const Frame& frame, const ThreadView& view);
std::string sign_in_page(const Frame& frame);

}  // namespace tocsin::pages
