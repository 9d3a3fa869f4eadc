// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/memory_content.h"

namespace tocsin::newsroom {

std::optional<core::Conversation> MemoryContent::conversation(core::StoryId story) const {
  return conversations_.conversation(story);
}

std::optional<core::Comment> MemoryContent::comment(core::CommentId id) const {
  return conversations_.comment(id);
}

std::optional<core::Reader> MemoryContent::reader(core::ReaderId id) const {
  return conversations_.reader(id);
}

std::optional<core::User> MemoryContent::user(core::UserId id) const {
  return conversations_.user(id);
}

std::vector<core::User> MemoryContent::users() const { return conversations_.users(); }

std::vector<core::Comment> MemoryContent::comments_by(core::ReaderId reader,
                                                      std::size_t limit) const {
  return conversations_.comments_by(reader, limit);
}

bool MemoryContent::has_voted(core::CommentId comment, core::ReaderId reader) const {
  return conversations_.has_voted(comment, reader);
}

bool MemoryContent::has_reported(core::CommentId comment, core::ReaderId reader) const {
  return conversations_.has_reported(comment, reader);
}

std::vector<core::Report> MemoryContent::reports(core::CommentId comment) const {
  return conversations_.reports(comment);
}

std::optional<core::Follower> MemoryContent::follower(core::StoryId story,
                                                      const core::SubscriptionId& device) const {
  return conversations_.follower(story, device);
}

std::vector<core::Follower> MemoryContent::followed_by(const core::Reader& reader,
                                                       std::size_t limit) const {
  return conversations_.followed_by(reader, limit);
}

std::size_t MemoryContent::follower_count(core::StoryId story) const {
  return conversations_.follower_count(story);
}

std::uint64_t MemoryContent::last_sequence() const { return conversations_.last_sequence(); }

std::vector<core::Comment> MemoryContent::comments(const conversation::CommentQuery& query) const {
  return conversations_.comments(query);
}

std::vector<core::Comment> MemoryContent::answers(core::StoryId story,
                                                  const core::SubscriptionId& device,
                                                  std::uint64_t announced_after) const {
  return conversations_.answers(story, device, announced_after);
}

std::vector<core::Comment> MemoryContent::queue(const conversation::QueueQuery& query) const {
  return conversations_.queue(query);
}

std::size_t MemoryContent::queue_size(std::optional<core::SiteId> site,
                                      conversation::QueueKind kind) const {
  return conversations_.queue_size(site, kind);
}

std::vector<core::Ruling> MemoryContent::rulings(core::CommentId comment) const {
  return conversations_.rulings(comment);
}

std::optional<core::User> MemoryContent::user_of_email(const std::string& email) const {
  return conversations_.user_of_email(email);
}

std::optional<core::Reader> MemoryContent::reader_of_device(
    core::SiteId site, const core::SubscriptionId& device) const {
  return conversations_.reader_of_device(site, device);
}

std::optional<core::Reader> MemoryContent::reader_of_email(core::SiteId site,
                                                           const std::string& email_hash) const {
  return conversations_.reader_of_email(site, email_hash);
}

std::vector<core::Follower> MemoryContent::followers(core::StoryId story,
                                                     std::optional<core::SubscriptionId> after,
                                                     std::size_t limit) const {
  return conversations_.followers(story, after, limit);
}

std::vector<core::Follower> MemoryContent::followers_with_reply(std::optional<FollowerPlace> after,
                                                                std::size_t limit) const {
  return conversations_.followers_with_reply(after, limit);
}

std::vector<core::StoryId> MemoryContent::followed_stories() const {
  return conversations_.followed_stories();
}

std::vector<core::LiveEvent> MemoryContent::events_after(std::uint64_t sequence,
                                                         std::size_t limit) const {
  return conversations_.events_after(sequence, limit);
}

std::map<std::string, std::uint64_t> MemoryContent::ruling_counts(core::SiteId site,
                                                                  Time since) const {
  return conversations_.ruling_counts(site, since);
}

}  // namespace tocsin::newsroom
