// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <unordered_set>

#include "tocsin/store/content/sql_content.h"

namespace tocsin::store {
namespace {

using conversation::QueueKind;

constexpr std::string_view kSelectConversation =
    "SELECT story, site, mode, reason, set_by, since, closes_at, holds_all, published, latest, "
    "was_open FROM conversation ";
constexpr std::string_view kSelectComment =
    "SELECT id, site, story, parent, reader, user, name, badge, text, state, phase, reason, "
    "statement, is_featured, votes, reports, is_appealed, network, created, edited, was_shown, "
    "announced FROM comment ";
constexpr std::string_view kSelectReader =
    "SELECT id, site, name, device, email_hash, published, rejected, banned_until, ban_reason, "
    "is_erased, created FROM reader ";
constexpr std::string_view kSelectFollower =
    "SELECT story, device, reader, replies, all_comments, closing, reply, unseen, told, notified "
    "FROM follower ";
constexpr std::string_view kSelectReport =
    "SELECT id, comment, site, reader, ground, text, created, decided, is_upheld, decided_by "
    "FROM report ";
constexpr std::string_view kSelectRuling =
    "SELECT comment, site, at, made_by, state, phase, ground, reason, statement, is_automatic "
    "FROM ruling ";

std::uint32_t count_at(const Query& row, int column) {
  return static_cast<std::uint32_t>(row.number(column));
}

core::Conversation read_conversation(const Query& row) {
  core::Conversation out;
  out.story = row.id<core::StoryId>(0);
  out.site = row.id<core::SiteId>(1);
  // A mode that cannot be read must not open what somebody closed.
  out.mode = core::parse_conversation_mode(row.text(2)).value_or(core::ConversationMode::kClosed);
  out.reason = row.text(3);
  out.by = row.text(4);
  out.since = row.time_if_any(5);
  out.closes_at = row.time_if_any(6);
  out.holds_all = row.flag(7);
  out.published = count_at(row, 8);
  out.latest = static_cast<std::uint64_t>(row.number(9));
  out.was_open = row.flag(10);
  return out;
}

core::Comment read_comment(const Query& row) {
  core::Comment out;
  out.id = row.id<core::CommentId>(0);
  out.site = row.id<core::SiteId>(1);
  out.story = row.id<core::StoryId>(2);
  out.parent = row.id<core::CommentId>(3);
  out.reader = row.id<core::ReaderId>(4);
  out.user = row.id<core::UserId>(5);
  out.name = row.text(6);
  out.badge = core::parse_badge(row.text(7)).value_or(core::Badge::kNone);
  out.text = row.text(8);
  // A state that cannot be read must not reach readers.
  out.state = core::parse_comment_state(row.text(9)).value_or(core::CommentState::kHeld);
  out.phase = row.text(10);
  out.reason = row.text(11);
  out.statement = row.text(12);
  out.is_featured = row.flag(13);
  out.votes = count_at(row, 14);
  out.reports = count_at(row, 15);
  out.is_appealed = row.flag(16);
  out.network = static_cast<std::uint64_t>(row.number(17));
  out.created = row.time(18);
  out.edited = row.time_if_any(19);
  out.was_shown = row.flag(20);
  out.announced = static_cast<std::uint64_t>(row.number(21));
  return out;
}

core::Reader read_reader(const Query& row) {
  core::Reader out;
  out.id = row.id<core::ReaderId>(0);
  out.site = row.id<core::SiteId>(1);
  out.name = row.text(2);
  if (!row.is_null(3)) out.device = row.octets<core::SubscriptionId>(3);
  out.email_hash = row.text(4);
  out.published = count_at(row, 5);
  out.rejected = count_at(row, 6);
  out.banned_until = row.time_if_any(7);
  out.ban_reason = row.text(8);
  out.is_erased = row.flag(9);
  out.created = row.time(10);
  return out;
}

core::Follower read_follower(const Query& row) {
  core::Follower out;
  out.story = row.id<core::StoryId>(0);
  out.device = row.octets<core::SubscriptionId>(1);
  out.reader = row.id<core::ReaderId>(2);
  out.replies = row.flag(3);
  out.all = row.flag(4);
  out.closing = row.flag(5);
  out.reply = row.id<core::CommentId>(6);
  out.unseen = count_at(row, 7);
  out.told = static_cast<std::uint64_t>(row.number(8));
  out.notified = row.time_if_any(9);
  return out;
}

core::Report read_report(const Query& row) {
  core::Report out;
  out.id = row.id<core::ReportId>(0);
  out.comment = row.id<core::CommentId>(1);
  out.site = row.id<core::SiteId>(2);
  out.reader = row.id<core::ReaderId>(3);
  out.ground = core::parse_ground(row.text(4)).value_or(core::Ground::kOther);
  out.text = row.text(5);
  out.created = row.time(6);
  out.decided = row.time_if_any(7);
  out.is_upheld = row.flag(8);
  out.decided_by = row.text(9);
  return out;
}

core::Ruling read_ruling(const Query& row) {
  core::Ruling out;
  out.comment = row.id<core::CommentId>(0);
  out.site = row.id<core::SiteId>(1);
  out.at = row.time(2);
  out.by = row.text(3);
  out.state = core::parse_comment_state(row.text(4)).value_or(core::CommentState::kHeld);
  out.phase = row.text(5);
  if (!row.is_null(6)) out.ground = core::parse_ground(row.text(6));
  out.reason = row.text(7);
  out.statement = row.text(8);
  out.is_automatic = row.flag(9);
  return out;
}

bool read_exists(const Query& /*row*/) { return true; }

// What a comment is to be in a queue; the words are those of the partial indexes.
std::string_view condition_of(QueueKind kind) {
  switch (kind) {
    case QueueKind::kHeld:
      return "state = 'held'";
    case QueueKind::kReported:
      return "reports > 0";
    case QueueKind::kAppealed:
      return "is_appealed";
    case QueueKind::kRecent:
      return "state != 'deleted'";
    case QueueKind::kRejected:
      return "state = 'rejected'";
  }
  return "0";
}

bool is_newest_first(QueueKind kind) {
  return kind == QueueKind::kRecent || kind == QueueKind::kRejected;
}

}  // namespace

std::optional<core::Conversation> SqlContent::conversation(core::StoryId story) const {
  return read_one(select(kSelectConversation, "WHERE story = ?1").bind(story), read_conversation);
}

std::optional<core::Comment> SqlContent::comment(core::CommentId id) const {
  return read_one(select(kSelectComment, "WHERE id = ?1").bind(id), read_comment);
}

std::optional<core::Reader> SqlContent::reader(core::ReaderId id) const {
  return read_one(select(kSelectReader, "WHERE id = ?1").bind(id), read_reader);
}

std::vector<core::Comment> SqlContent::comments_by(core::ReaderId reader, std::size_t limit) const {
  return read_all(
      select(kSelectComment, "WHERE reader = ?1 AND reader != 0 ORDER BY id DESC LIMIT ?2")
          .bind(reader, std::uint64_t{limit}),
      read_comment);
}

bool SqlContent::has_voted(core::CommentId comment, core::ReaderId reader) const {
  return read_one(database_.query("SELECT 1 FROM vote WHERE comment = ?1 AND reader = ?2")
                      .bind(comment, reader),
                  read_exists)
      .has_value();
}

bool SqlContent::has_reported(core::CommentId comment, core::ReaderId reader) const {
  return read_one(database_.query("SELECT 1 FROM report WHERE comment = ?1 AND reader = ?2 LIMIT 1")
                      .bind(comment, reader),
                  read_exists)
      .has_value();
}

std::vector<core::Report> SqlContent::reports(core::CommentId comment) const {
  return read_all(select(kSelectReport, "WHERE comment = ?1 ORDER BY id").bind(comment),
                  read_report);
}

std::optional<core::Follower> SqlContent::follower(core::StoryId story,
                                                   const core::SubscriptionId& device) const {
  return read_one(select(kSelectFollower, "WHERE story = ?1 AND device = ?2").bind(story, device),
                  read_follower);
}

std::vector<core::Follower> SqlContent::followed_by(const core::Reader& reader,
                                                    std::size_t limit) const {
  // A device that is null equals none. Each half has an index.
  return read_all(
      select(kSelectFollower,
             "WHERE reader = ?1 AND reader != 0 UNION ALL " + std::string(kSelectFollower) +
                 "WHERE device = ?2 AND reader = 0 ORDER BY story, device LIMIT ?3")
          .bind(reader.id, reader.device, std::uint64_t{limit}),
      read_follower);
}

std::size_t SqlContent::follower_count(core::StoryId story) const {
  const auto count =
      read_one(database_.query("SELECT count(*) FROM follower WHERE story = ?1").bind(story),
               [](const Query& row) { return row.number(0); });
  return static_cast<std::size_t>(count.value_or(0));
}

// A deleted comment is needed where one below it is shown, which may itself be a deleted one.
std::vector<core::Comment> SqlContent::comments(const conversation::CommentQuery& query) const {
  if (!query.public_only) {
    constexpr auto kAll = std::numeric_limits<std::int64_t>::max();
    const auto limit = query.limit == 0 ? kAll : static_cast<std::int64_t>(query.limit);
    return read_all(
        select(kSelectComment, "WHERE story = ?1 ORDER BY id LIMIT ?2").bind(query.story, limit),
        read_comment);
  }
  auto all = read_all(select(kSelectComment,
                             "WHERE story = ?1 AND state IN ('published', "
                             "'deleted') ORDER BY id")
                          .bind(query.story),
                      read_comment);
  std::unordered_set<core::CommentId> answered;
  for (const auto& comment : all) {
    if (comment.state == core::CommentState::kPublished) answered.insert(comment.parent);
  }
  // NOLINTNEXTLINE(modernize-loop-convert): clang 14 cannot compile libstdc++'s views::reverse.
  for (auto at = all.rbegin(); at != all.rend(); ++at) {
    const bool is_deleted = at->state == core::CommentState::kDeleted;
    if (is_deleted && answered.contains(at->id)) answered.insert(at->parent);
  }
  std::erase_if(all, [&](const core::Comment& comment) {
    return comment.state == core::CommentState::kDeleted && !answered.contains(comment.id);
  });
  if (query.limit != 0 && all.size() > query.limit) all.resize(query.limit);
  return all;
}

// From the device to its readers, to their comments, to what answers those, by an index each: the
// plus signs keep SQLite from reading all of the story. What is compared with 0 is in the indexes.
std::vector<core::Comment> SqlContent::answers(core::StoryId story,
                                               const core::SubscriptionId& device,
                                               std::uint64_t announced_after) const {
  return read_all(
      select(kSelectComment,
             "WHERE +story = ?1 AND state = 'published' AND announced > ?3 AND parent != 0 AND "
             "parent IN (SELECT id FROM comment WHERE +story = ?1 AND reader != 0 AND "
             "reader IN (SELECT id FROM reader WHERE device = ?2)) ORDER BY id")
          .bind(story, device, announced_after),
      read_comment);
}

std::vector<core::Comment> SqlContent::queue(const conversation::QueueQuery& query) const {
  const bool is_backwards = is_newest_first(query.kind);
  std::string rest = "WHERE " + std::string(condition_of(query.kind));
  rest += is_backwards ? " AND id < ?1" : " AND id > ?1";
  if (query.site) rest += " AND site = ?3";
  rest += is_backwards ? " ORDER BY id DESC LIMIT ?2" : " ORDER BY id LIMIT ?2";
  const core::CommentId first{is_backwards ? std::uint64_t{1} << 62 : 0};
  auto run = select(kSelectComment, rest);
  run.bind(query.after.value_or(first), std::uint64_t{query.limit});
  if (query.site) run.bind(*query.site);
  return read_all(std::move(run), read_comment);
}

std::size_t SqlContent::queue_size(std::optional<core::SiteId> site, QueueKind kind) const {
  std::string sql = "SELECT count(*) FROM comment WHERE " + std::string(condition_of(kind));
  if (site) sql += " AND site = ?1";
  auto run = database_.query(sql);
  if (site) run.bind(*site);
  const auto count = read_one(std::move(run), [](const Query& row) { return row.number(0); });
  return static_cast<std::size_t>(count.value_or(0));
}

std::vector<core::Ruling> SqlContent::rulings(core::CommentId comment) const {
  return read_all(select(kSelectRuling, "WHERE comment = ?1 ORDER BY id").bind(comment),
                  read_ruling);
}

std::optional<core::Reader> SqlContent::reader_of_device(core::SiteId site,
                                                         const core::SubscriptionId& device) const {
  return read_one(select(kSelectReader, "WHERE device = ?1 AND site = ?2 ORDER BY id LIMIT 1")
                      .bind(device, site),
                  read_reader);
}

std::optional<core::Reader> SqlContent::reader_of_email(core::SiteId site,
                                                        const std::string& email_hash) const {
  return read_one(
      select(kSelectReader,
             "WHERE email_hash = ?1 AND email_hash != '' AND site = ?2 ORDER BY id LIMIT 1")
          .bind(email_hash, site),
      read_reader);
}

std::vector<core::Follower> SqlContent::followers(core::StoryId story,
                                                  std::optional<core::SubscriptionId> after,
                                                  std::size_t limit) const {
  // An empty blob stands before every device.
  auto run = select(kSelectFollower, "WHERE story = ?1 AND device > ?2 ORDER BY device LIMIT ?3");
  if (after) {
    run.bind(story, *after, std::uint64_t{limit});
  } else {
    run.bind(story, Bytes{}, std::uint64_t{limit});
  }
  return read_all(std::move(run), read_follower);
}

std::vector<core::Follower> SqlContent::followers_with_reply(std::optional<FollowerPlace> after,
                                                             std::size_t limit) const {
  auto run =
      select(kSelectFollower,
             "WHERE reply != 0 AND (story, device) > (?1, ?2) ORDER BY story, device LIMIT ?3");
  if (after) {
    run.bind(after->first, after->second, std::uint64_t{limit});
  } else {
    run.bind(core::StoryId{}, Bytes{}, std::uint64_t{limit});
  }
  return read_all(std::move(run), read_follower);
}

std::vector<core::StoryId> SqlContent::followed_stories() const {
  return read_all(database_.query("SELECT DISTINCT story FROM follower WHERE all_comments OR "
                                  "closing ORDER BY story"),
                  [](const Query& row) { return row.id<core::StoryId>(0); });
}

std::map<std::string, std::uint64_t> SqlContent::ruling_counts(core::SiteId site,
                                                               Time since) const {
  auto run = database_.query(
      "SELECT coalesce(ground, phase) || CASE WHEN is_automatic THEN '/automatic' ELSE '/person' "
      "END AS what, count(*) FROM ruling WHERE site = ?1 AND at >= ?2 AND state = 'rejected' "
      "GROUP BY what");
  run.bind(site, since);
  std::map<std::string, std::uint64_t> out;
  for (auto& [what, count] : read_all(std::move(run), [](const Query& row) {
         return std::pair(row.text(0), static_cast<std::uint64_t>(row.number(1)));
       })) {
    out.emplace(std::move(what), count);
  }
  return out;
}

}  // namespace tocsin::store
