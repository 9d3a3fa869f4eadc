// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/kept_bodies.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace tocsin::newsroom {
namespace {

// What the story's record and its conversation's add to a body is small beside its text.
std::size_t size_of(const KeptBody& body) { return body.bytes.size() + body.etag.size() + 1'024; }

bool has_vote(const std::vector<Change>& changes) {
  return std::any_of(changes.begin(), changes.end(), [](const Change& change) {
    return std::holds_alternative<core::Vote>(change);
  });
}

}  // namespace

const KeptBody* KeptBodies::find(const BodyKey& key, const BodyBasis& basis,
                                 std::uint64_t sequence) {
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  const auto entry = found->second;
  if (entry->basis != basis || sequence > entry->body.sequence + kEventsMax) {
    drop(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return &entry->body;
}

void KeptBodies::keep(const BodyKey& key, BodyBasis basis, KeptBody body) {
  if (const auto found = index_.find(key); found != index_.end()) drop(found->second);
  if (size_of(body) > kBodyBytesMax) return;
  bytes_ += size_of(body);
  entries_.push_front({key, std::move(basis), std::move(body)});
  index_.emplace(key, entries_.begin());
  while (bytes_ > kBytesMax) drop(std::prev(entries_.end()));
}

void KeptBodies::drop_changed(const std::vector<Change>& changes) {
  const bool is_vote = has_vote(changes);
  for (const auto& change : changes) {
    if (const auto* comment = std::get_if<core::Comment>(&change)) {
      if (!is_vote) drop_story(comment->story);
    } else if (const auto* conversation = std::get_if<core::Conversation>(&change)) {
      drop_story(conversation->story);
    } else if (const auto* event = std::get_if<core::LiveEvent>(&change)) {
      drop_story(event->story);
    } else if (const auto* story = std::get_if<core::Story>(&change)) {
      drop_story(story->id);
      drop_others();
    } else if (std::holds_alternative<core::Thread>(change) ||
               std::holds_alternative<core::Source>(change)) {
      drop_others();
    } else if (std::holds_alternative<core::Site>(change)) {
      while (!entries_.empty()) drop(entries_.begin());
    }
  }
}

void KeptBodies::drop(Entries::iterator entry) {
  bytes_ -= size_of(entry->body);
  index_.erase(entry->key);
  entries_.erase(entry);
}

void KeptBodies::drop_story(core::StoryId story) {
  auto next = index_.lower_bound(BodyKey{.story = story});
  while (next != index_.end() && next->first.story == story) drop((next++)->second);
}

void KeptBodies::drop_others() {
  for (auto next = entries_.begin(); next != entries_.end();) {
    const auto entry = next++;
    if (entry->key.shows_others) drop(entry);
  }
}

}  // namespace tocsin::newsroom
