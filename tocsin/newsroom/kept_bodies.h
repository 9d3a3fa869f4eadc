// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tocsin/conversation/opening.h"
#include "tocsin/newsroom/apply.h"

namespace tocsin::newsroom {

// A body about one story, and which: "page", "comments", "comments.json votes".
struct BodyKey {
  core::StoryId story;
  std::string kind;
  bool shows_others = false;  // other stories too, or the developing story

  bool operator<(const BodyKey& other) const {
    return std::tie(story, kind, shows_others) <
           std::tie(other.story, other.kind, other.shows_others);
  }
};

// What a body was made of, as far as it is read for every request.
struct BodyBasis {
  core::Story story;
  std::optional<core::Conversation> conversation;
  conversation::Opening opening;

  bool operator==(const BodyBasis&) const = default;
};

struct KeptBody {
  std::string bytes;
  std::string etag;            // may be empty
  std::uint64_t sequence = 0;  // of the last live event that it shows
};

// Pages and answers that are the same for all readers, kept until what they show changes: a
// conversation of thousands of comments takes tens of milliseconds to write. What is one reader's
// own must not be put here.
//
// drop_changed() is to be told of every commit before anybody is answered that it was made. Votes
// alone drop nothing: their count is as old as the last live event about the conversation, which
// follows within seconds. One thread.
class KeptBodies {
 public:
  static constexpr std::size_t kBytesMax = std::size_t{64} << 20;  // of all; last used stay
  static constexpr std::size_t kBodyBytesMax = kBytesMax / 4;      // a larger one is not kept
  // Who opens a page that is so many live events old would be sent to load it again.
  static constexpr std::uint64_t kEventsMax = 1'000;

  KeptBodies() = default;
  KeptBodies(const KeptBodies&) = delete;
  KeptBodies& operator=(const KeptBodies&) = delete;

  // Null if there is none that was made of `basis`. `sequence`: of the last live event of all.
  // Valid until the next call that is not const.
  const KeptBody* find(const BodyKey& key, const BodyBasis& basis, std::uint64_t sequence);
  void keep(const BodyKey& key, BodyBasis basis, KeptBody body);
  // Drops what does not show these changes.
  void drop_changed(const std::vector<Change>& changes);

  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    BodyKey key;
    BodyBasis basis;
    KeptBody body;
  };
  using Entries = std::list<Entry>;

  void drop(Entries::iterator entry);
  void drop_story(core::StoryId story);
  void drop_others();

  Entries entries_;  // last used first
  std::map<BodyKey, Entries::iterator> index_;
  std::size_t bytes_ = 0;
};

}  // namespace tocsin::newsroom
