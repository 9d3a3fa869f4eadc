// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tocsin/newsroom/content.h"
#include "tocsin/store/sqlite.h"

namespace tocsin::store {

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

  std::vector<core::Site> sites() const override;
  std::vector<core::Source> sources(core::SiteId site) const override;
  std::vector<core::Feed> feeds(core::SiteId site) const override;
  std::vector<core::Feed> all_feeds() const override;
  std::vector<core::Story> stories(const newsroom::StoryQuery& query) const override;
  std::optional<core::Alert> alert(core::AlertId id) const override;
  std::vector<core::Alert> alerts(core::SiteId site, std::optional<core::AlertId> before,
                                  std::size_t limit) const override;

  // The first failure since the last call; ok if everything was read.
  Status take_status() const;

 private:
  Query select(std::string_view columns, std::string_view rest) const;
  template <class Read>
  auto read_all(Query query, Read read) const;
  template <class Read>
  auto read_one(Query query, Read read) const;

  Database& database_;
  mutable std::optional<Error> failure_;
};

}  // namespace tocsin::store
