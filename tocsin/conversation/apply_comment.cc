// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "tocsin/conversation/answers.h"
#include "tocsin/conversation/apply.h"
#include "tocsin/conversation/draft.h"
#include "tocsin/conversation/limits.h"
#include "tocsin/conversation/phases.h"
#include "tocsin/text/text.h"

namespace tocsin::conversation {
namespace {

using core::Comment;
using core::CommentState;

// Name and badge come from who writes, not from the command.
Result<Comment> signed_comment(const Context& context, const Comment& given, core::SiteId site) {
  Comment out{.id = given.id,
              .site = site,
              .story = given.story,
              .reader = given.reader,
              .user = given.user,
              .text = text::clean_text(given.text),
              .network = given.network,
              .created = context.at};
  if (given.user) {
    if (given.reader) return bad_field("comment.user", "and a reader: only one can write it");
    const auto user = context.view.user(given.user);
    if (!user || user->is_disabled) return not_found("comment.user", "there is no such user");
    out.name = user->name;
    out.badge = core::Badge::kModerator;
    return out;
  }
  if (!given.reader) return bad_field("comment.reader", "is missing");
  TOCSIN_TRY(const auto reader, reader_of(context, given.reader, "comment.reader"));
  if (reader.site != site) return not_found("comment.reader", "there is no such reader");
  TOCSIN_TRY(std::ignore, check_ban(context, reader));
  out.name = reader.name;
  return out;
}

Result<core::CommentId> parent_of(const Context& context, const Comment& given) {
  if (!given.parent) return core::CommentId{};
  const auto parent = context.view.comment(given.parent);
  if (!parent || parent->story != given.story) {
    return not_found("comment.parent", "there is no such comment of this story");
  }
  if (parent->state != CommentState::kPublished) {
    return conflict("comment.parent", "is not published");
  }
  return given.parent;
}

Judgement judged(const Context& context, const Place& place, const Comment& comment,
                 const std::optional<External>& external) {
  std::optional<core::Reader> reader;
  std::vector<Comment> earlier;
  if (!comment.user) {
    reader = context.view.reader(comment.reader);
    earlier = context.view.comments_by(comment.reader, kRepeatComments);
    const auto own = std::find_if(earlier.begin(), earlier.end(),
                                  [&](const Comment& other) { return other.id == comment.id; });
    if (own != earlier.end()) earlier.erase(own);
  }
  return judge({.policy = place.site.comments,
                .opening = place.opening,
                .holds_all = place.conversation && place.conversation->holds_all,
                .comment = comment,
                .reader = reader ? &*reader : nullptr,
                .earlier = earlier,
                .external = external,
                .at = context.at});
}

// Gives the comment what the phases decided, and the log its line where they restrict it.
void rule(Draft& draft, const Context& context, Comment& comment, const Verdict& verdict) {
  comment.state = verdict.state;
  comment.phase = std::string(verdict.phase);
  comment.reason = verdict.reason;
  comment.statement = verdict.statement;
  if (verdict.state == CommentState::kPublished) return;
  draft.put(Change{core::Ruling{.comment = comment.id,
                                .site = comment.site,
                                .at = context.at,
                                .by = "rules",
                                .state = verdict.state,
                                .phase = comment.phase,
                                .ground = verdict.ground,
                                .reason = verdict.reason,
                                .statement = verdict.statement,
                                .is_automatic = true}});
}

// A conversation with as many followers as it may have gets no other one: the comment counts more.
void follow_replies(Draft& draft, const Context& context, const Comment& comment) {
  const auto reader = comment.reader ? context.view.reader(comment.reader) : std::nullopt;
  if (!reader || !reader->device) return;
  const auto known = context.view.follower(comment.story, *reader->device);
  if (!known && context.view.follower_count(comment.story) >= kFollowersMax) return;
  const core::Follower fresh{.story = comment.story, .device = *reader->device};
  auto wishes = known.value_or(fresh);
  wishes.replies = true;
  auto& follower = draft.add(with_wishes(context.view, known.value_or(fresh), wishes));
  follower.reader = reader->id;
}

}  // namespace

Result<std::vector<Change>> apply(const Context& context, const PostComment& body) {
  if (!body.comment.id) return bad_field("comment.id", "is missing");
  if (context.view.comment(body.comment.id)) return conflict("comment.id", "is known already");
  TOCSIN_TRY(const auto place, place_of(context, body.comment.story, "comment.story"));
  TOCSIN_TRY(auto comment, signed_comment(context, body.comment, place.site.id));
  TOCSIN_TRY(const auto verdict, judged(context, place, comment, body.external));
  TOCSIN_TRY(comment.parent, parent_of(context, body.comment));

  Draft draft(context);
  draft.conversation(comment.story, comment.site);
  rule(draft, context, comment, verdict.value_or(Verdict{}));
  if (body.follow_replies) follow_replies(draft, context, comment);
  draft.put(std::nullopt, comment);
  return draft.take();
}

Result<std::vector<Change>> apply(const Context& context, const EditComment& body) {
  TOCSIN_TRY(const auto before, own_comment(context, body.comment, body.reader));
  TOCSIN_TRY(const auto reader, reader_of(context, body.reader, "reader"));
  TOCSIN_TRY(std::ignore, check_ban(context, reader));
  if (before.state == CommentState::kDeleted || before.state == CommentState::kRejected) {
    return conflict("comment", "is " + std::string(core::text(before.state)));
  }
  TOCSIN_TRY(const auto place, place_of(context, before.story, "comment.story"));
  const std::chrono::minutes window{place.site.comments.edit_minutes};
  if (context.at - before.created > window) {
    return conflict("comment", "the time for editing is over");
  }
  Comment after = before;
  after.text = text::clean_text(body.text);
  after.edited = context.at;
  TOCSIN_TRY(const auto verdict, judged(context, place, after, body.external));
  if (after.text == before.text) return std::vector<Change>{};

  Draft draft(context);
  // What readers reported waits for a person, whatever its writer makes of it.
  const bool is_reported = before.state == CommentState::kHeld && before.phase == "reports";
  const bool is_rejected = verdict && verdict->state == CommentState::kRejected;
  if (!is_reported || is_rejected) rule(draft, context, after, verdict.value_or(Verdict{}));
  draft.put(before, after);
  return draft.take();
}

Result<std::vector<Change>> apply(const Context& context, const DeleteComment& body) {
  TOCSIN_TRY(const auto before, own_comment(context, body.comment, body.reader));
  if (before.state == CommentState::kDeleted) return std::vector<Change>{};
  Draft draft(context);
  Comment after = before;
  after.state = CommentState::kDeleted;
  after.text.clear();
  after.is_featured = false;
  after.is_appealed = false;
  draft.settle_reports(after, false, "writer");
  draft.put(before, after);
  return draft.take();
}

Result<std::vector<Change>> apply(const Context& context, const VoteComment& body) {
  TOCSIN_TRY(auto comment, comment_of(context, body.comment));
  TOCSIN_TRY(const auto reader, reader_of(context, body.reader, "reader"));
  TOCSIN_TRY(std::ignore, check_ban(context, reader));
  TOCSIN_TRY(const auto place, place_of(context, comment.story, "comment.story"));
  if (reader.site != comment.site) return not_found("reader", "there is no such reader");
  if (!place.site.comments.has_votes) return conflict("votes", "are not offered");
  if (place.opening.state == Opening::State::kHidden) return conflict("conversation", "is hidden");
  if (comment.state != CommentState::kPublished) return conflict("comment", "is not published");
  if (comment.reader == reader.id) return conflict("comment", "is the reader's own");
  if (context.view.has_voted(comment.id, reader.id) == body.is_given) return std::vector<Change>{};
  if (body.is_given) {
    ++comment.votes;
  } else if (comment.votes > 0) {
    --comment.votes;
  }
  return std::vector<Change>{comment, core::Vote{comment.id, reader.id, body.is_given}};
}

Result<std::vector<Change>> apply(const Context& context, const AnnounceVotes& body) {
  TOCSIN_TRY(const auto comment, comment_of(context, body.comment));
  TOCSIN_TRY(const auto place, place_of(context, comment.story, "comment.story"));
  if (comment.state != CommentState::kPublished) return std::vector<Change>{};
  Draft draft(context);
  draft.tell(core::LiveEvent::Kind::kVotes, comment.id.value, place.story);
  return draft.take();
}

}  // namespace tocsin::conversation
