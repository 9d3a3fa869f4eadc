// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/archive_mapping.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "tocsin/base/bytes.h"
#include "tocsin/conversation/limits.h"
#include "tocsin/guard/network.h"
#include "tocsin/markup/text.h"
#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/text.h"
#include "tocsin/server/conversation/archive_ids.h"
#include "tocsin/text/text.h"
#include "tocsin/url/url.h"

namespace tocsin::server {
namespace {

using archive::ArchivedComment;
using archive::ArchivedConversation;
using archive::State;
using core::CommentState;

constexpr std::string_view kClosedReason = "It was closed before it moved here.";

bool is_ours(std::string_view format) { return format == name(archive::Format::kTocsin); }

std::string_view without_slash(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::string_view without_query(std::string_view target) {
  return target.substr(0, target.find('?'));
}

// Empty for the front page and for addresses whose query says which page it is.
std::string path_key(std::string_view target) {
  if (target.find('?') != target.npos) return {};
  return std::string(without_slash(target));
}

std::string url_key(std::string_view text) {
  const auto url = Url::parse(text);
  if (!url) return {};
  std::string_view host = url->host;
  if (host.starts_with("www.")) host.remove_prefix(4);
  const auto path = without_query(url->target);
  std::string out(host);
  const bool is_usual = url->port == 80 || url->port == 443;
  if (!is_usual) out += ':' + std::to_string(url->port);
  out += without_slash(path);
  out += url->target.substr(path.size());
  return out;
}

std::string slug_key(std::string_view slug) { return markup::lower(without_slash(slug)); }

// "quake" of "/2026/11/quake.html".
std::string_view last_part(std::string_view path) {
  path = without_slash(path);
  path.remove_prefix(path.rfind('/') + 1);  // npos + 1 == 0
  return path.substr(0, path.find('.'));
}

// The words of our slug, without the id.
std::string headline_words(const core::Story& story) {
  const auto slug = core::slug(story);
  const auto end = slug.rfind('-');
  return end == slug.npos ? std::string() : slug.substr(0, end);
}

bool is_for_somebody(const ArchivedComment& comment) {
  return comment.state == State::kApproved || comment.state == State::kPending;
}

CommentState state_of(State state) {
  switch (state) {
    case State::kApproved:
      return CommentState::kPublished;
    case State::kPending:
      return CommentState::kHeld;
    case State::kRejected:
    case State::kSpam:
      return CommentState::kRejected;
    case State::kDeleted:
      return CommentState::kDeleted;
  }
  return CommentState::kHeld;
}

// For moderators.
std::string reason_of(State state, std::string_view format) {
  const std::string from = " where it was imported from (" + std::string(format) + ")";
  switch (state) {
    case State::kApproved:
    case State::kDeleted:
      return {};
    case State::kPending:
      return "It waited for a moderator" + from;
    case State::kRejected:
      return "It was rejected" + from;
    case State::kSpam:
      return "It was taken for spam" + from;
  }
  return {};
}

// Cleaned as apply() does it, and short enough for it: composing characters may lengthen a text.
template <class Clean>
std::string fitting(const std::string& text, std::size_t bytes_max, Clean clean) {
  std::string out = clean(text);
  while (out.size() > bytes_max) out = clean(markup::cut(out, bytes_max));
  return out;
}

Time first_time(const ArchivedConversation& conversation) {
  Time first{};
  for (const auto& comment : conversation.comments) {
    if (comment.created == Time{}) continue;
    if (first == Time{} || comment.created < first) first = comment.created;
  }
  return first;
}

// Makes the comments of one conversation.
class Comments {
 public:
  struct Place {
    core::SiteId site;
    core::StoryId story;
    Time published;
  };
  struct Made {
    std::unordered_set<core::CommentId>& ids;  // of this import; they may be on their way to disk
    ImportCounts& counts;
  };
  Comments(const newsroom::View& content, const Place& place, std::string_view format,
           std::string_view conversation_key, const ImportRules& rules, Made made)
      : content_(content),
        place_(place),
        site_(place.site.text()),
        format_(format),
        conversation_key_(conversation_key),
        rules_(rules),
        used_(made.ids),
        counts_(made.counts) {}

  // Comments come after those that they answer.
  void add(const ArchivedComment& given) {
    core::Comment comment = convert(given);
    const core::CommentId parent = parent_of(given);
    if (comment.text.empty() && comment.state != CommentState::kDeleted) {
      ++counts_.without_text;
      ids_[given.key] = parent;
      return;
    }
    comment.parent = parent;
    const bool is_known = identify(comment, given);
    used_.insert(comment.id);
    if (!is_known) {
      count(comment.state);
      added_.push_back(std::move(comment));
      return;
    }
    ++counts_.known;
  }
  std::vector<core::Comment> take() { return std::move(added_); }

 private:
  core::CommentId parent_of(const ArchivedComment& given) const {
    const auto found = ids_.find(given.parent_key);
    return found == ids_.end() ? core::CommentId{} : found->second;
  }

  core::Comment convert(const ArchivedComment& given) {
    core::Comment out;
    out.site = place_.site;
    out.story = place_.story;
    out.name = fitting(given.author.name, conversation::kNameBytesMax, text::clean_name);
    if (given.author.is_staff) out.badge = core::Badge::kStaff;
    out.state = state_of(given.state);
    if (out.state != CommentState::kDeleted) {
      out.text = fitting(given.text, conversation::kCommentBytesMax, text::clean_text);
      if (given.text.size() > conversation::kCommentBytesMax) ++counts_.shortened;
      out.is_featured = given.is_featured && out.state == CommentState::kPublished;
    }
    out.reason = reason_of(given.state, format_);
    if (!out.reason.empty()) out.phase = "import";
    constexpr std::int64_t kVotesMax = std::numeric_limits<std::uint32_t>::max();
    out.votes = static_cast<std::uint32_t>(std::clamp<std::int64_t>(given.votes, 0, kVotesMax));
    // Nobody knows when: not before what was said before.
    if (given.created != Time{}) last_known_ = given.created;
    out.created = std::min(last_known_ == Time{} ? place_.published : last_known_, rules_.now);
    out.network = network_of(given.address, out.created);
    return out;
  }

  std::uint64_t network_of(const std::string& address, Time created) const {
    const bool is_kept = rules_.network_hash && created > rules_.now - guard::kNetworksKept;
    // A hash, or a part of an address, would be a network of its own.
    const bool is_address = is_kept && guard::network_of(address).front() != '?';
    return is_address ? rules_.network_hash(address) : 0;
  }

  // Gives the comment its id; whether it is there.
  bool identify(core::Comment& comment, const ArchivedComment& given) {
    const bool is_dated = given.created != Time{};
    const auto own = is_ours(format_) ? core::CommentId::parse(given.key) : std::nullopt;
    const bool fits = own && own->value >> 63 == 0 && own->value > comment.parent.value;
    if (fits && !used_.contains(*own)) {
      const auto there = content_.comment(*own);
      if (!there || is_same(*there, comment, is_dated)) return take(comment, given, *own, there);
    }
    for (int attempt = 0;; ++attempt) {
      const auto chance = chance_of(
          {"comment", site_, format_, conversation_key_, given.key, std::to_string(attempt)});
      auto moment = id_moment(given.created, chance);
      if (comment.parent) moment = std::max(moment, moment_of_id(comment.parent.value) + 1);
      const core::CommentId id{id_at(moment, chance)};
      if (used_.contains(id)) continue;
      const auto there = content_.comment(id);
      if (!there || is_same(*there, comment, is_dated)) return take(comment, given, id, there);
    }
  }

  // Whether `there`, which has the id that `comment` would get, is what was imported before. Two
  // ids may collide: many comments have the same second.
  static bool is_same(const core::Comment& there, const core::Comment& comment, bool is_dated) {
    if (there.site != comment.site) return false;
    const bool has_time = !is_dated || there.created == comment.created;
    const bool has_place = there.story == comment.story;
    const bool has_words = there.name == comment.name && there.text == comment.text;
    return has_time && (has_place || has_words);
  }

  bool take(core::Comment& comment, const ArchivedComment& given, core::CommentId id,
            const std::optional<core::Comment>& there) {
    comment.id = id;
    // One that was imported under another story cannot be answered in this one.
    const bool is_here = !there || there->story == place_.story;
    ids_[given.key] = is_here ? id : core::CommentId{};
    return there.has_value();
  }

  void count(CommentState state) {
    switch (state) {
      case CommentState::kPublished:
        ++counts_.published;
        break;
      case CommentState::kHeld:
        ++counts_.held;
        break;
      case CommentState::kRejected:
        ++counts_.rejected;
        break;
      case CommentState::kDeleted:
        ++counts_.deleted;
        break;
    }
  }

  const newsroom::View& content_;
  const Place place_;
  const std::string site_;
  const std::string_view format_;
  const std::string_view conversation_key_;
  const ImportRules& rules_;
  std::unordered_set<core::CommentId>& used_;
  ImportCounts& counts_;
  Time last_known_{};
  std::unordered_map<std::string, core::CommentId> ids_;  // by key; none: answers the story
  std::vector<core::Comment> added_;
};

}  // namespace

void StoryFinder::put(Index& index, std::string key, core::StoryId story) {
  if (key.empty()) return;
  const auto [at, is_new] = index.emplace(std::move(key), story);
  if (!is_new && at->second != story) at->second = {};
}

std::optional<core::StoryId> StoryFinder::look(const Index& index, const std::string& key) {
  const auto found = key.empty() ? index.end() : index.find(key);
  if (found == index.end() || !found->second) return std::nullopt;
  return found->second;
}

void StoryFinder::add(const core::Story& story) {
  stories_.insert(story.id);
  put(slugs_, headline_words(story), story.id);
  const auto url = Url::parse(story.url);
  if (!url) return;
  put(urls_, url_key(story.url), story.id);
  put(paths_, path_key(url->target), story.id);
  put(slugs_, slug_key(last_part(without_query(url->target))), story.id);
}

std::optional<core::StoryId> StoryFinder::find(const ArchivedConversation& conversation) const {
  if (const auto found = look(urls_, url_key(conversation.page_url))) return found;
  const auto url = Url::parse(conversation.page_url);
  const std::string_view path = url ? url->target : conversation.page_path;
  if (const auto found = look(paths_, path_key(path))) return found;
  const auto slug = conversation.slug.empty() ? last_part(without_query(path))
                                              : std::string_view(conversation.slug);
  const auto ours = core::story_of_slug(slug);
  if (ours && stories_.contains(*ours)) return ours;
  return look(slugs_, slug_key(slug));
}

ArchiveMapping::ArchiveMapping(const newsroom::View& content, core::Site site, StoryFinder stories,
                               ImportRules rules)
    : content_(content),
      site_(std::move(site)),
      stories_(std::move(stories)),
      rules_(std::move(rules)) {}

std::optional<ArchiveMapping::Target> ArchiveMapping::known_story(core::StoryId id) const {
  const auto made = made_.find(id);
  if (made != made_.end()) return Target{id, made->second};
  const auto story = content_.story(id);
  if (!story || story->site != site_.id) return std::nullopt;
  return Target{id, story->published};
}

std::optional<ArchiveMapping::Target> ArchiveMapping::find_story(
    std::string_view format, const ArchivedConversation& conversation) const {
  const auto own = is_ours(format) ? core::StoryId::parse(conversation.key) : std::nullopt;
  if (own) {
    if (auto target = known_story(*own)) return target;
  }
  const auto found = stories_.find(conversation);
  return found ? known_story(*found) : std::nullopt;
}

core::Story ArchiveMapping::make_story(std::string_view format,
                                       const ArchivedConversation& conversation) const {
  core::Story out;
  out.site = site_.id;
  for (const auto* text : {&conversation.title, &conversation.slug, &conversation.page_path,
                           &conversation.page_url, &conversation.key}) {
    // WordPress's titles are HTML.
    const bool is_html = text == &conversation.title && format == name(archive::Format::kWordPress);
    out.headline = newsroom::cut(text::clean_name(is_html ? newsroom::plain_text(*text) : *text),
                                 newsroom::kHeadlineCharactersMax);
    if (!out.headline.empty()) break;
  }
  out.url = conversation.page_url;
  if (!conversation.is_public) out.state = core::StoryState::kDraft;
  const Time first = first_time(conversation);
  const bool is_dated = first != Time{};
  out.published = is_dated ? first : conversation.closed.value_or(rules_.now);
  const auto own = is_ours(format) ? core::StoryId::parse(conversation.key) : std::nullopt;
  const bool is_free = own && own->value >> 63 == 0 && !content_.story(*own);
  const auto chance = chance_of({"story", site_.id.text(), format, conversation.key});
  out.id = is_free ? *own : core::StoryId{id_at(id_moment(first, chance), chance)};
  return out;
}

std::optional<ArchiveMapping::Target> ArchiveMapping::story_of(
    std::string_view format, const ArchivedConversation& conversation,
    std::vector<newsroom::Body>& out) {
  if (auto found = find_story(format, conversation)) {
    ++counts_.matched;
    return found;
  }
  const auto& comments = conversation.comments;
  const bool is_wanted = is_ours(format)
                             ? !comments.empty()
                             : std::any_of(comments.begin(), comments.end(), is_for_somebody);
  if (!is_wanted) {
    ++counts_.empty;
    return std::nullopt;
  }
  auto story = make_story(format, conversation);
  if (auto found = known_story(story.id)) {  // made before, for a page of which the path is known
    ++counts_.matched;
    return found;
  }
  if (!rules_.creates_stories) {
    ++counts_.left_out;
    if (counts_.pages_left.size() < ImportCounts::kPagesNamedMax) {
      const auto& page =
          conversation.page_url.empty() ? conversation.page_path : conversation.page_url;
      counts_.pages_left.push_back(page.empty() ? conversation.title : page);
    }
    return std::nullopt;
  }
  ++counts_.created;
  made_.emplace(story.id, story.published);
  stories_.add(story);
  const Target target{story.id, story.published};
  out.emplace_back(newsroom::PutStory{.story = std::move(story), .is_silent = true});
  return target;
}

std::vector<newsroom::Body> ArchiveMapping::plan(std::string_view format,
                                                 const ArchivedConversation& given) {
  std::vector<newsroom::Body> out;
  std::optional<ArchivedConversation> placed;
  if (given.page_url.empty() && !rules_.pages_at.empty()) {
    placed = given;
    placed->page_url = rules_.pages_at + given.page_path;
  }
  const auto& conversation = placed ? *placed : given;
  const auto story = story_of(format, conversation, out);
  if (!story) {
    counts_.without_story += conversation.comments.size();
    return out;
  }
  Comments comments(content_, {site_.id, story->id, story->published}, format, conversation.key,
                    rules_, {used_, counts_});
  for (const auto& comment : conversation.comments) comments.add(comment);
  auto added = comments.take();

  core::Conversation here{.story = story->id, .site = site_.id};
  bool is_news = false;
  if (!conversation.is_open) {
    ++counts_.closed;
    here.mode = core::ConversationMode::kClosed;
    here.reason = kClosedReason;
    here.since = conversation.closed;
    const auto known = content_.conversation(story->id);
    is_news = !known || known->mode == core::ConversationMode::kByRule;
  }
  for (std::size_t done = 0; done < added.size() || is_news; is_news = false) {
    const auto end = std::min(added.size(), done + conversation::kImportedMax);
    const auto from = added.begin();
    out.emplace_back(conversation::ImportComments{
        here,
        {std::make_move_iterator(from + static_cast<std::ptrdiff_t>(done)),
         std::make_move_iterator(from + static_cast<std::ptrdiff_t>(end))}});
    done = end;
  }
  return out;
}

}  // namespace tocsin::server
