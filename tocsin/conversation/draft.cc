// SPDX-License-Identifier: Apache-2.0
#include "tocsin/conversation/draft.h"

#include <algorithm>
#include <tuple>

#include "tocsin/conversation/answers.h"
#include "tocsin/conversation/limits.h"
#include "tocsin/text/text.h"

namespace tocsin::conversation {
namespace {

using core::CommentState;

Error field_error(Errc code, std::string_view field, std::string_view what) {
  return {code, std::string(field) + ": " + std::string(what)};
}

bool is_seen(const std::optional<core::Comment>& comment) {
  return comment && comment->state == CommentState::kPublished;
}

}  // namespace

Error bad_field(std::string_view field, std::string_view what) {
  return field_error(Errc::kInvalidArgument, field, what);
}
Error not_found(std::string_view field, std::string_view what) {
  return field_error(Errc::kNotFound, field, what);
}
Error conflict(std::string_view field, std::string_view what) {
  return field_error(Errc::kConflict, field, what);
}

Result<std::string> cleaned(std::string_view field, std::string_view text) {
  std::string out = text::clean_text(text);
  if (out.size() > kTextBytesMax ||
      text::graphemes(out, kTextCharactersMax + 1) > kTextCharactersMax) {
    return bad_field(field, "is longer than " + std::to_string(kTextCharactersMax) + " characters");
  }
  return out;
}

Result<Place> place_of(const Context& context, core::StoryId story, std::string_view field) {
  auto found = context.view.story(story);
  if (!found) return not_found(field, "there is no such story");
  auto site = context.view.site(found->site);
  if (!site) return not_found(field, "its site is not there");
  auto conversation = context.view.conversation(story);
  auto opening = opening_of(site->comments, conversation, *found, context.at);
  return Place{*std::move(site), *std::move(found), std::move(conversation), std::move(opening)};
}

Result<core::Comment> comment_of(const Context& context, core::CommentId id) {
  auto found = context.view.comment(id);
  if (!found) return not_found("comment", "there is no such comment");
  return *std::move(found);
}

Result<core::Reader> reader_of(const Context& context, core::ReaderId id, std::string_view field) {
  auto found = id ? context.view.reader(id) : std::nullopt;
  if (!found || found->is_erased) return not_found(field, "there is no such reader");
  return *std::move(found);
}

Status check_ban(const Context& context, const core::Reader& reader) {
  if (!reader.banned_until || *reader.banned_until <= context.at) return ok();
  const bool is_for_ever = *reader.banned_until >= core::kForEver;
  const std::string until = is_for_ever ? "further notice" : rfc3339(*reader.banned_until);
  return conflict("reader", "is banned until " + until + ": " + reader.ban_reason);
}

Result<core::Comment> own_comment(const Context& context, core::CommentId id,
                                  core::ReaderId reader) {
  TOCSIN_TRY(auto comment, comment_of(context, id));
  if (!reader || comment.reader != reader) return conflict("comment", "is somebody else's");
  return comment;
}

core::Conversation& Draft::conversation(core::StoryId story, core::SiteId site) {
  const auto known = conversations_.find(story);
  if (known != conversations_.end()) return known->second;
  const core::Conversation fresh{.story = story, .site = site};
  return conversations_[story] = context_.view.conversation(story).value_or(fresh);
}

core::Reader* Draft::reader(core::ReaderId id) {
  const auto known = readers_.find(id);
  if (known != readers_.end()) return &known->second;
  auto found = id ? context_.view.reader(id) : std::nullopt;
  if (!found) return nullptr;
  return &(readers_[id] = *found);
}

core::Follower* Draft::follower(core::StoryId story, const core::SubscriptionId& device) {
  const std::pair key{story, device};
  const auto known = followers_.find(key);
  if (known != followers_.end()) return &known->second;
  const auto found = context_.view.follower(story, device);
  if (!found) return nullptr;
  return &(followers_[key] = *found);
}

core::Follower& Draft::add(const core::Follower& follower) {
  return followers_[{follower.story, follower.device}] = follower;
}

void Draft::put(const std::optional<core::Comment>& before, core::Comment after) {
  const auto story = context_.view.story(after.story);
  if (story && (is_seen(before) || is_seen(after))) {
    tell(core::LiveEvent::Kind::kComment, after.id.value, *story);
  }
  if (is_seen(after) && !is_seen(before)) announce(after);
  put_silently(before, after);
  if (is_seen(before) && !is_seen(after)) retract(*before);
}

void Draft::put_silently(const std::optional<core::Comment>& before, const core::Comment& after) {
  count(before, after);
  comments_[after.id] = after;
}

// A deleted comment stays in its writer's counts: they say what was published and rejected.
void Draft::count(const std::optional<core::Comment>& before, const core::Comment& after) {
  if (is_seen(before) != is_seen(after)) {
    auto& number = conversation(after.story, after.site).published;
    number = is_seen(after) ? number + 1 : number - (number > 0 ? 1U : 0U);
  }
  const bool is_same = before && before->state == after.state;
  if (is_same || after.state == CommentState::kDeleted || !after.reader) return;
  core::Reader* const writer = reader(after.reader);
  if (writer == nullptr) return;
  if (is_seen(before) && writer->published > 0) --writer->published;
  if (before && before->state == CommentState::kRejected && writer->rejected > 0) {
    --writer->rejected;
  }
  if (is_seen(after)) ++writer->published;
  if (after.state == CommentState::kRejected) ++writer->rejected;
}

// A comment has come to be seen, by the event that was told last.
void Draft::announce(core::Comment& comment) {
  if (!comment.was_shown) {
    auto& latest = conversation(comment.story, comment.site).latest;
    skip_own(comment, latest);
    latest = sequence_;
  }
  comment.was_shown = true;
  if (comment.announced != 0) return;
  comment.announced = sequence_;
  core::Follower* const told = answered(comment);
  if (told == nullptr) return;
  told->reply = comment.id;
  ++told->unseen;
}

// A comment has gone out of sight. An answer that was not told yet counts no more; should it come
// back, it is announced again.
void Draft::retract(const core::Comment& comment) {
  core::Follower* const told = answered(comment);
  if (told == nullptr || comment.announced <= told->told) return;
  comments_[comment.id].announced = 0;
  recount(*told);
}

// Who hears of every comment, and has heard of all, is not told of their own.
void Draft::skip_own(const core::Comment& comment, std::uint64_t latest) {
  const auto writer = comment.reader ? context_.view.reader(comment.reader) : std::nullopt;
  if (!writer || !writer->device) return;
  const auto known = context_.view.follower(comment.story, *writer->device);
  if (!known || !known->all) return;
  core::Follower* const own = follower(comment.story, *writer->device);
  if (!own->reply && own->told >= latest) own->told = sequence_;
}

core::Follower* Draft::answered(const core::Comment& comment) {
  const auto device = answered_device(context_.view, comment);
  const auto known = device ? context_.view.follower(comment.story, *device) : std::nullopt;
  return known && known->replies ? follower(comment.story, *device) : nullptr;
}

void Draft::recount(core::Follower& follower) const {
  follower.reply = {};
  follower.unseen = 0;
  for (const auto& known : untold_answers(context_.view, follower)) {
    const auto found = comments_.find(known.id);
    const auto& answer = found == comments_.end() ? known : found->second;
    if (answer.state != CommentState::kPublished || answer.announced <= follower.told) continue;
    follower.reply = answer.id;
    ++follower.unseen;
  }
}

void Draft::note(core::Follower& follower, const NoteTold::Told& told) {
  const auto last = follower.reply ? context_.view.comment(follower.reply) : std::nullopt;
  follower.notified = context_.at;
  follower.told = std::max(follower.told, told.up_to);
  if (told.is_closing) follower.closing = false;
  for (const auto id : told.answers) {
    // It was taken away while it was told, and may have come back: it has been told all the same.
    auto answer = context_.view.comment(id);
    if (!answer || (answer->announced != 0 && answer->announced <= told.up_to)) continue;
    answer->announced = told.up_to;
    put_silently(answer, *answer);
  }
  const bool is_more = last && last->announced > told.up_to;
  if (is_more) return recount(follower);
  follower.reply = {};
  follower.unseen = 0;
}

void Draft::settle_reports(core::Comment& comment, bool is_upheld, const std::string& by) {
  for (auto& report : context_.view.reports(comment.id)) {
    if (report.decided) continue;
    report.decided = context_.at;
    report.is_upheld = is_upheld;
    report.decided_by = by;
    put(Change{std::move(report)});
  }
  comment.reports = 0;
}

void Draft::tell(core::LiveEvent::Kind kind, std::uint64_t subject, const core::Story& story) {
  events_.push_back({.sequence = ++sequence_,
                     .site = story.site,
                     .kind = kind,
                     .subject = subject,
                     .story = story.id,
                     .thread = story.thread,
                     .at = context_.at});
}

std::vector<Change> Draft::take() {
  std::vector<Change> out;
  for (auto& entry : readers_) out.emplace_back(std::move(entry.second));
  for (auto& entry : comments_) out.emplace_back(std::move(entry.second));
  for (auto& entry : conversations_) out.emplace_back(std::move(entry.second));
  for (const auto& entry : followers_) out.emplace_back(entry.second);
  for (auto& change : rest_) out.push_back(std::move(change));
  for (const auto& event : events_) out.emplace_back(event);
  return out;
}

}  // namespace tocsin::conversation
