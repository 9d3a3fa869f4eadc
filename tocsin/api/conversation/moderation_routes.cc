// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "tocsin/api/conversation/json.h"
#include "tocsin/api/routes.h"
#include "tocsin/conversation/policy.h"
#include "tocsin/newsroom/text.h"

// What moderators do.
namespace tocsin::api {
namespace {

using conversation::QueueKind;
using core::Comment;

constexpr std::size_t kQueuePage = 50;
constexpr std::size_t kStoriesListed = 50;
constexpr std::size_t kStoriesSearched = 500;
constexpr std::size_t kReaderComments = 20;

std::optional<QueueKind> parse_queue_kind(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, QueueKind>, 5> kKinds = {
      {{"held", QueueKind::kHeld},
       {"reported", QueueKind::kReported},
       {"appealed", QueueKind::kAppealed},
       {"recent", QueueKind::kRecent},
       {"rejected", QueueKind::kRejected}}};
  for (const auto& [name, kind] : kKinds) {
    if (name == text) return kind;
  }
  return std::nullopt;
}

// The site that the query names; nothing for all. Refuses the call and is false if there is none.
bool take_site(const Call& call, std::optional<core::SiteId>& site) {
  const auto named = call.request.parameter("site");
  if (!named) return true;
  const auto found =
      call.ports().content.site(core::SiteId::parse(*named).value_or(core::SiteId{}));
  if (!found) {
    call.refuse(Refusal::kSiteUnknown);
    return false;
  }
  site = found->id;
  return true;
}

Json counts_json(const Call& call, const std::optional<core::SiteId>& site) {
  const auto& content = call.ports().content;
  return Json{{"held", content.queue_size(site, QueueKind::kHeld)},
              {"reported", content.queue_size(site, QueueKind::kReported)},
              {"appealed", content.queue_size(site, QueueKind::kAppealed)}};
}

Json queued_json(const Call& call, const Comment& comment) {
  const auto& content = call.ports().content;
  Json out = staff_comment_json(comment, content);
  Json::Array reports;
  for (const auto& report : content.reports(comment.id)) {
    if (!report.decided) reports.push_back(report_json(report));
  }
  Json::Array rulings;
  for (const auto& ruling : content.rulings(comment.id)) rulings.push_back(ruling_json(ruling));
  const auto writer = content.reader(comment.reader);
  out.set("open_reports", std::move(reports));
  out.set("rulings", std::move(rulings));
  out.set("writer", writer ? reader_json(*writer) : Json());
  return out;
}

void answer_comment(const Call& call, const Comment& comment) {
  call.answer(200, staff_comment_json(comment, call.ports().content));
}

std::optional<core::Story> story_of(const Call& call) {
  auto story = call.ports().content.story(call.path_id<core::StoryId>());
  if (!story) call.refuse(Refusal::kStoryUnknown);
  return story;
}

Json conversation_state_json(const Call& call, const core::Story& story) {
  const auto& content = call.ports().content;
  const auto site = content.site(story.site).value_or(core::Site{});
  const auto conversation =
      content.conversation(story.id).value_or(core::Conversation{.story = story.id});
  return Json{
      {"story", story.id.text()},
      {"mode", core::text(conversation.mode)},
      {"reason", conversation.reason},
      {"by", conversation.by},
      {"since", time_json(conversation.since)},
      {"closes_at", time_json(conversation.closes_at)},
      {"holds_all", conversation.holds_all},
      {"published", conversation.published},
      {"opening", opening_json(opening_now(content, site, story, call.ports().clock.now()))}};
}

std::optional<core::Site> site_of_path(const Call& call) {
  auto site = call.ports().content.site(call.path_id<core::SiteId>());
  if (!site) call.refuse(Refusal::kSiteUnknown);
  return site;
}

}  // namespace

void list_queue(const Call& call) {
  conversation::QueueQuery query{.limit = kQueuePage};
  if (!take_site(call, query.site)) return;
  const auto kind = parse_queue_kind(call.request.parameter("kind").value_or("held"));
  if (!kind) return call.refuse(Refusal::kQueryInvalid, "kind: is not a queue.");
  query.kind = *kind;
  if (const auto after = call.request.parameter("cursor")) {
    query.after = core::CommentId::parse(*after);
    if (!query.after) return call.refuse(Refusal::kQueryInvalid, "cursor: is not one a list gave.");
  }
  const auto comments = call.ports().content.queue(query);
  Json::Array items;
  for (const auto& comment : comments) items.push_back(queued_json(call, comment));
  const bool is_full = comments.size() == kQueuePage;
  call.answer(200, Json{{"counts", counts_json(call, query.site)},
                        {"items", std::move(items)},
                        {"next_cursor", is_full ? Json(comments.back().id.text()) : Json()}});
}

void moderate_comment(const Call& call) {
  const auto comment = call.ports().content.comment(call.path_id<core::CommentId>());
  if (!comment) return call.refuse(Refusal::kCommentUnknown);
  conversation::Moderate command{.comment = comment->id};
  command.state = *core::parse_comment_state(*call.body.text("state"));
  command.ground = core::parse_ground(call.body.text("ground").value_or(""));
  take(call.body, "reason", command.reason);
  take(call.body, "statement", command.statement);
  call.execute(std::move(command), [comment](const Call& done, const auto& effects) {
    answer_comment(done, record_of(effects, *comment));
  });
}

void feature_comment(const Call& call) {
  const auto comment = call.ports().content.comment(call.path_id<core::CommentId>());
  if (!comment) return call.refuse(Refusal::kCommentUnknown);
  bool is_featured = true;
  take(call.body, "is_featured", is_featured);
  call.execute(conversation::FeatureComment{comment->id, is_featured},
               [comment](const Call& done, const auto& effects) {
                 answer_comment(done, record_of(effects, *comment));
               });
}

// In the name of the user who is signed in: a token of the API is nobody's.
void post_staff_comment(const Call& call) {
  const auto story = story_of(call);
  if (!story) return;
  if (!call.token.user) return call.refuse(Refusal::kUserNeeded);
  Comment comment;
  comment.id = call.ports().ids.next<core::CommentKind>();
  comment.site = story->site;
  comment.story = story->id;
  comment.user = call.token.user;
  comment.parent = call.body_id<core::CommentId>("parent");
  take(call.body, "text", comment.text);
  call.execute(conversation::PostComment{comment, std::nullopt, false},
               [comment](const Call& done, const auto& effects) {
                 const auto made = record_of(effects, comment);
                 done.answer_created("/api/v1/comments", made.id.text(),
                                     staff_comment_json(made, done.ports().content));
               });
}

void get_conversation(const Call& call) {
  const auto story = story_of(call);
  if (story) call.answer(200, conversation_state_json(call, *story));
}

void set_conversation(const Call& call) {
  const auto story = story_of(call);
  if (!story) return;
  conversation::SetConversation command{.story = story->id};
  command.mode = *core::parse_conversation_mode(*call.body.text("mode"));
  take(call.body, "reason", command.reason);
  take(call.body, "holds_all", command.holds_all);
  if (const auto time = call.body.text("closes_at")) command.closes_at = parse_rfc3339(*time);
  call.execute(std::move(command), [story](const Call& done, const auto&) {
    done.answer(200, conversation_state_json(done, *story));
  });
}

void list_conversations(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  const auto& content = call.ports().content;
  const Time now = call.ports().clock.now();
  Json::Array items;
  const auto words = newsroom::folded(call.request.parameter("q").value_or(""));
  for (const auto& story :
       content.stories({.site = site->id, .limit = kStoriesSearched, .public_only = false})) {
    if (newsroom::folded(story.headline).find(words) == std::string::npos) continue;
    if (items.size() == kStoriesListed) break;
    const auto conversation =
        content.conversation(story.id).value_or(core::Conversation{.story = story.id});
    items.push_back(Json{{"id", story.id.text()},
                         {"headline", story.headline},
                         {"path", "/s/" + core::slug(story)},
                         {"published", rfc3339(story.published)},
                         {"mode", core::text(conversation.mode)},
                         {"comments", conversation.published},
                         {"opening", opening_json(conversation::opening_of(
                                         site->comments, conversation, story, now))}});
  }
  call.answer_list(std::move(items));
}

void get_writer(const Call& call) {
  const auto& content = call.ports().content;
  const auto reader = content.reader(call.path_id<core::ReaderId>());
  if (!reader) return call.refuse(Refusal::kReaderMissing);
  Json::Array comments;
  for (const auto& comment : content.comments_by(reader->id, kReaderComments)) {
    comments.push_back(staff_comment_json(comment, content));
  }
  Json out = reader_json(*reader);
  out.set("comments", std::move(comments));
  call.answer(200, out);
}

void ban_writer(const Call& call) {
  const auto reader = call.ports().content.reader(call.path_id<core::ReaderId>());
  if (!reader) return call.refuse(Refusal::kReaderMissing);
  conversation::BanReader command{.reader = reader->id};
  take(call.body, "reason", command.reason);
  if (const auto until = call.body.text("until")) {
    command.until = *until == "forever" ? core::kForEver : parse_rfc3339(*until);
    if (!command.until) {
      return call.refuse(problem(Refusal::kBodyInvalid, "until is no time.",
                                 {{"#/until", "is not a time, \"forever\" or null"}}));
    }
  }
  call.execute(std::move(command), [reader](const Call& done, const auto& effects) {
    done.answer(200, reader_json(record_of(effects, *reader)));
  });
}

void get_transparency(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  Time since{};
  if (const auto text = call.request.parameter("since")) {
    const auto parsed = parse_rfc3339(*text);
    if (!parsed) return call.refuse(Refusal::kQueryInvalid, "since: is not a time.");
    since = *parsed;
  }
  Json rejected(Json::Object{});
  for (const auto& [what, count] : call.ports().content.ruling_counts(site->id, since)) {
    rejected.set(what, count);
  }
  Json out = counts_json(call, site->id);
  out.set("since", rfc3339(since));
  out.set("rejected", std::move(rejected));
  call.answer(200, out);
}

void get_comment_policy(const Call& call) {
  const auto site = site_of_path(call);
  if (site) call.answer(200, conversation::policy_json(site->comments, false));
}

void change_comment_policy(const Call& call) {
  auto site = site_of_path(call);
  if (!site) return;
  conversation::take_policy(call.body, site->comments);
  call.execute(newsroom::PutSite{*site}, [site](const Call& done, const auto& effects) {
    done.answer(200, conversation::policy_json(record_of(effects, *site).comments, false));
  });
}

}  // namespace tocsin::api
