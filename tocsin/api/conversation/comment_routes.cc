// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include "tocsin/api/conversation/json.h"
#include "tocsin/api/routes.h"

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
  if (!call.admit_work()) return false;
  const auto wait = call.desk->conversations.refuse(story.text(), call.ports().clock.instant());
  if (wait) call.refuse_for(*wait);
  return !wait;
}

// What a list of comments is made of.
newsroom::BodyBasis basis_of(const Call& call, const Place& place) {
  newsroom::BodyBasis out;
  out.story = place.story;
  out.conversation = call.ports().content.conversation(place.story.id);
  out.opening = conversation::opening_of(place.site.comments, out.conversation, place.story,
                                         call.ports().clock.now());
  return out;
}

Json conversation_json(const Call& call, const Place& place, const newsroom::BodyBasis& basis,
                       std::uint64_t sequence, const std::vector<Comment>& comments) {
  const Time now = call.ports().clock.now();
  const auto& policy = place.site.comments;
  Json::Array items;
  for (const auto& comment : comments) {
    const bool is_own = call.reader && comment.reader == call.reader->id;
    items.push_back(is_own ? own_comment_json(comment, place.site, now)
                           : comment_json(comment, place.site));
  }
  return Json{{"opening", opening_json(basis.opening)},
              {"count", basis.conversation ? basis.conversation->published : 0},
              {"policy", Json{{"characters_max", policy.characters_max},
                              {"has_votes", policy.has_votes},
                              {"edit_minutes", policy.edit_minutes}}},
              {"sequence", sequence},
              {"items", std::move(items)}};
}

// What the reader wrote in the conversation, of their newest comments. `has_all`: they have no
// older ones.
struct Own {
  std::vector<Comment> comments;
  bool has_all = true;
};
Own own_of(const Call& call, core::StoryId story) {
  constexpr std::size_t kLookedAt = 200;
  Own out;
  if (!call.reader) return out;
  out.comments = call.ports().content.comments_by(call.reader->id, kLookedAt);
  out.has_all = out.comments.size() < kLookedAt;
  std::erase_if(out.comments, [story](const Comment& own) { return own.story != story; });
  return out;
}

// Adds what only its writer sees: their own comments that are not published.
void add_hidden(const Own& own, std::vector<Comment>& comments) {
  std::copy_if(own.comments.begin(), own.comments.end(), std::back_inserter(comments),
               [](const Comment& each) {
                 return each.state == CommentState::kHeld || each.state == CommentState::kRejected;
               });
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
  // First: what happens after this is read comes live.
  const auto sequence = call.ports().content.last_sequence();
  auto basis = basis_of(call, *place);
  const auto own = own_of(call, place->story.id);
  // Who wrote nothing here is answered as everybody is.
  const bool is_for_all = own.has_all && own.comments.empty();
  const newsroom::BodyKey key{.story = place->story.id, .kind = "comments.json " + order};
  auto& bodies = call.ports().bodies;
  if (is_for_all) {
    if (const auto* kept = bodies.find(key, basis, sequence)) {
      return call.answer_text(200, kept->bytes);
    }
  }
  std::vector<Comment> comments;
  if (basis.opening.state != conversation::Opening::State::kHidden) {
    comments = call.ports().content.comments({.story = place->story.id});
    add_hidden(own, comments);
  }
  sort(comments, order);
  auto json = conversation_json(call, *place, basis, sequence, comments).dump();
  if (is_for_all) bodies.keep(key, std::move(basis), {json, "", sequence});
  call.answer_text(200, std::move(json));
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
  if (!call.admit_work()) return;
  Comment changed = *comment;
  take(call.body, "text", changed.text);
  const auto edit = [call, changed](const std::optional<conversation::External>& said) {
    call.execute(
        conversation::EditComment{changed.id, call.reader->id, changed.text, said},
        [changed](const Call& done, const auto& effects) {
          answer_own(done, record_of(effects, changed), 200);
        },
        refuse_reader);
  };
  // Somebody else's is refused: the classifier is asked nothing about it.
  if (comment->reader != call.reader->id) return edit(std::nullopt);
  classify(call, *site, changed, edit);
}

void delete_comment(const Call& call) {
  const auto comment = comment_of(call);
  if (!comment || !call.admit_act()) return;
  call.execute(
      conversation::DeleteComment{comment->id, call.reader->id},
      [](const Call& done, const auto&) {
        done.respond({204, {}, ""});
      },
      refuse_reader);
}

void vote_comment(const Call& call) {
  const auto comment = comment_of(call);
  if (!comment || !call.admit_act()) return;
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
  if (!comment || !call.admit_act()) return;
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
