// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <tuple>

#include "tocsin/conversation/apply.h"
#include "tocsin/conversation/draft.h"
#include "tocsin/conversation/limits.h"
#include "tocsin/text/text.h"

namespace tocsin::conversation {
namespace {

using core::Comment;
using core::CommentState;
using core::ConversationMode;

// The comments before the command and those of the command so far.
class Tree {
 public:
  explicit Tree(const View& view) : view_(view) {}
  std::optional<Comment> comment(core::CommentId id) const {
    const auto found = added_.find(id);
    return found == added_.end() ? view_.comment(id) : std::optional(found->second);
  }
  void add(const Comment& comment) { added_[comment.id] = comment; }
  const std::map<core::CommentId, Comment>& added() const { return added_; }

 private:
  const View& view_;
  std::map<core::CommentId, Comment> added_;
};

Result<Comment> imported(const Context& context, const Tree& tree, const Comment& given,
                         const core::Story& story) {
  Comment out = given;
  out.site = story.site;
  out.story = story.id;
  out.created = std::clamp(given.created, Time{}, context.at);
  out.reports = 0;
  out.is_appealed = false;
  // Followers have heard nothing of what was said elsewhere, and are to hear nothing of it: it
  // counts as announced before all else.
  out.was_shown = given.state == CommentState::kPublished;
  out.announced = out.was_shown ? 1 : 0;
  out.name = text::clean_name(given.name);
  out.text = given.state == CommentState::kDeleted ? "" : text::clean_text(given.text);
  if (out.name.size() > kNameBytesMax) return bad_field("comments.name", "is too long");
  if (out.text.size() > kCommentBytesMax) return bad_field("comments.text", "is too long");
  if (out.text.empty() && given.state != CommentState::kDeleted) {
    return bad_field("comments.text", "is missing");
  }
  if (given.reader) {
    TOCSIN_TRY(const auto reader, reader_of(context, given.reader, "comments.reader"));
    if (reader.site != story.site) return not_found("comments.reader", "is another site's");
  }
  if (!given.parent) return out;
  const auto parent = tree.comment(given.parent);
  if (!parent || parent->story != story.id) {
    return bad_field("comments.parent", "does not come before its answer");
  }
  return out;
}

// The mode there counts where nothing was decided here.
Status take_mode(const Context& context, core::Conversation& conversation,
                 const core::Conversation& given) {
  if (conversation.mode != ConversationMode::kByRule || given.mode == ConversationMode::kByRule) {
    return ok();
  }
  TOCSIN_TRY(conversation.reason, cleaned("conversation.reason", given.reason));
  conversation.mode = given.mode;
  conversation.by = context.actor;
  conversation.since = given.since;
  return ok();
}

}  // namespace

Result<std::vector<Change>> apply(const Context& context, const ImportComments& body) {
  TOCSIN_TRY(const auto place, place_of(context, body.conversation.story, "conversation.story"));
  if (body.comments.size() > kImportedMax) {
    return bad_field("comments", "has more than " + std::to_string(kImportedMax) + " entries");
  }
  Draft draft(context);
  auto& conversation = draft.conversation(place.story.id, place.site.id);
  TOCSIN_TRY(std::ignore, take_mode(context, conversation, body.conversation));
  Tree tree(context.view);
  for (const auto& given : body.comments) {
    if (!given.id) return bad_field("comments.id", "is missing");
    if (tree.comment(given.id)) continue;
    TOCSIN_TRY(const auto comment, imported(context, tree, given, place.story));
    tree.add(comment);
    draft.put_silently(std::nullopt, comment);
  }
  if (!place.conversation) {
    conversation.was_open =
        opening_of(place.site.comments, conversation, place.story, context.at).is_open();
  }
  if (tree.added().empty() && place.conversation == conversation) return std::vector<Change>{};
  return draft.take();
}

}  // namespace tocsin::conversation
