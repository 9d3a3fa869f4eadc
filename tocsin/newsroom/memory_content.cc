// SPDX-License-Identifier: Apache-2.0
#include "tocsin/newsroom/memory_content.h"

#include <algorithm>

namespace tocsin::newsroom {
namespace {

template <class Map>
std::optional<typename Map::mapped_type> find(const Map& map, const typename Map::key_type& key) {
  const auto found = map.find(key);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

bool is_public(core::StoryState state) {
  return state == core::StoryState::kPublished || state == core::StoryState::kCorrected;
}

bool is_wanted(const core::Story& story, const StoryQuery& query) {
  if (story.site != query.site) return false;
  if (query.thread && story.thread != query.thread) return false;
  if (query.before && story.id >= *query.before) return false;
  if (query.public_only && !is_public(story.state)) return false;
  if (!query.topic.empty() &&
      std::find(story.topics.begin(), story.topics.end(), query.topic) == story.topics.end()) {
    return false;
  }
  return !query.source ||
         std::any_of(story.credits.begin(), story.credits.end(),
                     [&](const core::Credit& credit) { return credit.source == query.source; });
}

}  // namespace

Result<Effects> MemoryContent::execute(const Command& command) {
  if (auto answer = find(answers_, command.id)) return *std::move(answer);
  TOCSIN_TRY(Effects effects, apply(*this, command));
  for (const auto& change : effects.changes) write(change);
  Effects answer = effects;
  // What open pages were told once is not told again.
  std::erase_if(answer.changes, [](const Change& change) {
    return std::holds_alternative<core::LiveEvent>(change);
  });
  answers_.emplace(command.id, std::move(answer));
  return effects;
}

struct MemoryContent::Writer {
  MemoryContent& content;
  void operator()(const core::Site& site) const {
    content.sites_[site.id] = site;
    content.conversations_.write(site);
  }
  void operator()(const core::Source& source) const { content.sources_[source.id] = source; }
  void operator()(const core::Feed& feed) const { content.feeds_[feed.id] = feed; }
  void operator()(const core::Story& story) const {
    content.stories_[story.id] = story;
    content.conversations_.write(story);
  }
  void operator()(const core::Thread& thread) const { content.threads_[thread.id] = thread; }
  void operator()(const core::Entry& entry) const { content.entries_[entry.id] = entry; }
  void operator()(const core::User& user) const { content.conversations_.write(user); }
  template <class ConversationRecord>
  void operator()(const ConversationRecord& record) const {
    content.conversations_.write(conversation::Change(record));
  }
  void operator()(const core::Alert& alert) const { content.alerts_[alert.id] = alert; }
  void operator()(const SeenItem& item) const {
    content.items_[{item.feed, item.key}] = item.story;
  }
  void operator()(const FeedRemoved& removed) const {
    content.feeds_.erase(removed.feed);
    std::erase_if(content.items_,
                  [&](const auto& item) { return item.first.first == removed.feed; });
  }
};

void MemoryContent::write(const Change& change) { std::visit(Writer{*this}, change); }

std::optional<core::Site> MemoryContent::site(core::SiteId id) const { return find(sites_, id); }

std::optional<core::Source> MemoryContent::source(core::SourceId id) const {
  return find(sources_, id);
}

std::optional<core::Feed> MemoryContent::feed(core::FeedId id) const { return find(feeds_, id); }

std::optional<core::Story> MemoryContent::story(core::StoryId id) const {
  return find(stories_, id);
}

std::optional<core::StoryId> MemoryContent::item(core::FeedId feed,
                                                 const core::ItemKey& key) const {
  return find(items_, {feed, key});
}

std::uint32_t MemoryContent::alerts_of(core::StoryId story) const {
  return static_cast<std::uint32_t>(
      std::count_if(alerts_.begin(), alerts_.end(), [&](const auto& entry) {
        return entry.second.story == story && entry.second.state == core::AlertState::kReleased;
      }));
}

std::vector<core::Story> MemoryContent::latest_two(
    const std::function<bool(const core::Story&)>& is_wanted) const {
  std::vector<core::Story> out;
  // NOLINTNEXTLINE(modernize-loop-convert): clang 14 cannot compile libstdc++'s views::reverse.
  for (auto entry = stories_.rbegin(); entry != stories_.rend() && out.size() < 2; ++entry) {
    if (is_wanted(entry->second)) out.push_back(entry->second);
  }
  return out;
}

std::vector<core::Story> MemoryContent::stories_at(core::FeedId feed,
                                                   const std::string& url) const {
  return latest_two(
      [&](const core::Story& story) { return story.feed == feed && story.url == url; });
}

std::vector<core::Story> MemoryContent::stories_headed(core::FeedId feed,
                                                       const std::string& headline) const {
  return latest_two(
      [&](const core::Story& story) { return story.feed == feed && story.headline == headline; });
}

FeedTimes MemoryContent::feed_times(core::FeedId feed, Time since, std::size_t limit) const {
  FeedTimes out;
  for (const auto& [id, story] : stories_) {
    if (story.feed != feed) continue;
    const bool is_first = out.first_recorded == Time{} || story.recorded < out.first_recorded;
    if (is_first) out.first_recorded = story.recorded;
    if (story.recorded > since) out.stories.push_back({story.recorded, story.published});
  }
  std::sort(out.stories.begin(), out.stories.end(), [](const auto& a, const auto& b) {
    return std::pair(a.recorded, a.published) > std::pair(b.recorded, b.published);
  });
  if (out.stories.size() > limit) out.stories.resize(limit);
  return out;
}

std::vector<core::Site> MemoryContent::sites() const {
  std::vector<core::Site> out;
  for (const auto& [id, site] : sites_) out.push_back(site);
  return out;
}

std::vector<core::Source> MemoryContent::sources(core::SiteId site) const {
  std::vector<core::Source> out;
  for (const auto& [id, source] : sources_) {
    if (source.site == site) out.push_back(source);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const core::Source& a, const core::Source& b) { return a.name < b.name; });
  return out;
}

std::vector<core::Feed> MemoryContent::feeds(core::SiteId site) const {
  auto out = all_feeds();
  std::erase_if(out, [&](const core::Feed& feed) { return feed.site != site; });
  return out;
}

std::vector<core::Feed> MemoryContent::all_feeds() const {
  std::vector<core::Feed> out;
  for (const auto& [id, feed] : feeds_) out.push_back(feed);
  return out;
}

std::vector<core::Story> MemoryContent::stories(const StoryQuery& query) const {
  std::vector<core::Story> out;
  // NOLINTNEXTLINE(modernize-loop-convert): clang 14 cannot compile libstdc++'s views::reverse.
  for (auto entry = stories_.rbegin(); entry != stories_.rend(); ++entry) {
    if (out.size() == query.limit) break;
    if (is_wanted(entry->second, query)) out.push_back(entry->second);
  }
  return out;
}

std::optional<core::Alert> MemoryContent::alert(core::AlertId id) const {
  return find(alerts_, id);
}

std::vector<core::Alert> MemoryContent::alerts(const AlertQuery& query) const {
  std::vector<core::Alert> out;
  // NOLINTNEXTLINE(modernize-loop-convert): clang 14 cannot compile libstdc++'s views::reverse.
  for (auto entry = alerts_.rbegin(); entry != alerts_.rend(); ++entry) {
    const auto& alert = entry->second;
    if (out.size() == query.limit) break;
    if (query.before && alert.id >= *query.before) continue;
    if (alert.site != query.site || alert.state != query.state || alert.created < query.since) {
      continue;
    }
    if (!query.feed || feed_of(alert) == query.feed) out.push_back(alert);
  }
  return out;
}

std::map<core::FeedId, std::size_t> MemoryContent::held_alerts(core::SiteId site) const {
  std::map<core::FeedId, std::size_t> out;
  for (const auto& [id, alert] : alerts_) {
    if (alert.site == site && alert.state == core::AlertState::kHeld) ++out[feed_of(alert)];
  }
  return out;
}

core::FeedId MemoryContent::feed_of(const core::Alert& alert) const {
  const auto about = story(alert.story);
  return about ? about->feed : core::FeedId{};
}

std::vector<core::Thread> MemoryContent::threads(core::SiteId site,
                                                 std::optional<core::ThreadId> before,
                                                 std::size_t limit) const {
  std::vector<core::Thread> out;
  // NOLINTNEXTLINE(modernize-loop-convert): clang 14 cannot compile libstdc++'s views::reverse.
  for (auto entry = threads_.rbegin(); entry != threads_.rend(); ++entry) {
    const auto& thread = entry->second;
    if (out.size() == limit) break;
    if (thread.site == site && (!before || thread.id < *before)) out.push_back(thread);
  }
  return out;
}

std::vector<core::Entry> MemoryContent::entries(core::ThreadId thread, bool withdrawn_too) const {
  std::vector<core::Entry> out;
  // NOLINTNEXTLINE(modernize-loop-convert): clang 14 cannot compile libstdc++'s views::reverse.
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    const auto& found = entry->second;
    if (found.thread == thread && (withdrawn_too || !found.is_withdrawn)) out.push_back(found);
  }
  return out;
}

std::optional<core::Thread> MemoryContent::thread(core::ThreadId id) const {
  return find(threads_, id);
}

std::optional<core::Entry> MemoryContent::entry(core::EntryId id) const {
  return find(entries_, id);
}

}  // namespace tocsin::newsroom
