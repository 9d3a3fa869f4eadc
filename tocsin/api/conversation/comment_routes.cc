// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tocsin/api/conversation/json.h"
#include "tocsin/api/routes.h"
#include "tocsin/guard/network.h"

// What readers do in a conversation.
namespace tocsin::api {
namespace {

using core::Comment;
using core::CommentState;

// The story of the path that readers may see, with its site; refuses the call if there is none.
struct Place {
  core::Story story;
  core::Site site;
};
std::optional<Place> place_of(const Call& call, core::StoryId id) {
  auto story = call.ports().content.story(id);
  auto site = story ? call.ports().content.site(story->site) : std::nullopt;
  if (!site || story->state == core::StoryState::kDraft) {
    call.refuse(Refusal::kStoryUnknown);
    return std::nullopt;
  }
  return Place{*std::move(story), *std::move(site)};
}

// The comment of the path; refuses the call if there is none that the caller may know of.
std::optional<Comment> comment_of(const Call& call) {
  auto found = call.ports().content.comment(call.path_id<core::CommentId>());
  const bool is_public = found && found->state == CommentState::kPublished;
  const bool is_own = found && call.reader && found->reader == call.reader->id;
  if (is_public || is_own) return found;
  call.refuse(Refusal::kCommentUnknown);
  return std::nullopt;
}

std::string closed_detail(const conversation::Opening& opening) {
  std::string out = "Comments are closed";
  if (opening.since) out += " since " + rfc3339(*opening.since);
  return out + (opening.message.empty() ? "." : ": " + opening.message);
}

// A command of a reader was refused: most reasons have a code of their own here.
void refuse_reader(const Call& call, const Error& error) {
  const auto starts = [&](std::string_view text) { return error.message.starts_with(text); };
  if (error.code == Errc::kConflict && starts("conversation:")) {
    return call.refuse(Refusal::kCommentsClosed, error.message);
  }
  if (error.code == Errc::kConflict && starts("reader: is banned")) {
    return call.refuse(Refusal::kReaderBanned, error.message);
  }
  if (error.code == Errc::kNotFound) return call.refuse(Refusal::kCommentUnknown);
  call.refuse(problem_of(error));
}

void answer_own(const Call& call, const Comment& comment, int status) {
  const auto site = call.ports().content.site(comment.site).value_or(core::Site{});
  const Json json = own_comment_json(comment, site, call.ports().clock.now());
  if (status == 201) return call.answer_created("/api/v1/comments", comment.id.text(), json);
  call.answer(status, json);
}

void answer_public(const Call& call, const Comment& comment) {
  const auto site = call.ports().content.site(comment.site).value_or(core::Site{});
  call.answer(200, comment_json(comment, site));
}

// Asks the site's classifier, if it has one, then goes on.
void classify(const Call& call, const core::Site& site, const Comment& comment,
              std::function<void(std::optional<conversation::External>)> then) {
  if (site.comments.external_url.empty()) return then(std::nullopt);
  call.ports().classifier.ask(site, comment, [then = std::move(then)](conversation::External said) {
    then(std::move(said));
  });
}

// Takes a token from each bucket; refuses the call if one is empty.
bool admit_posting(const Call& call, core::StoryId story) {
  const auto now = call.ports().clock.instant();
  auto& desk = *call.desk;
  auto wait = desk.writers.refuse(call.reader->id.text(), now);
  if (!wait)
    wait = desk.writer_networks.refuse(guard::network_of(call.request.remote_address), now);
  if (!wait) wait = desk.conversations.refuse(story.text(), now);
  if (!wait) return true;
  call.refuse_for(*wait);
  return false;
}

Json conversation_json(const Call& call, const Place& place, const std::vector<Comment>& comments) {
  const auto& content = call.ports().content;
  const Time now = call.ports().clock.now();
  const auto& policy = place.site.comments;
  Json::Array items;
  for (const auto& comment : comments) {
    const bool is_own = call.reader && comment.reader == call.reader->id;
    items.push_back(is_own ? own_comment_json(comment, place.site, now)
                           : comment_json(comment, place.site));
  }
  const auto conversation = content.conversation(place.story.id);
  return Json{{"opening", opening_json(opening_now(content, place.site, place.story, now))},
              {"count", conversation ? conversation->published : 0},
              {"policy", Json{{"characters_max", policy.characters_max},
                              {"has_votes", policy.has_votes},
                              {"edit_minutes", policy.edit_minutes}}},
              {"sequence", content.last_sequence()},
              {"items", std::move(items)}};
}

// Adds what only its writer sees: their own comments that are not published.
void add_own(const Call& call, core::StoryId story, std::vector<Comment>& comments) {
  if (!call.reader) return;
  constexpr std::size_t kLookedAt = 200;
  for (const auto& own : call.ports().content.comments_by(call.reader->id, kLookedAt)) {
    const bool is_hidden = own.state == CommentState::kHeld || own.state == CommentState::kRejected;
    if (own.story == story && is_hidden) comments.push_back(own);
  }
}

void sort(std::vector<Comment>& comments, std::string_view order) {
  std::sort(comments.begin(), comments.end(), [&](const Comment& a, const Comment& b) {
    if (order == "votes" && a.votes != b.votes) return a.votes > b.votes;
    return order == "newest" ? a.id > b.id : a.id < b.id;
  });
}

}  // namespace

void list_comments(const Call& call) {
  const auto place = place_of(call, call.path_id<core::StoryId>());
  if (!place) return;
  const auto order = call.request.parameter("sort").value_or("oldest");
  if (order != "oldest" && order != "newest" && order != "votes") {
    return call.refuse(Refusal::kQueryInvalid, "sort: is not oldest, newest or votes.");
  }
  std::vector<Comment> comments;
  const auto opening =
      opening_now(call.ports().content, place->site, place->story, call.ports().clock.now());
  if (opening.state != conversation::Opening::State::kHidden) {
    comments = call.ports().content.comments({.story = place->story.id});
    add_own(call, place->story.id, comments);
  }
  sort(comments, order);
  call.answer(200, conversation_json(call, *place, comments));
}

void post_comment(const Call& call) {
  const auto place = place_of(call, call.path_id<core::StoryId>());
  if (!place) return;
  const auto opening =
      opening_now(call.ports().content, place->site, place->story, call.ports().clock.now());
  if (!opening.is_open()) return call.refuse(Refusal::kCommentsClosed, closed_detail(opening));
  if (!admit_posting(call, place->story.id)) return;

  Comment comment;
  comment.id = call.ports().ids.next<core::CommentKind>();
  comment.site = place->site.id;
  comment.story = place->story.id;
  comment.parent = call.body_id<core::CommentId>("parent");
  comment.reader = call.reader->id;
  take(call.body, "text", comment.text);
  comment.network = call.ports().accounts.network_hash(call.request.remote_address);
  bool follow_replies = false;
  take(call.body, "follow_replies", follow_replies);
  classify(call, place->site, comment,
           [call, comment, follow_replies](const std::optional<conversation::External>& said) {
             call.execute(
                 conversation::PostComment{comment, said, follow_replies},
                 [comment](const Call& done, const auto& effects) {
                   answer_own(done, record_of(effects, comment), 201);
                 },
                 refuse_reader);
           });
}

void edit_comment(const Call& call) {
  const auto comment = comment_of(call);
  if (!comment) return;
  const auto site = call.ports().content.site(comment->site);
  if (!site) return call.refuse(Refusal::kCommentUnknown);
  Comment changed = *comment;
  take(call.body, "text", changed.text);
  classify(call, *site, changed,
           [call, changed](const std::optional<conversation::External>& said) {
             call.execute(
                 conversation::EditComment{changed.id, call.reader->id, changed.text, said},
                 [changed](const Call& done, const auto& effects) {
                   answer_own(done, record_of(effects, changed), 200);
                 },
                 refuse_reader);
           });
}

void delete_comment(const Call& call) {
  const auto comment = comment_of(call);
  if (!comment) return;
  call.execute(
      conversation::DeleteComment{comment->id, call.reader->id},
      [](const Call& done, const auto&) {
        done.respond({204, {}, ""});
      },
      refuse_reader);
}

void vote_comment(const Call& call) {
  const auto comment = comment_of(call);
  if (!comment) return;
  bool is_given = true;
  take(call.body, "given", is_given);
  call.execute(
      conversation::VoteComment{comment->id, call.reader->id, is_given},
      [comment](const Call& done, const auto& effects) {
        answer_public(done, record_of(effects, *comment));
      },
      refuse_reader);
}

void report_comment(const Call& call) {
  const auto comment = comment_of(call);
  if (!comment) return;
  core::Report report;
  report.id = call.ports().ids.next<core::ReportKind>();
  report.comment = comment->id;
  if (call.reader) report.reader = call.reader->id;
  report.ground = *core::parse_ground(*call.body.text("ground"));
  take(call.body, "text", report.text);
  call.execute(
      conversation::ReportComment{report},
      [report](const Call& done, const auto&) {
        done.answer(201, Json{{"id", report.id.text()}});
      },
      refuse_reader);
}

void appeal_ruling(const Call& call) {
  const auto comment = comment_of(call);
  if (!comment) return;
  call.execute(
      conversation::AppealRuling{comment->id, call.reader->id, call.body.text("text").value_or("")},
      [comment](const Call& done, const auto& effects) {
        answer_own(done, record_of(effects, *comment), 200);
      },
      refuse_reader);
}

void follow_conversation(const Call& call) {
  const auto place = place_of(call, call.path_id<core::StoryId>());
  if (!place) return;
  const auto device = parse_subscription_id(*call.body.text("subscription"));
  const auto subscription = device ? call.ports().subscriptions.find(*device) : std::nullopt;
  if (!subscription || subscription->site != place->site.id) {
    return call.refuse(Refusal::kSubscriptionUnknown);
  }
  core::Follower follower =
      call.ports()
          .content.follower(place->story.id, *device)
          .value_or(core::Follower{.story = place->story.id, .device = *device});
  if (call.reader) follower.reader = call.reader->id;
  take(call.body, "replies", follower.replies);
  take(call.body, "all", follower.all);
  take(call.body, "closing", follower.closing);
  call.execute(
      conversation::Follow{follower},
      [follower](const Call& done, const auto&) {
        done.answer(200, Json{{"replies", follower.replies},
                              {"all", follower.all},
                              {"closing", follower.closing}});
      },
      refuse_reader);
}

}  // namespace tocsin::api
