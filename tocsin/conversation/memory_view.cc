// SPDX-License-Identifier: Apache-2.0
#include "tocsin/conversation/memory_view.h"

#include <algorithm>

namespace tocsin::conversation {
namespace {

using core::CommentState;

template <class Map, class Key>
std::optional<typename Map::mapped_type> find(const Map& map, const Key& key) {
  const auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

// The values that fulfil `is_wanted`, in the order of their keys; at most `limit`.
template <class Map, class Predicate>
std::vector<typename Map::mapped_type> select(const Map& map, std::size_t limit,
                                              Predicate is_wanted) {
  std::vector<typename Map::mapped_type> out;
  for (const auto& entry : map) {
    if (out.size() == limit) break;
    if (is_wanted(entry.second)) out.push_back(entry.second);
  }
  return out;
}

constexpr std::size_t kAll = static_cast<std::size_t>(-1);

bool is_in(QueueKind kind, const core::Comment& comment) {
  switch (kind) {
    case QueueKind::kHeld:
      return comment.state == CommentState::kHeld;
    case QueueKind::kReported:
      return comment.reports > 0;
    case QueueKind::kAppealed:
      return comment.is_appealed;
    case QueueKind::kRecent:
      return comment.state != CommentState::kDeleted;
    case QueueKind::kRejected:
      return comment.state == CommentState::kRejected;
  }
  return false;
}

bool is_newest_first(QueueKind kind) {
  return kind == QueueKind::kRecent || kind == QueueKind::kRejected;
}

}  // namespace

void MemoryConversations::write(const Change& change) {
  std::visit([this](const auto& record) { put(record); }, change);
}
void MemoryConversations::write_all(const std::vector<Change>& changes) {
  for (const auto& change : changes) write(change);
}
void MemoryConversations::write(const core::Site& site) { sites_[site.id] = site; }
void MemoryConversations::write(const core::Story& story) { stories_[story.id] = story; }
void MemoryConversations::write(const core::User& user) { users_[user.id] = user; }

void MemoryConversations::put(const core::Conversation& conversation) {
  conversations_[conversation.story] = conversation;
}
void MemoryConversations::put(const core::Comment& comment) { comments_[comment.id] = comment; }
void MemoryConversations::put(const core::Reader& reader) { readers_[reader.id] = reader; }
void MemoryConversations::put(const core::Follower& follower) {
  const std::pair key{follower.story, follower.device};
  if (follower.wants_nothing()) {
    followers_.erase(key);
  } else {
    followers_[key] = follower;
  }
}
void MemoryConversations::put(const core::Report& report) { reports_[report.id] = report; }
void MemoryConversations::put(const core::Ruling& ruling) { rulings_.push_back(ruling); }
void MemoryConversations::put(const core::Vote& vote) {
  const std::pair key{vote.comment, vote.reader};
  if (vote.is_given) {
    votes_.insert(key);
  } else {
    votes_.erase(key);
  }
}
void MemoryConversations::put(const core::LiveEvent& event) { events_[event.sequence] = event; }

std::optional<core::Site> MemoryConversations::site(core::SiteId id) const {
  return find(sites_, id);
}
std::optional<core::Story> MemoryConversations::story(core::StoryId id) const {
  return find(stories_, id);
}
std::optional<core::Conversation> MemoryConversations::conversation(core::StoryId story) const {
  return find(conversations_, story);
}
std::optional<core::Comment> MemoryConversations::comment(core::CommentId id) const {
  return find(comments_, id);
}
std::optional<core::Reader> MemoryConversations::reader(core::ReaderId id) const {
  return find(readers_, id);
}
std::optional<core::User> MemoryConversations::user(core::UserId id) const {
  return find(users_, id);
}

std::vector<core::User> MemoryConversations::users() const {
  auto out = select(users_, kAll, [](const core::User&) { return true; });
  std::sort(out.begin(), out.end(),
            [](const core::User& a, const core::User& b) { return a.name < b.name; });
  return out;
}

std::vector<core::Comment> MemoryConversations::comments_by(core::ReaderId reader,
                                                            std::size_t limit) const {
  std::vector<core::Comment> out;
  // NOLINTNEXTLINE(modernize-loop-convert): clang 14 cannot compile libstdc++'s views::reverse.
  for (auto at = comments_.rbegin(); at != comments_.rend() && out.size() < limit; ++at) {
    if (at->second.reader == reader) out.push_back(at->second);
  }
  return out;
}

bool MemoryConversations::has_voted(core::CommentId comment, core::ReaderId reader) const {
  return votes_.count({comment, reader}) != 0;
}

bool MemoryConversations::has_reported(core::CommentId comment, core::ReaderId reader) const {
  return std::any_of(reports_.begin(), reports_.end(), [&](const auto& entry) {
    return entry.second.comment == comment && entry.second.reader == reader;
  });
}

std::vector<core::Report> MemoryConversations::reports(core::CommentId comment) const {
  return select(reports_, kAll,
                [&](const core::Report& report) { return report.comment == comment; });
}

std::optional<core::Follower> MemoryConversations::follower(
    core::StoryId story, const core::SubscriptionId& device) const {
  return find(followers_, std::pair{story, device});
}

std::vector<core::Follower> MemoryConversations::followed_by(const core::Reader& reader,
                                                             std::size_t limit) const {
  return select(followers_, limit, [&](const core::Follower& follower) {
    return follower.reader ? follower.reader == reader.id : follower.device == reader.device;
  });
}

std::size_t MemoryConversations::follower_count(core::StoryId story) const {
  return followers(story, std::nullopt, kAll).size();
}

std::uint64_t MemoryConversations::last_sequence() const {
  return events_.empty() ? 0 : events_.rbegin()->first;
}

std::vector<core::Comment> MemoryConversations::comments(const CommentQuery& query) const {
  std::set<core::CommentId> answered;
  for (const auto& entry : comments_) {
    if (entry.second.state == CommentState::kPublished) answered.insert(entry.second.parent);
  }
  // A deleted comment is needed where one below it is shown, which may itself be a deleted one.
  std::for_each(comments_.rbegin(), comments_.rend(), [&](const auto& entry) {
    const auto& comment = entry.second;
    const bool is_needed =
        comment.state == CommentState::kDeleted && answered.count(comment.id) != 0;
    if (is_needed) answered.insert(comment.parent);
  });
  return select(
      comments_, query.limit == 0 ? kAll : query.limit, [&](const core::Comment& comment) {
        if (comment.story != query.story) return false;
        if (!query.public_only) return true;
        return comment.state == CommentState::kPublished ||
               (comment.state == CommentState::kDeleted && answered.count(comment.id) != 0);
      });
}

std::vector<core::Comment> MemoryConversations::answers(core::StoryId story,
                                                        const core::SubscriptionId& device,
                                                        std::uint64_t announced_after) const {
  return select(comments_, kAll, [&](const core::Comment& answer) {
    if (answer.story != story || answer.state != CommentState::kPublished) return false;
    const auto parent = comment(answer.parent);
    const auto asked = parent ? reader(parent->reader) : std::nullopt;
    return asked && asked->device == device && answer.announced > announced_after;
  });
}

std::vector<core::Comment> MemoryConversations::queue(const QueueQuery& query) const {
  const bool is_reversed = is_newest_first(query.kind);
  auto out = select(comments_, kAll, [&](const core::Comment& comment) {
    if (query.site && comment.site != *query.site) return false;
    const bool is_behind =
        !query.after || (is_reversed ? comment.id < *query.after : comment.id > *query.after);
    return is_behind && is_in(query.kind, comment);
  });
  if (is_reversed) std::reverse(out.begin(), out.end());
  out.resize(std::min(out.size(), query.limit));
  return out;
}

std::size_t MemoryConversations::queue_size(std::optional<core::SiteId> site,
                                            QueueKind kind) const {
  return queue({.site = site, .kind = kind, .limit = kAll}).size();
}

std::vector<core::Ruling> MemoryConversations::rulings(core::CommentId comment) const {
  std::vector<core::Ruling> out;
  std::copy_if(rulings_.begin(), rulings_.end(), std::back_inserter(out),
               [&](const core::Ruling& ruling) { return ruling.comment == comment; });
  return out;
}

std::optional<core::User> MemoryConversations::user_of_email(const std::string& email) const {
  const auto found = select(users_, 1, [&](const core::User& user) { return user.email == email; });
  if (found.empty()) return std::nullopt;
  return found.front();
}

std::optional<core::Reader> MemoryConversations::reader_of_device(
    core::SiteId site, const core::SubscriptionId& device) const {
  const auto found = select(readers_, 1, [&](const core::Reader& reader) {
    return reader.site == site && reader.device == device;
  });
  if (found.empty()) return std::nullopt;
  return found.front();
}

std::optional<core::Reader> MemoryConversations::reader_of_email(
    core::SiteId site, const std::string& email_hash) const {
  const auto found = select(readers_, 1, [&](const core::Reader& reader) {
    return reader.site == site && !email_hash.empty() && reader.email_hash == email_hash;
  });
  if (found.empty()) return std::nullopt;
  return found.front();
}

std::vector<core::Follower> MemoryConversations::followers(
    core::StoryId story, std::optional<core::SubscriptionId> after, std::size_t limit) const {
  return select(followers_, limit, [&](const core::Follower& follower) {
    return follower.story == story && (!after || *after < follower.device);
  });
}

std::vector<core::Follower> MemoryConversations::followers_with_reply(
    std::optional<FollowerPlace> after, std::size_t limit) const {
  return select(followers_, limit, [&](const core::Follower& follower) {
    return follower.reply && (!after || FollowerPlace(follower.story, follower.device) > *after);
  });
}

std::vector<core::StoryId> MemoryConversations::followed_stories() const {
  std::vector<core::StoryId> out;
  for (const auto& entry : followers_) {
    if (out.empty() || out.back() != entry.first.first) out.push_back(entry.first.first);
  }
  return out;
}

std::vector<core::LiveEvent> MemoryConversations::events_after(std::uint64_t sequence,
                                                               std::size_t limit) const {
  std::vector<core::LiveEvent> out;
  for (auto at = events_.upper_bound(sequence); at != events_.end() && out.size() < limit; ++at) {
    out.push_back(at->second);
  }
  return out;
}

std::map<std::string, std::uint64_t> MemoryConversations::ruling_counts(core::SiteId site,
                                                                        Time since) const {
  std::map<std::string, std::uint64_t> out;
  for (const auto& ruling : rulings_) {
    if (ruling.site != site || ruling.at < since || !ruling.ground) continue;
    ++out[std::string(core::text(*ruling.ground)) +
          (ruling.is_automatic ? "/automatic" : "/person")];
  }
  return out;
}

}  // namespace tocsin::conversation
