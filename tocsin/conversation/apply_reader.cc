// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "tocsin/conversation/apply.h"
#include "tocsin/conversation/draft.h"
#include "tocsin/conversation/limits.h"
#include "tocsin/text/text.h"

namespace tocsin::conversation {
namespace {

using core::CommentState;

// The name as it is shown. Nobody comments under what looks like the newsroom's name.
Result<std::string> checked_name(const Context& context, const std::string& given) {
  std::string name = text::clean_name(given);
  if (name.empty()) return bad_field("reader.name", "is missing");
  if (name.size() > kNameBytesMax ||
      text::graphemes(name, kNameCharactersMax + 1) > kNameCharactersMax) {
    return bad_field("reader.name",
                     "is longer than " + std::to_string(kNameCharactersMax) + " characters");
  }
  const std::string look = text::skeleton(name);
  if (look.empty()) return bad_field("reader.name", "has neither letters nor digits");
  for (const auto& user : context.view.users()) {
    if (text::skeleton(user.name) == look) {
      return conflict("reader.name", "looks like the name of somebody of the newsroom");
    }
  }
  return name;
}

core::Comment without_writer(core::Comment comment) {
  comment.state = CommentState::kDeleted;
  comment.reader = {};
  comment.name.clear();
  comment.text.clear();
  comment.reason.clear();
  comment.statement.clear();
  comment.is_featured = false;
  comment.is_appealed = false;
  comment.network = 0;
  return comment;
}

// Adds what `other` wants and was not told yet.
void take_over(core::Follower& follower, const core::Follower& other) {
  follower.replies = follower.replies || other.replies;
  follower.all = follower.all || other.all;
  follower.closing = follower.closing || other.closing;
  follower.told = std::min(follower.told, other.told);
  if (!follower.reader) follower.reader = other.reader;
  if (!follower.reply) follower.reply = other.reply;
  follower.unseen += other.unseen;
}

}  // namespace

Result<std::vector<Change>> apply(const Context& context, const PutReader& body) {
  const auto& given = body.reader;
  if (!given.id) return bad_field("reader.id", "is missing");
  if (!context.view.site(given.site)) return not_found("reader.site", "there is no such site");
  const auto known = context.view.reader(given.id);
  if (known && known->is_erased) return conflict("reader", "was erased");
  if (known && known->site != given.site) return conflict("reader.id", "is another site's");
  if (given.email_hash.size() > kEmailHashBytesMax) {
    return bad_field("reader.email_hash", "is too long");
  }
  core::Reader reader =
      known.value_or(core::Reader{.id = given.id, .site = given.site, .created = context.at});
  TOCSIN_TRY(const auto name, checked_name(context, given.name));
  if (name != reader.name) {
    TOCSIN_TRY(std::ignore, check_ban(context, reader));
  }
  reader.name = name;
  reader.device = given.device;
  reader.email_hash = given.email_hash;
  if (known && *known == reader) return std::vector<Change>{};
  return std::vector<Change>{reader};
}

Result<std::vector<Change>> apply(const Context& context, const EraseReader& body) {
  const auto known = body.reader ? context.view.reader(body.reader) : std::nullopt;
  if (!known) return not_found("reader", "there is no such reader");
  Draft draft(context);
  for (const auto& before : context.view.comments_by(body.reader, kErasedCommentsMax)) {
    auto after = without_writer(before);
    draft.settle_reports(after, false, "writer");
    draft.put(before, after);
  }
  for (const auto& followed : context.view.followed_by(*known, kErasedFollowsMax)) {
    draft.add({.story = followed.story, .device = followed.device});
  }
  core::Reader erased = *known;
  erased.name.clear();
  erased.device.reset();
  erased.email_hash.clear();
  erased.is_erased = true;
  draft.put(erased);
  return draft.take();
}

Result<std::vector<Change>> apply(const Context& context, const MoveDevice& body) {
  if (body.from == body.to) return bad_field("to", "is the same device");
  Draft draft(context);
  core::Reader* const reader = draft.reader(body.reader);
  if (body.reader && reader == nullptr) return not_found("reader", "there is no such reader");
  core::Reader owner = reader != nullptr ? *reader : core::Reader{};
  if (owner.device == body.from) reader->device = body.to;
  owner.device = body.from;
  for (const auto& followed : context.view.followed_by(owner, kErasedFollowsMax)) {
    if (followed.device != body.from) continue;
    core::Follower moved = followed;
    moved.device = body.to;
    if (const auto* known = draft.follower(followed.story, body.to)) take_over(moved, *known);
    draft.add(moved);
    draft.add({.story = followed.story, .device = body.from});
  }
  return draft.take();
}

Result<std::vector<Change>> apply(const Context& context, const BanReader& body) {
  TOCSIN_TRY(auto reader, reader_of(context, body.reader, "reader"));
  if (!body.until) {
    if (!reader.banned_until) return std::vector<Change>{};
    reader.banned_until.reset();
    reader.ban_reason.clear();
    return std::vector<Change>{reader};
  }
  if (*body.until <= context.at || *body.until > core::kForEver) {
    return bad_field("until", "is not in the future");
  }
  TOCSIN_TRY(reader.ban_reason, cleaned("reason", body.reason));
  if (reader.ban_reason.empty()) return bad_field("reason", "is missing: the reader is told");
  reader.banned_until = body.until;
  return std::vector<Change>{reader};
}

}  // namespace tocsin::conversation
