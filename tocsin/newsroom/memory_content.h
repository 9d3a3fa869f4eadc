// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <utility>

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

  std::vector<core::Site> sites() const override;
  std::vector<core::Source> sources(core::SiteId site) const override;
  std::vector<core::Feed> feeds(core::SiteId site) const override;
  std::vector<core::Feed> all_feeds() const override;
  std::vector<core::Story> stories(const StoryQuery& query) const override;
  std::optional<core::Alert> alert(core::AlertId id) const override;
  std::vector<core::Alert> alerts(core::SiteId site, std::optional<core::AlertId> before,
                                  std::size_t limit) const override;

 private:
  std::map<core::SiteId, core::Site> sites_;
  std::map<core::SourceId, core::Source> sources_;
  std::map<core::FeedId, core::Feed> feeds_;
  std::map<core::StoryId, core::Story> stories_;
  std::map<core::AlertId, core::Alert> alerts_;
  std::map<std::pair<core::FeedId, core::ItemKey>, core::StoryId> items_;
  std::map<core::CommandId, Effects> answers_;
};

}  // namespace tocsin::newsroom
