// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/archive_export.h"

#include "tocsin/url/url.h"

namespace tocsin::server {
namespace {

constexpr std::size_t kStoriesPage = 500;

archive::State state_of(core::CommentState state) {
  switch (state) {
    case core::CommentState::kPublished:
      return archive::State::kApproved;
    case core::CommentState::kHeld:
      return archive::State::kPending;
    case core::CommentState::kRejected:
      return archive::State::kRejected;
    case core::CommentState::kDeleted:
      return archive::State::kDeleted;
  }
  return archive::State::kPending;
}

archive::ArchivedComment archived(const core::Comment& comment) {
  archive::ArchivedComment out;
  out.key = comment.id.text();
  if (comment.parent) out.parent_key = comment.parent.text();
  out.author.name = comment.name;
  out.author.is_registered = static_cast<bool>(comment.reader) || static_cast<bool>(comment.user);
  out.author.is_staff = comment.badge != core::Badge::kNone;
  out.created = comment.created;
  out.text = comment.text;
  out.state = state_of(comment.state);
  out.votes = comment.votes;
  out.is_featured = comment.is_featured;
  return out;
}

// Where readers find the report: its own page, or ours.
std::string page_of(const core::Site& site, const core::Story& story) {
  return story.url.empty() ? site.base_url + "/s/" + core::slug(story) : story.url;
}

// By hand: rules stay with the site. A hidden one is closed for others, who know no hiding.
void set_opening(const core::Conversation& conversation, Time now,
                 archive::ArchivedConversation& out) {
  using Mode = core::ConversationMode;
  if (conversation.mode == Mode::kClosed || conversation.mode == Mode::kHidden) {
    out.is_open = false;
    out.closed = conversation.since;
  } else if (conversation.closes_at && *conversation.closes_at <= now) {
    out.is_open = false;
    out.closed = conversation.closes_at;
  }
}

}  // namespace

std::optional<archive::ArchivedConversation> archived(
    const core::Site& site, const core::Story& story,
    const std::optional<core::Conversation>& conversation,
    const std::vector<core::Comment>& comments, Time now) {
  archive::ArchivedConversation out;
  out.key = story.id.text();
  out.page_url = page_of(site, story);
  if (const auto url = Url::parse(out.page_url)) {
    out.page_path = url->target.substr(0, url->target.find('?'));
  }
  out.slug = core::slug(story);
  out.title = story.headline;
  out.is_public =
      story.state == core::StoryState::kPublished || story.state == core::StoryState::kCorrected;
  if (conversation) set_opening(*conversation, now, out);
  if (comments.empty() && out.is_open) return std::nullopt;
  out.comments.reserve(comments.size());
  for (const auto& comment : comments) out.comments.push_back(archived(comment));
  return out;
}

void for_each_archived(const newsroom::Content& content, const core::Site& site, Time now,
                       const std::function<void(const archive::ArchivedConversation&)>& visit) {
  newsroom::StoryQuery query{.site = site.id, .limit = kStoriesPage, .public_only = false};
  for (;;) {
    const auto page = content.stories(query);
    for (const auto& story : page) {
      const auto comments = content.comments({.story = story.id, .public_only = false});
      if (auto out = archived(site, story, content.conversation(story.id), comments, now)) {
        visit(*out);
      }
    }
    if (page.size() < kStoriesPage) return;
    query.before = page.back().id;
  }
}

}  // namespace tocsin::server
