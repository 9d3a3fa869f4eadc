// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tocsin/newsroom/content.h"
#include "tocsin/sqlite/database.h"

namespace tocsin::store {

using sqlite::Database;
using sqlite::Query;

// The newsroom's content as one connection sees it; the connection must outlive it. The Content
// interface has no place for a failing disk: what could not be read is absent, and take_status()
// says so.
class SqlContent final : public newsroom::Content {
 public:
  explicit SqlContent(Database& database) : database_(database) {}

  std::optional<core::Site> site(core::SiteId id) const override;
  std::optional<core::Source> source(core::SourceId id) const override;
  std::optional<core::Feed> feed(core::FeedId id) const override;
  std::optional<core::Story> story(core::StoryId id) const override;
  std::optional<core::StoryId> item(core::FeedId feed, const core::ItemKey& key) const override;
  std::uint32_t alerts_of(core::StoryId story) const override;
  std::vector<core::Story> stories_at(core::FeedId feed, const std::string& url) const override;
  std::vector<core::Story> stories_headed(core::FeedId feed,
                                          const std::string& headline) const override;
  newsroom::FeedTimes feed_times(core::FeedId feed, Time since, std::size_t limit) const override;

  std::vector<core::Site> sites() const override;
  std::vector<core::Source> sources(core::SiteId site) const override;
  std::vector<core::Feed> feeds(core::SiteId site) const override;
  std::vector<core::Feed> all_feeds() const override;
  std::vector<core::Story> stories(const newsroom::StoryQuery& query) const override;
  std::optional<core::Alert> alert(core::AlertId id) const override;
  std::vector<core::Alert> alerts(const newsroom::AlertQuery& query) const override;
  std::map<core::FeedId, std::size_t> held_alerts(core::SiteId site) const override;

  std::vector<core::Thread> threads(core::SiteId site, std::optional<core::ThreadId> before,
                                    std::size_t limit) const override;
  std::vector<core::Entry> entries(core::ThreadId thread, bool withdrawn_too) const override;

  // Conversations: sql_conversation.cc.
  std::optional<core::Conversation> conversation(core::StoryId story) const override;
  std::optional<core::Comment> comment(core::CommentId id) const override;
  std::optional<core::Reader> reader(core::ReaderId id) const override;
  std::vector<core::Comment> comments_by(core::ReaderId reader, std::size_t limit) const override;
  bool has_voted(core::CommentId comment, core::ReaderId reader) const override;
  bool has_reported(core::CommentId comment, core::ReaderId reader) const override;
  std::vector<core::Report> reports(core::CommentId comment) const override;
  std::optional<core::Follower> follower(core::StoryId story,
                                         const core::SubscriptionId& device) const override;
  std::vector<core::Follower> followed_by(const core::Reader& reader,
                                          std::size_t limit) const override;
  std::size_t follower_count(core::StoryId story) const override;
  std::vector<core::Comment> comments(const conversation::CommentQuery& query) const override;
  std::vector<core::Comment> answers(core::StoryId story, const core::SubscriptionId& device,
                                     std::uint64_t announced_after) const override;
  std::vector<core::Comment> queue(const conversation::QueueQuery& query) const override;
  std::size_t queue_size(std::optional<core::SiteId> site,
                         conversation::QueueKind kind) const override;
  std::vector<core::Ruling> rulings(core::CommentId comment) const override;
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
  std::map<std::string, std::uint64_t> ruling_counts(core::SiteId site, Time since) const override;

  // People, threads and what open pages are told: sql_newsroom.cc.
  std::optional<core::User> user(core::UserId id) const override;
  std::vector<core::User> users() const override;
  std::optional<core::User> user_of_email(const std::string& email) const override;
  std::optional<core::Thread> thread(core::ThreadId id) const override;
  std::optional<core::Entry> entry(core::EntryId id) const override;
  std::uint64_t last_sequence() const override;
  std::vector<core::LiveEvent> events_after(std::uint64_t sequence,
                                            std::size_t limit) const override;

  // The first failure since the last call; ok if everything was read.
  Status take_status() const;

 private:
  Query select(std::string_view columns, std::string_view rest) const;
  void note(const Status& status) const;
  template <class Read>
  auto read_all(Query query, Read read) const {
    std::vector<decltype(read(query))> out;
    while (query.next()) out.push_back(read(query));
    note(query.status());
    return out;
  }
  template <class Read>
  auto read_one(Query query, Read read) const {
    auto all = read_all(std::move(query), read);
    return all.empty() ? std::nullopt : std::optional(std::move(all.front()));
  }

  Database& database_;
  mutable std::optional<Error> failure_;
};

}  // namespace tocsin::store
