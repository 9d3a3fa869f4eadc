// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tocsin/core/content.h"
#include "tocsin/core/conversation.h"
#include "tocsin/core/newsroom.h"

namespace tocsin::conversation {

struct CommentQuery {
  core::StoryId story;
  std::size_t limit = 0;    // 0: all
  bool public_only = true;  // otherwise whatever their state
};

// What applying a command may read: the content before it.
class View {
 public:
  virtual ~View() = default;
  virtual std::optional<core::Site> site(core::SiteId id) const = 0;
  virtual std::optional<core::Story> story(core::StoryId id) const = 0;
  virtual std::optional<core::Conversation> conversation(core::StoryId story) const = 0;
  virtual std::optional<core::Comment> comment(core::CommentId id) const = 0;
  virtual std::optional<core::Reader> reader(core::ReaderId id) const = 0;
  virtual std::optional<core::User> user(core::UserId id) const = 0;
  virtual std::vector<core::User> users() const = 0;  // by name
  // Newest first, whatever their state.
  virtual std::vector<core::Comment> comments_by(core::ReaderId reader,
                                                 std::size_t limit) const = 0;
  virtual bool has_voted(core::CommentId comment, core::ReaderId reader) const = 0;
  virtual bool has_reported(core::CommentId comment, core::ReaderId reader) const = 0;
  virtual std::vector<core::Report> reports(core::CommentId comment) const = 0;  // oldest first
  virtual std::optional<core::Follower> follower(core::StoryId story,
                                                 const core::SubscriptionId& device) const = 0;
  // Rows that name the reader, and those of the reader's device that name nobody. By story.
  virtual std::vector<core::Follower> followed_by(const core::Reader& reader,
                                                  std::size_t limit) const = 0;
  // Of a story, oldest first. What readers see are published ones, and deleted ones that were
  // answered.
  virtual std::vector<core::Comment> comments(const CommentQuery& query) const = 0;
  // Published ones of a story that answer comments of the device's readers, themselves included,
  // and were announced after that event; oldest first.
  virtual std::vector<core::Comment> answers(core::StoryId story,
                                             const core::SubscriptionId& device,
                                             std::uint64_t announced_after) const = 0;
  virtual std::size_t follower_count(core::StoryId story) const = 0;
  // Of the last live event; 0 before the first.
  virtual std::uint64_t last_sequence() const = 0;
};

// What a moderator looks at.
enum class QueueKind : std::uint8_t { kHeld, kReported, kAppealed, kRecent, kRejected };
struct QueueQuery {
  std::optional<core::SiteId> site;  // nothing: all
  QueueKind kind = QueueKind::kHeld;
  // The page starts behind the comment of this id, in the order of the queue: oldest first, and
  // newest first for kRecent and kRejected.
  std::optional<core::CommentId> after;
  std::size_t limit = 50;
};

// What pages and the API read besides.
class Lists {
 public:
  virtual ~Lists() = default;
  virtual std::vector<core::Comment> queue(const QueueQuery& query) const = 0;
  virtual std::size_t queue_size(std::optional<core::SiteId> site, QueueKind kind) const = 0;
  virtual std::vector<core::Ruling> rulings(core::CommentId comment) const = 0;  // oldest first
  virtual std::optional<core::User> user_of_email(const std::string& email) const = 0;
  virtual std::optional<core::Reader> reader_of_device(
      core::SiteId site, const core::SubscriptionId& device) const = 0;
  virtual std::optional<core::Reader> reader_of_email(core::SiteId site,
                                                      const std::string& email_hash) const = 0;
  // Of one story, in the order of their devices, behind `after`.
  virtual std::vector<core::Follower> followers(core::StoryId story,
                                                std::optional<core::SubscriptionId> after,
                                                std::size_t limit) const = 0;
  // Those with an answer that was not told yet, of all stories, in the order of stories and
  // devices, behind `after`.
  using FollowerPlace = std::pair<core::StoryId, core::SubscriptionId>;
  virtual std::vector<core::Follower> followers_with_reply(std::optional<FollowerPlace> after,
                                                           std::size_t limit) const = 0;
  // Conversations whose followers may have something to hear: a comment or a mode since `since`, or
  // was_open.
  virtual std::vector<core::StoryId> followed_stories() const = 0;
  // What was told to open pages after `sequence`, oldest first.
  virtual std::vector<core::LiveEvent> events_after(std::uint64_t sequence,
                                                    std::size_t limit) const = 0;
  // Decisions since `since` by ground and automation: "spam/automatic" -> 12.
  virtual std::map<std::string, std::uint64_t> ruling_counts(core::SiteId site,
                                                             Time since) const = 0;
};

}  // namespace tocsin::conversation
