// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "tocsin/conversation/memory_view.h"
#include "tocsin/newsroom/content.h"

namespace tocsin::newsroom {

// The newsroom's content in maps: what the store does, without a disk. For tests, rehearsals and
// simulations. One thread.
class MemoryContent final : public Content {
 public:
  // Applies the command and writes its effects. A command id that has been applied gets the first
  // answer again.
  Result<Effects> execute(const Command& command);
  // Writes one record as it is.
  void write(const Change& change);

  std::optional<core::Site> site(core::SiteId id) const override;
  std::optional<core::Source> source(core::SourceId id) const override;
  std::optional<core::Feed> feed(core::FeedId id) const override;
  std::optional<core::Story> story(core::StoryId id) const override;
  std::optional<core::StoryId> item(core::FeedId feed, const core::ItemKey& key) const override;
  std::uint32_t alerts_of(core::StoryId story) const override;
  std::vector<core::Story> stories_at(core::FeedId feed, const std::string& url) const override;
  std::vector<core::Story> stories_headed(core::FeedId feed,
                                          const std::string& headline) const override;
  FeedTimes feed_times(core::FeedId feed, Time since, std::size_t limit) const override;

  std::vector<core::Site> sites() const override;
  std::vector<core::Source> sources(core::SiteId site) const override;
  std::vector<core::Feed> feeds(core::SiteId site) const override;
  std::vector<core::Feed> all_feeds() const override;
  std::vector<core::Story> stories(const StoryQuery& query) const override;
  std::optional<core::Alert> alert(core::AlertId id) const override;
  std::vector<core::Alert> alerts(const AlertQuery& query) const override;
  std::map<core::FeedId, std::size_t> held_alerts(core::SiteId site) const override;
  std::vector<core::Thread> threads(core::SiteId site, std::optional<core::ThreadId> before,
                                    std::size_t limit) const override;
  std::vector<core::Entry> entries(core::ThreadId thread, bool withdrawn_too) const override;
  std::optional<core::Thread> thread(core::ThreadId id) const override;
  std::optional<core::Entry> entry(core::EntryId id) const override;

  // memory_conversations.cc: asks conversations_.
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
  std::vector<core::Comment> comments(const conversation::CommentQuery& query) const override;
  std::vector<core::Comment> answers(core::StoryId story, const core::SubscriptionId& device,
                                     std::uint64_t announced_after) const override;
  std::vector<core::Comment> queue(const conversation::QueueQuery& query) const override;
  std::size_t queue_size(std::optional<core::SiteId> site,
                         conversation::QueueKind kind) const override;
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

 private:
  struct Writer;
  std::vector<core::Story> latest_two(
      const std::function<bool(const core::Story&)>& is_wanted) const;
  core::FeedId feed_of(const core::Alert& alert) const;

  std::map<core::SiteId, core::Site> sites_;
  std::map<core::SourceId, core::Source> sources_;
  std::map<core::FeedId, core::Feed> feeds_;
  std::map<core::StoryId, core::Story> stories_;
  std::map<core::AlertId, core::Alert> alerts_;
  std::map<std::pair<core::FeedId, core::ItemKey>, core::StoryId> items_;
  std::map<core::ThreadId, core::Thread> threads_;
  std::map<core::EntryId, core::Entry> entries_;
  conversation::MemoryConversations conversations_;
  std::map<core::CommandId, Effects> answers_;
};

}  // namespace tocsin::newsroom
