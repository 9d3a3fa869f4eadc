// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tocsin/archive/archive.h"
#include "tocsin/newsroom/command.h"
#include "tocsin/newsroom/content.h"

// What becomes of another system's comments here. Pure: nothing is written.
namespace tocsin::server {

// Finds the stories of one site by what other systems know of their pages.
class StoryFinder {
 public:
  void add(const core::Story& story);

  // By the page's address without regard to scheme, "www." and a last slash; else by its path on
  // whatever host, unless it has a query; else by its slug, which may be one of ours, the last part
  // of an address, or the words of a headline. What fits several stories fits none.
  std::optional<core::StoryId> find(const archive::ArchivedConversation& conversation) const;

 private:
  using Index = std::unordered_map<std::string, core::StoryId>;  // no id: it fits several

  static void put(Index& index, std::string key, core::StoryId story);
  static std::optional<core::StoryId> look(const Index& index, const std::string& key);

  Index urls_;
  Index paths_;
  Index slugs_;
  std::unordered_set<core::StoryId> stories_;
};

struct ImportRules {
  bool creates_stories = false;  // for pages that are no story here
  std::string pages_at;          // "https://www.news.example": where pages known by path alone are
  Time now;
  // Names the network of an address; none: networks are not kept.
  std::function<std::uint64_t(std::string_view)> network_hash;
};

struct ImportCounts {
  static constexpr std::size_t kPagesNamedMax = 5;

  // Conversations.
  std::uint64_t matched = 0;    // a story was there
  std::uint64_t created = 0;    // a story is made
  std::uint64_t left_out = 0;   // no story fits
  std::uint64_t empty = 0;      // no story fits, and no comment is for readers or moderators
  std::uint64_t closed = 0;     // of those taken: by hand
  std::uint64_t published = 0;  // comments that are added, by state
  std::uint64_t held = 0;
  std::uint64_t rejected = 0;
  std::uint64_t deleted = 0;
  std::uint64_t known = 0;              // imported before
  std::uint64_t without_story = 0;      // of conversations left out
  std::uint64_t without_text = 0;       // left out; replies answer what it answered
  std::uint64_t shortened = 0;          // longer than conversation::kCommentBytesMax
  std::vector<std::string> pages_left;  // the first of those left out

  std::uint64_t added() const { return published + held + rejected + deleted; }
};

// Makes commands of an archive's conversations. Ids come from site, format and the keys in the
// archive, so that the same archive makes the same comments and stories however often it is
// imported. They sort by age among all others. An archive of ours keeps its ids where they are
// free. Nobody is told of what is imported, and a story that is made is as old as its first
// comment.
class ArchiveMapping {
 public:
  // `content` outlives it.
  ArchiveMapping(const newsroom::View& content, core::Site site, StoryFinder stories,
                 ImportRules rules);

  // What imports the conversation, in this order; nothing if it is left out, or all there.
  std::vector<newsroom::Body> plan(std::string_view format,
                                   const archive::ArchivedConversation& conversation);
  const ImportCounts& counts() const { return counts_; }

 private:
  struct Target {
    core::StoryId id;
    Time published;
  };
  std::optional<Target> known_story(core::StoryId id) const;
  std::optional<Target> find_story(std::string_view format,
                                   const archive::ArchivedConversation& conversation) const;
  core::Story make_story(std::string_view format,
                         const archive::ArchivedConversation& conversation) const;
  std::optional<Target> story_of(std::string_view format,
                                 const archive::ArchivedConversation& conversation,
                                 std::vector<newsroom::Body>& out);

  const newsroom::View& content_;
  core::Site site_;
  StoryFinder stories_;
  std::unordered_map<core::StoryId, Time> made_;  // when they were published
  std::unordered_set<core::CommentId> used_;      // ids of comments that were planned, or are there
  ImportRules rules_;
  ImportCounts counts_;
};

}  // namespace tocsin::server
