// SPDX-License-Identifier: Apache-2.0
#include "tocsin/store/content/sql_content.h"

// The people of the newsroom, threads, and what open pages are told.
namespace tocsin::store {
namespace {

constexpr std::string_view kSelectUser =
    "SELECT id, name, email, password, role, is_disabled, created FROM user ";
constexpr std::string_view kSelectThread =
    "SELECT id, site, headline, summary, is_live, created, updated FROM thread ";
constexpr std::string_view kSelectEntry =
    "SELECT id, thread, site, headline, text_html, is_key, correction, is_withdrawn, author, "
    "published, updated FROM entry ";
constexpr std::string_view kSelectEvent =
    "SELECT sequence, site, kind, subject, story, thread, at FROM live_event ";

core::User read_user(const Query& row) {
  core::User out;
  out.id = row.id<core::UserId>(0);
  out.name = row.text(1);
  out.email = row.text(2);
  out.password = row.text(3);
  out.role = core::parse_role(row.text(4)).value_or(core::Role::kModerator);
  out.is_disabled = row.flag(5);
  out.created = row.time(6);
  return out;
}

core::Thread read_thread(const Query& row) {
  core::Thread out;
  out.id = row.id<core::ThreadId>(0);
  out.site = row.id<core::SiteId>(1);
  out.headline = row.text(2);
  out.summary = row.text(3);
  out.is_live = row.flag(4);
  out.created = row.time(5);
  out.updated = row.time(6);
  return out;
}

core::Entry read_entry(const Query& row) {
  core::Entry out;
  out.id = row.id<core::EntryId>(0);
  out.thread = row.id<core::ThreadId>(1);
  out.site = row.id<core::SiteId>(2);
  out.headline = row.text(3);
  out.text_html = row.text(4);
  out.is_key = row.flag(5);
  out.correction = row.text(6);
  out.is_withdrawn = row.flag(7);
  out.author = row.text(8);
  out.published = row.time(9);
  out.updated = row.time(10);
  return out;
}

core::LiveEvent read_event(const Query& row) {
  core::LiveEvent out;
  out.sequence = static_cast<std::uint64_t>(row.number(0));
  out.site = row.id<core::SiteId>(1);
  out.kind = core::parse_live_event_kind(row.text(2)).value_or(core::LiveEvent::Kind::kStory);
  out.subject = static_cast<std::uint64_t>(row.number(3));
  out.story = row.id<core::StoryId>(4);
  out.thread = row.id<core::ThreadId>(5);
  out.at = row.time(6);
  return out;
}

}  // namespace

std::optional<core::User> SqlContent::user(core::UserId id) const {
  return read_one(select(kSelectUser, "WHERE id = ?1").bind(id), read_user);
}

std::vector<core::User> SqlContent::users() const {
  return read_all(select(kSelectUser, "ORDER BY name, id"), read_user);
}

std::optional<core::User> SqlContent::user_of_email(const std::string& email) const {
  return read_one(select(kSelectUser, "WHERE email = ?1").bind(email), read_user);
}

std::optional<core::Thread> SqlContent::thread(core::ThreadId id) const {
  return read_one(select(kSelectThread, "WHERE id = ?1").bind(id), read_thread);
}

std::vector<core::Thread> SqlContent::threads(core::SiteId site,
                                              std::optional<core::ThreadId> before,
                                              std::size_t limit) const {
  const auto last = before.value_or(core::ThreadId{std::uint64_t{1} << 62});
  return read_all(select(kSelectThread, "WHERE site = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3")
                      .bind(site, last, std::uint64_t{limit}),
                  read_thread);
}

std::optional<core::Entry> SqlContent::entry(core::EntryId id) const {
  return read_one(select(kSelectEntry, "WHERE id = ?1").bind(id), read_entry);
}

std::vector<core::Entry> SqlContent::entries(core::ThreadId thread, bool withdrawn_too) const {
  return read_all(
      select(kSelectEntry, "WHERE thread = ?1 AND (?2 OR NOT is_withdrawn) ORDER BY id DESC")
          .bind(thread, withdrawn_too),
      read_entry);
}

std::uint64_t SqlContent::last_sequence() const {
  const auto last = read_one(database_.query("SELECT max(sequence) FROM live_event"),
                             [](const Query& row) { return row.number(0); });
  return static_cast<std::uint64_t>(last.value_or(0));
}

std::vector<core::LiveEvent> SqlContent::events_after(std::uint64_t sequence,
                                                      std::size_t limit) const {
  return read_all(select(kSelectEvent, "WHERE sequence > ?1 ORDER BY sequence LIMIT ?2")
                      .bind(sequence, std::uint64_t{limit}),
                  read_event);
}

}  // namespace tocsin::store
