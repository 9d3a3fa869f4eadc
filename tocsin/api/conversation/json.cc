// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/conversation/json.h"

#include "tocsin/api/call.h"
#include "tocsin/core/newsroom.h"
#include "tocsin/markdown/markdown.h"

namespace tocsin::api {
namespace {

bool is_shown(const core::Comment& comment) {
  return comment.state == core::CommentState::kPublished;
}

// The fields that everybody sees, with the text as HTML if it may be shown.
Json common_json(const core::Comment& comment, const core::Site& site, bool with_text) {
  return Json{{"id", comment.id.text()},
              {"story", comment.story.text()},
              {"parent", id_json(comment.parent)},
              {"name", comment.name},
              {"badge", core::text(comment.badge)},
              {"html", with_text ? markdown::comment_html(comment.text) : std::string()},
              {"state", core::text(comment.state)},
              {"is_featured", comment.is_featured},
              {"votes", comment.votes},
              {"created", rfc3339(comment.created)},
              {"edited", time_json(comment.edited)},
              {"permalink", site.base_url + "/c/" + comment.id.text()}};
}

}  // namespace

Json opening_json(const conversation::Opening& opening) {
  return Json{{"state", conversation::text(opening.state)},
              {"why", conversation::text(opening.why)},
              {"since", time_json(opening.since)},
              {"message", opening.message},
              {"changes", time_json(opening.changes)}};
}

conversation::Opening opening_now(const newsroom::Content& content, const core::Site& site,
                                  const core::Story& story, Time now) {
  return conversation::opening_of(site.comments, content.conversation(story.id), story, now);
}

Json comment_json(const core::Comment& comment, const core::Site& site) {
  return common_json(comment, site, is_shown(comment));
}

Json own_comment_json(const core::Comment& comment, const core::Site& site, Time now) {
  const bool is_there = comment.state != core::CommentState::kDeleted;
  Json out = common_json(comment, site, is_there);
  const Time edit_end = comment.created + std::chrono::minutes(site.comments.edit_minutes);
  const bool may_edit =
      is_there && comment.state != core::CommentState::kRejected && now < edit_end;
  out.set("mine", true);
  out.set("text", comment.text);
  out.set("statement", comment.statement);
  out.set("can_edit_until", may_edit ? Json(rfc3339(edit_end)) : Json());
  out.set("is_appealed", comment.is_appealed);
  return out;
}

Json staff_comment_json(const core::Comment& comment, const newsroom::Content& content) {
  const auto site = content.site(comment.site).value_or(core::Site{});
  const auto story = content.story(comment.story);
  Json out = common_json(comment, site, true);
  out.set("text", comment.text);
  out.set("phase", comment.phase);
  out.set("reason", comment.reason);
  out.set("statement", comment.statement);
  out.set("reports", comment.reports);
  out.set("is_appealed", comment.is_appealed);
  out.set("reader", id_json(comment.reader));
  out.set("user", id_json(comment.user));
  out.set("story_headline", story ? story->headline : std::string());
  out.set("story_path", story ? "/s/" + core::slug(*story) : std::string());
  return out;
}

Json reader_json(const core::Reader& reader) {
  return Json{{"id", reader.id.text()},
              {"name", reader.name},
              {"published", reader.published},
              {"rejected", reader.rejected},
              {"banned_until", time_json(reader.banned_until)},
              {"ban_reason", reader.ban_reason},
              {"has_device", reader.device.has_value()},
              {"has_email", !reader.email_hash.empty()},
              {"created", rfc3339(reader.created)}};
}

Json user_json(const core::User& user) {
  return Json{{"id", user.id.text()},
              {"name", user.name},
              {"email", user.email},
              {"role", core::text(user.role)},
              {"is_disabled", user.is_disabled},
              {"has_password", !user.password.empty()},
              {"created", rfc3339(user.created)}};
}

Json report_json(const core::Report& report) {
  return Json{{"id", report.id.text()},
              {"ground", core::text(report.ground)},
              {"text", report.text},
              {"reader", id_json(report.reader)},
              {"created", rfc3339(report.created)},
              {"decided", time_json(report.decided)},
              {"is_upheld", report.is_upheld}};
}

Json ruling_json(const core::Ruling& ruling) {
  return Json{{"at", rfc3339(ruling.at)},
              {"by", ruling.by},
              {"state", core::text(ruling.state)},
              {"phase", ruling.phase},
              {"ground", ruling.ground ? Json(core::text(*ruling.ground)) : Json()},
              {"reason", ruling.reason},
              {"statement", ruling.statement},
              {"is_automatic", ruling.is_automatic}};
}

std::string thread_path(const core::Thread& thread) { return "/t/" + thread.id.text(); }

Json thread_json(const core::Thread& thread, const core::Site& site) {
  return Json{{"id", thread.id.text()},
              {"site", thread.site.text()},
              {"headline", thread.headline},
              {"summary", thread.summary},
              {"is_live", thread.is_live},
              {"page_url", site.base_url + thread_path(thread)},
              {"created", rfc3339(thread.created)},
              {"updated", rfc3339(thread.updated)}};
}

Json entry_json(const core::Entry& entry) {
  return Json{{"id", entry.id.text()},
              {"thread", entry.thread.text()},
              {"headline", entry.headline},
              {"text", entry.text_html},
              {"is_key", entry.is_key},
              {"correction", entry.correction},
              {"is_withdrawn", entry.is_withdrawn},
              {"author", entry.author},
              {"published", rfc3339(entry.published)},
              {"updated", rfc3339(entry.updated)}};
}

}  // namespace tocsin::api
