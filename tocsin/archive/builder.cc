// SPDX-License-Identifier: Apache-2.0
#include "tocsin/archive/builder.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "tocsin/base/bytes.h"
#include "tocsin/markup/text.h"
#include "tocsin/url/url.h"

namespace tocsin::archive {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

bool is_address_part(char c) {
  return markup::is_digit(c) || (markup::lower(c) >= 'a' && markup::lower(c) <= 'f') || c == ':' ||
         c == '.';
}

// An IP address or its start; empty for anything else, such as a hash of one.
std::string usable_address(std::string_view text) {
  constexpr std::size_t kAddressBytesMax = 45;  // an IPv4-mapped IPv6 address in full
  text = markup::trim(text);
  const bool is_one = text.size() <= kAddressBytesMax &&
                      text.find_first_of(":.") != std::string_view::npos &&
                      std::all_of(text.begin(), text.end(), is_address_part);
  return is_one ? std::string(text) : std::string();
}

// The path of a page, without query.
std::string path_of(const std::string& page_url, std::string_view path) {
  std::string target(path);
  if (!page_url.empty()) {
    if (const auto url = Url::parse(page_url)) target = url->target;
  }
  return target.substr(0, target.find_first_of("?#"));
}

// A key as it may stand: on one line. The end of one that is too long is replaced by a number made
// of it (FNV-1a), so that two with the same start stay two.
std::string usable_key(std::string_view text) {
  auto key = markup::fold_space(markup::clean_text(text));
  if (key.size() <= kKeyBytesMax) return key;
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  const auto end = '~' + hex(big_endian(hash));
  return std::string(markup::cut(key, kKeyBytesMax - end.size())) + end;
}

// Years that RFC 3339 can write.
bool is_usable(Time time) {
  using std::chrono::year;
  constexpr std::chrono::sys_days kFirst = year(1) / 1 / 1;
  constexpr std::chrono::sys_days kEnd = year(10'000) / 1 / 1;
  return time >= kFirst && time < kEnd;
}

// For each comment its parent's index, kNone where it has none.
std::vector<std::size_t> parents_of(const std::vector<ArchivedComment>& comments) {
  std::unordered_map<std::string_view, std::size_t> indices;
  for (std::size_t i = 0; i < comments.size(); ++i) indices.emplace(comments[i].key, i);
  std::vector<std::size_t> parents;
  parents.reserve(comments.size());
  for (const auto& comment : comments) {
    const auto found = indices.find(comment.parent_key);
    parents.push_back(found == indices.end() ? kNone : found->second);
  }
  return parents;
}

}  // namespace

std::optional<Time> parse_sql_date(std::string_view text) {
  text = markup::trim(text);
  if (text.size() < 19 || text[10] != ' ' || text.starts_with("0000")) return std::nullopt;
  return parse_rfc3339(std::string(text.substr(0, 10)) + 'T' + std::string(text.substr(11, 8)) +
                       'Z');
}

std::string usable_url(std::string_view text) {
  text = markup::trim(text);
  if (text.empty() || text.size() > kUrlBytesMax) return {};
  const auto url = Url::parse(text);
  if (!url || !url->is_http()) return {};
  auto out = url->text();
  return out.size() <= kUrlBytesMax ? out : std::string();
}

std::string comment_text(std::string_view html, LineEnds line_ends) {
  return html_to_markdown(html, line_ends, 2 * kTextBytesMax);
}

Builder::Builder(Format format) { archive_.format = name(format); }

void Builder::warn(const char* what, std::string_view where, std::size_t times) {
  if (times == 0) return;
  for (auto& warning : warnings_) {
    if (std::string_view(warning.what) == what) {
      warning.times += times;
      return;
    }
  }
  if (warnings_.size() == kWarningsMax) return;
  warnings_.push_back({what, std::string(markup::cut(where, kKeyBytesMax)), times});
}

std::string Builder::shorten(std::string_view text, std::size_t bytes_max, std::string_view where) {
  if (text.size() <= bytes_max) return std::string(text);
  warn("a field was too long and was cut", where);
  return std::string(markup::trim(markup::cut(text, bytes_max)));
}

void Builder::refine(ArchivedConversation& conversation) {
  conversation.page_url = usable_url(conversation.page_url);
  conversation.page_path =
      path_of(conversation.page_url, markup::clean_text(conversation.page_path));
  const auto& path = conversation.page_path;
  if (!path.starts_with('/') || path.size() > kUrlBytesMax) conversation.page_path.clear();
  conversation.slug = shorten(markup::fold_space(markup::clean_text(conversation.slug)),
                              kKeyBytesMax, conversation.key);
  conversation.title = shorten(markup::fold_space(markup::clean_text(conversation.title)),
                               kTitleBytesMax, conversation.key);
  const bool is_dated = conversation.closed && is_usable(*conversation.closed);
  if (conversation.is_open || !is_dated) conversation.closed.reset();
}

void Builder::refine(ArchivedComment& comment) {
  auto& author = comment.author;
  author.name =
      shorten(markup::fold_space(markup::clean_text(author.name)), kNameBytesMax, comment.key);
  author.email = markup::fold_space(markup::clean_text(author.email));
  if (author.email.size() > kEmailBytesMax || author.email.find('@') == std::string::npos) {
    author.email.clear();
  }
  author.url = usable_url(author.url);
  comment.text =
      shorten(markup::trim(markup::clean_text(comment.text)), kTextBytesMax, comment.key);
  comment.address = usable_address(comment.address);
  if (!is_usable(comment.created)) comment.created = Time{};
  if (comment.created == Time{}) warn("a comment has no date", comment.key);
}

Result<std::size_t> Builder::add(ArchivedConversation conversation) {
  conversation.key = usable_key(conversation.key);
  if (conversation.key.empty()) {
    warn("a conversation without a key got one", conversation.page_url);
    conversation.key = "-";
  }
  const auto [found, is_new] = indices_.emplace(conversation.key, archive_.conversations.size());
  if (!is_new) return found->second;
  if (archive_.conversations.size() == kConversationsMax) {
    return Error{Errc::kExhausted, "more than " + std::to_string(kConversationsMax) +
                                       " conversations, at " + conversation.key};
  }
  refine(conversation);
  archive_.conversations.push_back(std::move(conversation));
  return found->second;
}

std::optional<std::size_t> Builder::find(const std::string& conversation_key) const {
  const auto found = indices_.find(usable_key(conversation_key));
  if (found == indices_.end()) return std::nullopt;
  return found->second;
}

Status Builder::add(std::size_t conversation, ArchivedComment comment) {
  comment.key = usable_key(comment.key);
  comment.parent_key = usable_key(comment.parent_key);
  if (comment.key.empty()) {
    warn("a comment without a key was left out", archive_.conversations[conversation].key);
    return ok();
  }
  if (comments_ == kCommentsMax) {
    return Error{Errc::kExhausted,
                 "more than " + std::to_string(kCommentsMax) + " comments, at " + comment.key};
  }
  refine(comment);
  archive_.conversations[conversation].comments.push_back(std::move(comment));
  ++comments_;
  return ok();
}

void Builder::arrange(ArchivedConversation& conversation) {
  auto& comments = conversation.comments;
  const auto parents = parents_of(comments);
  enum class Mark : std::uint8_t { kNew, kWaiting, kDone };
  std::vector<Mark> marks(comments.size(), Mark::kNew);
  std::unordered_map<std::string, bool> keys;
  std::vector<ArchivedComment> arranged;
  arranged.reserve(comments.size());
  std::vector<std::size_t> waiting;
  for (std::size_t i = 0; i < comments.size(); ++i) {
    for (auto at = i; at != kNone && marks[at] == Mark::kNew; at = parents[at]) {
      marks[at] = Mark::kWaiting;
      waiting.push_back(at);
    }
    for (; !waiting.empty(); waiting.pop_back()) {
      const auto at = waiting.back();
      auto& comment = comments[at];
      const auto parent = parents[at];
      if (!comment.parent_key.empty() && (parent == kNone || marks[parent] != Mark::kDone)) {
        warn(parent == kNone ? "a reply to a comment that is not in the file answers the page"
                             : "a reply to itself answers the page",
             comment.key);
        comment.parent_key.clear();
      }
      marks[at] = Mark::kDone;
      if (!keys.emplace(comment.key, true).second) {
        warn("a second comment with the same key was left out", comment.key);
        continue;
      }
      arranged.push_back(std::move(comment));
    }
  }
  comments = std::move(arranged);
}

Archive Builder::finish() && {
  for (auto& conversation : archive_.conversations) arrange(conversation);
  archive_.warnings = std::move(once_);
  for (const auto& warning : warnings_) {
    auto line = std::string(warning.what);
    if (warning.times > 1) {
      line += ": " + std::to_string(warning.times) + " times, first at " + warning.where;
    } else if (!warning.where.empty()) {
      line += ": " + warning.where;
    }
    archive_.warnings.push_back(std::move(line));
  }
  if (archive_.warnings.size() > kWarningsMax) archive_.warnings.resize(kWarningsMax);
  return std::move(archive_);
}

}  // namespace tocsin::archive
