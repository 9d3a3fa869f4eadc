// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string_view>

#include "tocsin/sqlite/database.h"
#include "tocsin/store/content/changes.h"

namespace tocsin::store {

Status write_conversation_change(Database& database, const core::Conversation& conversation) {
  return database
      .query(
          "INSERT INTO conversation (story, site, mode, reason, set_by, since, closes_at, "
          "holds_all, published, latest, was_open) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
          "ON CONFLICT (story) DO UPDATE SET mode = ?3, reason = ?4, set_by = ?5, since = ?6, "
          "closes_at = ?7, holds_all = ?8, published = ?9, latest = ?10, was_open = ?11")
      .bind(conversation.story, conversation.site, core::text(conversation.mode),
            conversation.reason, conversation.by, conversation.since, conversation.closes_at,
            conversation.holds_all, conversation.published, conversation.latest,
            conversation.was_open)
      .run();
}

Status write_conversation_change(Database& database, const core::Comment& comment) {
  return database
      .query(
          "INSERT INTO comment (id, site, story, parent, reader, user, name, badge, text, state, "
          "phase, reason, statement, is_featured, votes, reports, is_appealed, network, created, "
          "edited, was_shown, announced) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, "
          "?17, ?18, ?19, ?20, ?21, ?22) ON CONFLICT (id) DO UPDATE SET reader = ?5, name = ?7, "
          "badge = ?8, "
          "text = ?9, state = ?10, phase = ?11, reason = ?12, statement = ?13, is_featured = ?14, "
          "votes = ?15, reports = ?16, is_appealed = ?17, network = ?18, edited = ?20, "
          "was_shown = ?21, announced = ?22")
      .bind(comment.id, comment.site, comment.story, comment.parent, comment.reader, comment.user,
            comment.name, core::text(comment.badge), comment.text, core::text(comment.state),
            comment.phase, comment.reason, comment.statement, comment.is_featured, comment.votes,
            comment.reports, comment.is_appealed, comment.network, comment.created, comment.edited,
            comment.was_shown, comment.announced)
      .run();
}

Status write_conversation_change(Database& database, const core::Reader& reader) {
  return database
      .query(
          "INSERT INTO reader (id, site, name, device, email_hash, published, rejected, "
          "banned_until, ban_reason, is_erased, created) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
          "ON CONFLICT (id) DO UPDATE SET name = ?3, device = ?4, email_hash = ?5, "
          "published = ?6, rejected = ?7, banned_until = ?8, ban_reason = ?9, is_erased = ?10")
      .bind(reader.id, reader.site, reader.name, reader.device, reader.email_hash, reader.published,
            reader.rejected, reader.banned_until, reader.ban_reason, reader.is_erased,
            reader.created)
      .run();
}

Status write_conversation_change(Database& database, const core::Follower& follower) {
  if (follower.wants_nothing()) {
    return database.query("DELETE FROM follower WHERE story = ?1 AND device = ?2")
        .bind(follower.story, follower.device)
        .run();
  }
  return database
      .query(
          "INSERT INTO follower (story, device, reader, replies, all_comments, closing, reply, "
          "unseen, told, notified) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
          "ON CONFLICT (story, device) DO UPDATE SET reader = ?3, replies = ?4, "
          "all_comments = ?5, closing = ?6, reply = ?7, unseen = ?8, told = ?9, notified = ?10")
      .bind(follower.story, follower.device, follower.reader, follower.replies, follower.all,
            follower.closing, follower.reply, follower.unseen, follower.told, follower.notified)
      .run();
}

Status write_conversation_change(Database& database, const core::Report& report) {
  return database
      .query(
          "INSERT INTO report (id, comment, site, reader, ground, text, created, decided, "
          "is_upheld, decided_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
          "ON CONFLICT (id) DO UPDATE SET decided = ?8, is_upheld = ?9, decided_by = ?10")
      .bind(report.id, report.comment, report.site, report.reader, core::text(report.ground),
            report.text, report.created, report.decided, report.is_upheld, report.decided_by)
      .run();
}

Status write_conversation_change(Database& database, const core::Ruling& ruling) {
  const auto ground =
      ruling.ground ? std::optional(core::text(*ruling.ground)) : std::optional<std::string_view>();
  return database
      .query(
          "INSERT INTO ruling (comment, site, at, made_by, state, phase, ground, reason, "
          "statement, is_automatic) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
      .bind(ruling.comment, ruling.site, ruling.at, ruling.by, core::text(ruling.state),
            ruling.phase, ground, ruling.reason, ruling.statement, ruling.is_automatic)
      .run();
}

Status write_conversation_change(Database& database, const core::Vote& vote) {
  const auto* const sql = vote.is_given
                              ? "INSERT OR IGNORE INTO vote (comment, reader) VALUES (?1, ?2)"
                              : "DELETE FROM vote WHERE comment = ?1 AND reader = ?2";
  return database.query(sql).bind(vote.comment, vote.reader).run();
}

}  // namespace tocsin::store
