// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>

#include "tocsin/conversation/apply.h"
#include "tocsin/conversation/draft.h"
#include "tocsin/conversation/limits.h"

namespace tocsin::conversation {
namespace {

using core::Comment;
using core::CommentState;
using core::Ground;

// What the writer is told where the moderator writes nothing (Regulation (EU) 2022/2065, article
// 17: every restriction has a statement of reasons).
std::string statement_of(Ground ground) {
  switch (ground) {
    case Ground::kIllegal:
      return "A moderator removed it because it appears to be against the law.";
    case Ground::kHate:
      return "A moderator removed it because it attacks people for what they are.";
    case Ground::kHarassment:
      return "A moderator removed it because it harasses or threatens somebody.";
    case Ground::kPersonalData:
      return "A moderator removed it because it contains personal data.";
    case Ground::kSpam:
      return "A moderator removed it because it is advertising or repeats itself.";
    case Ground::kOffTopic:
      return "A moderator removed it because it is not about this story.";
    case Ground::kOther:
      return "A moderator removed it because it breaks the rules of this site.";
  }
  return {};
}

// The same where a moderator takes a decision back.
constexpr std::string_view kLooksAgain = "A moderator looks at it again. It waits for a moderator.";

core::Ruling ruling_on(const Comment& comment, Time at) {
  return {.comment = comment.id,
          .site = comment.site,
          .at = at,
          .state = comment.state,
          .phase = comment.phase,
          .reason = comment.reason,
          .statement = comment.statement};
}

Result<core::Report> checked_report(const Context& context, const core::Report& given,
                                    const Comment& comment) {
  core::Report out{.id = given.id,
                   .comment = comment.id,
                   .site = comment.site,
                   .reader = given.reader,
                   .ground = given.ground,
                   .created = context.at};
  TOCSIN_TRY(out.text, cleaned("report.text", given.text));
  if (!given.reader) return out;
  TOCSIN_TRY(const auto reader, reader_of(context, given.reader, "report.reader"));
  if (reader.site != comment.site) return not_found("report.reader", "there is no such reader");
  TOCSIN_TRY(std::ignore, check_ban(context, reader));
  if (context.view.has_reported(comment.id, reader.id)) {
    return conflict("report", "the reader has reported this comment");
  }
  return out;
}

// Takes a comment out of sight that many signed-in readers reported, until a moderator looks.
void hold(Draft& draft, const Context& context, Comment& comment, std::size_t reports) {
  comment.state = CommentState::kHeld;
  comment.phase = "reports";
  comment.reason = std::to_string(reports) + " readers reported it";
  comment.statement = "Readers reported it. It waits for a moderator.";
  auto ruling = ruling_on(comment, context.at);
  ruling.by = "rules";
  ruling.is_automatic = true;
  draft.put(Change{std::move(ruling)});
}

}  // namespace

Result<std::vector<Change>> apply(const Context& context, const ReportComment& body) {
  if (!body.report.id) return bad_field("report.id", "is missing");
  TOCSIN_TRY(const auto before, comment_of(context, body.report.comment));
  const auto site = context.view.site(before.site);
  if (!site) return not_found("comment", "its site is not there");
  const auto reports = context.view.reports(before.id);
  const bool is_known = std::any_of(reports.begin(), reports.end(), [&](const auto& report) {
    return report.id == body.report.id;
  });
  if (is_known) return std::vector<Change>{};
  if (before.state != CommentState::kPublished && before.state != CommentState::kHeld) {
    return conflict("comment", "is not shown");
  }
  TOCSIN_TRY(const auto report, checked_report(context, body.report, before));

  Draft draft(context);
  draft.put(Change{report});
  Comment after = before;
  ++after.reports;
  const auto signed_in = static_cast<std::size_t>(std::count_if(
                             reports.begin(), reports.end(),
                             [](const auto& known) { return !known.decided && known.reader; })) +
                         (report.reader ? 1 : 0);
  const std::size_t enough = site->comments.reports_hold;
  const bool may_hold = before.state == CommentState::kPublished && !before.user && report.reader;
  if (may_hold && enough > 0 && signed_in >= enough) hold(draft, context, after, signed_in);
  if (after.state == before.state) {
    draft.put_silently(before, after);
  } else {
    draft.put(before, after);
  }
  return draft.take();
}

Result<std::vector<Change>> apply(const Context& context, const AppealRuling& body) {
  TOCSIN_TRY(auto comment, own_comment(context, body.comment, body.reader));
  if (comment.state != CommentState::kRejected) return conflict("comment", "is not rejected");
  if (comment.is_appealed || comment.phase == "appeal") {
    return conflict("comment", "has been appealed for");
  }
  TOCSIN_TRY(const auto text, cleaned("text", body.text));
  auto ruling = ruling_on(comment, context.at);
  ruling.by = "writer";
  ruling.phase = "appeal";
  ruling.reason = text;
  comment.is_appealed = true;
  if (!text.empty()) comment.reason += "\nThe writer: " + text;
  return std::vector<Change>{comment, ruling};
}

Result<std::vector<Change>> apply(const Context& context, const Moderate& body) {
  TOCSIN_TRY(const auto before, comment_of(context, body.comment));
  const bool is_rejection = body.state == CommentState::kRejected;
  const bool is_held = body.state == CommentState::kHeld;
  if (!is_rejection && !is_held && body.state != CommentState::kPublished) {
    return bad_field("state", "is not published, held or rejected");
  }
  if (before.state == CommentState::kDeleted) return conflict("comment", "is deleted");
  if (is_rejection && !body.ground) return bad_field("ground", "is missing: a rejection has one");
  Comment after = before;
  after.state = body.state;
  after.phase = before.is_appealed ? "appeal" : "moderator";
  after.is_appealed = false;
  if (body.state != CommentState::kPublished) after.is_featured = false;
  TOCSIN_TRY(after.reason, cleaned("reason", body.reason));
  TOCSIN_TRY(after.statement, cleaned("statement", body.statement));
  if (is_rejection && after.statement.empty()) after.statement = statement_of(*body.ground);
  if (is_held && after.statement.empty()) after.statement = kLooksAgain;

  Draft draft(context);
  auto ruling = ruling_on(after, context.at);
  ruling.by = context.actor;
  if (is_rejection) ruling.ground = body.ground;
  draft.put(Change{std::move(ruling)});
  if (!is_held) draft.settle_reports(after, is_rejection, context.actor);
  if (after.state == before.state) {
    draft.put_silently(before, after);
  } else {
    draft.put(before, after);
  }
  return draft.take();
}

Result<std::vector<Change>> apply(const Context& context, const FeatureComment& body) {
  TOCSIN_TRY(const auto before, comment_of(context, body.comment));
  if (before.is_featured == body.is_featured) return std::vector<Change>{};
  if (before.state != CommentState::kPublished) return conflict("comment", "is not published");
  Draft draft(context);
  Comment after = before;
  after.is_featured = body.is_featured;
  draft.put(before, after);
  return draft.take();
}

}  // namespace tocsin::conversation
