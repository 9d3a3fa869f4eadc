// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "tocsin/conversation/apply.h"
#include "tocsin/conversation/view.h"

namespace tocsin::conversation {

// Conversations in maps: what the store does, without a disk. For tests, rehearsals and
// simulations. One thread. Queries are scans.
class MemoryConversations : public View, public Lists {
 public:
  // Writes one record as it is. A follower who wants nothing is removed.
  void write(const Change& change);
  void write_all(const std::vector<Change>& changes);
  // What others decide about.
  void write(const core::Site& site);
  void write(const core::Story& story);
  void write(const core::User& user);

  std::optional<core::Site> site(core::SiteId id) const override;
  std::optional<core::Story> story(core::StoryId id) const override;
  std::optional<core::Conversation> conversation(core::StoryId story) const override;
  std::optional<core::Comment> comment(core::CommentId id) const override;
  std::optional<core::Reader> reader(core::ReaderId id) const override;
  std::optional<core::User> user(core::UserId id) const override;
  std::vector<core::User> users() const override;
  std::vector<core::Comment> comments_by(core::ReaderId reader, std::size_t limit) const override;
  bool has_voted(core::CommentId comment, core::ReaderId reader) const override;
  bool has_reported(core::CommentId comment, core::ReaderId reader) const override;
  std::vector<core::Report> reports(core::CommentId comment) const override;
  std::optional<core::Follower> follower(core::StoryId story,
                                         const core::SubscriptionId& device) const override;
  std::vector<core::Follower> followed_by(const core::Reader& reader,
                                          std::size_t limit) const override;
  std::size_t follower_count(core::StoryId story) const override;
  std::uint64_t last_sequence() const override;

  std::vector<core::Comment> comments(const CommentQuery& query) const override;
  std::vector<core::Comment> answers(core::StoryId story, const core::SubscriptionId& device,
                                     std::uint64_t announced_after) const override;
  std::vector<core::Comment> queue(const QueueQuery& query) const override;
  std::size_t queue_size(std::optional<core::SiteId> site, QueueKind kind) const override;
  std::vector<core::Ruling> rulings(core::CommentId comment) const override;
  std::optional<core::User> user_of_email(const std::string& email) const override;
  std::optional<core::Reader> reader_of_device(core::SiteId site,
                                               const core::SubscriptionId& device) const override;
  std::optional<core::Reader> reader_of_email(core::SiteId site,
                                              const std::string& email_hash) const override;
  std::vector<core::Follower> followers(core::StoryId story,
                                        std::optional<core::SubscriptionId> after,
                                        std::size_t limit) const override;
  std::vector<core::Follower> followers_with_reply(std::optional<FollowerPlace> after,
                                                   std::size_t limit) const override;
  std::vector<core::StoryId> followed_stories() const override;
  std::vector<core::LiveEvent> events_after(std::uint64_t sequence,
                                            std::size_t limit) const override;
  std::map<std::string, std::uint64_t> ruling_counts(core::SiteId site, Time since) const override;

  // All of them, by id; for recounts.
  const std::map<core::CommentId, core::Comment>& all_comments() const { return comments_; }

 private:
  void put(const core::Conversation& conversation);
  void put(const core::Comment& comment);
  void put(const core::Reader& reader);
  void put(const core::Follower& follower);
  void put(const core::Report& report);
  void put(const core::Ruling& ruling);
  void put(const core::Vote& vote);
  void put(const core::LiveEvent& event);

  std::map<core::SiteId, core::Site> sites_;
  std::map<core::StoryId, core::Story> stories_;
  std::map<core::UserId, core::User> users_;
  std::map<core::StoryId, core::Conversation> conversations_;
  std::map<core::CommentId, core::Comment> comments_;
  std::map<core::ReaderId, core::Reader> readers_;
  std::map<std::pair<core::StoryId, core::SubscriptionId>, core::Follower> followers_;
  std::map<core::ReportId, core::Report> reports_;
  std::vector<core::Ruling> rulings_;
  std::set<std::pair<core::CommentId, core::ReaderId>> votes_;
  std::map<std::uint64_t, core::LiveEvent> events_;
};

}  // namespace tocsin::conversation
