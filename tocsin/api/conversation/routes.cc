// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/routes.h"

#include "tocsin/api/conversation/schemas.h"
#include "tocsin/api/schemas.h"

// The part of the table of routes that is about conversations, people and live pages.
namespace tocsin::api {
namespace {

const Parameter kSite{"site", "The site's id; by default the one whose host the request names."};
const Parameter kCursor{"cursor", "The `next_cursor` of the page before."};

Route get(std::string_view pattern, std::string_view operation, std::string_view summary,
          Access access, void (*handle)(const Call&), const Schema& (*answer)()) {
  return {.method = "GET",
          .pattern = pattern,
          .operation = operation,
          .summary = summary,
          .access = access,
          .handle = handle,
          .answer = answer};
}

// A list whose items are of `answer`.
Route list(std::string_view pattern, std::string_view operation, std::string_view summary,
           Access access, void (*handle)(const Call&), const Schema& (*answer)()) {
  Route out = get(pattern, operation, summary, access, handle, answer);
  out.answers_list = true;
  return out;
}

Route act(std::string_view method, std::string_view pattern, std::string_view operation,
          std::string_view summary, Access access, void (*handle)(const Call&)) {
  return {.method = method,
          .pattern = pattern,
          .operation = operation,
          .summary = summary,
          .access = access,
          .handle = handle};
}

Route with(Route route, const Schema& (*body)(), int status, const Schema& (*answer)()) {
  route.body = body;
  route.status = status;
  route.answer = answer;
  return route;
}
Route partly(Route route) {
  route.is_partial = true;
  return route;
}
Route limited(Route route) {
  route.is_limited = true;
  return route;
}
Route asking(Route route, std::vector<Parameter> query) {
  route.query = std::move(query);
  return route;
}

}  // namespace

std::vector<Route> writer_routes() {
  constexpr auto kR = Access::kReader;
  constexpr auto kW = Access::kWriter;
  return {
      get("/api/v1/puzzle", "getPuzzle", "Work for a device that wants to comment", kR, get_puzzle,
          schemas::puzzle),
      limited(with(
          act("POST", "/api/v1/readers", "createReader", "Begin to comment", kR, create_reader),
          schemas::new_reader_body, 201, schemas::signed_in_reader)),
      get("/api/v1/readers/me", "getMe", "Who I am", kW, get_me, schemas::reader),
      with(
          act("PATCH", "/api/v1/readers/me", "changeMe", "Change my name or device", kW, change_me),
          schemas::reader_body, 200, schemas::reader),
      with(
          act("DELETE", "/api/v1/readers/me", "eraseMe", "Erase me and what I wrote", kW, erase_me),
          nullptr, 204, nullptr),
      get("/api/v1/readers/me/export", "exportMe", "All that is kept of me", kW, export_me,
          schemas::reader_export),
      limited(with(act("POST", "/api/v1/readers/me/email", "addEmail",
                       "Sign in by this address from now on; a link goes there", kW, add_email),
                   schemas::email_body, 202, nullptr)),
      limited(with(act("POST", "/api/v1/sign-in", "startSignIn",
                       "Send a link to sign in with; the same answer whether there is such a "
                       "reader",
                       kR, start_sign_in),
                   schemas::sign_in_body, 202, nullptr)),
      limited(with(act("POST", "/api/v1/sign-in/confirm", "confirmSignIn", "Sign in by a link", kR,
                       confirm_sign_in),
                   schemas::code_body, 200, schemas::signed_in_reader)),
  };
}

std::vector<Route> comment_routes() {
  constexpr auto kR = Access::kReader;
  constexpr auto kW = Access::kWriter;
  return {
      asking(get("/api/v1/stories/{id}/comments", "listComments", "The comments of a story", kR,
                 list_comments, schemas::comments),
             {{"sort", "oldest, newest or votes."}}),
      with(act("POST", "/api/v1/stories/{id}/comments", "postComment", "Comment", kW, post_comment),
           schemas::comment_body, 201, schemas::comment),
      with(act("PATCH", "/api/v1/comments/{id}", "editComment", "Change my comment", kW,
               edit_comment),
           schemas::comment_text_body, 200, schemas::comment),
      with(act("DELETE", "/api/v1/comments/{id}", "deleteComment", "Delete my comment", kW,
               delete_comment),
           nullptr, 204, nullptr),
      with(act("POST", "/api/v1/comments/{id}/vote", "voteComment", "Vote, or take it back", kW,
               vote_comment),
           schemas::vote_body, 200, schemas::comment),
      limited(with(act("POST", "/api/v1/comments/{id}/reports", "reportComment",
                       "Report a comment to the moderators", kR, report_comment),
                   schemas::report_body, 201, schemas::created)),
      with(act("POST", "/api/v1/comments/{id}/appeal", "appealRuling",
               "Ask for a person's look at a rejection", kW, appeal_ruling),
           schemas::appeal_body, 200, schemas::comment),
      limited(with(act("POST", "/api/v1/stories/{id}/followers", "followConversation",
                       "Choose what a device hears of a conversation", kR, follow_conversation),
                   schemas::follower_body, 200, schemas::follower)),
      asking(
          get("/api/v1/live", "getLive",
              "Server-sent events: story, alert, comment, conversation, thread, entry, votes, "
              "resync",
              kR, get_live, nullptr),
          {kSite,
           {"story", "Changes of a story; each may stand more than once."},
           {"conversation", "Comments of a story."},
           {"thread", "Entries and stories of a developing story."},
           {"topic", "Stories of a topic."},
           {"front", "1: all stories."},
           {"after",
            "The last event the page has; Last-Event-ID outweighs it. What is none of ours gets a "
            "resync."}}),
      with(act("POST", "/api/v1/receipts", "addReceipt", "A device reports what became of an alert",
               kR, add_receipt),
           schemas::receipt_body, 204, nullptr),
  };
}

std::vector<Route> moderation_routes() {
  constexpr auto kM = Access::kModerate;
  const Parameter some{"site", "Only of this site."};
  return {
      asking(get("/api/v1/moderation/queue", "listQueue", "What waits for a moderator", kM,
                 list_queue, schemas::queue),
             {some, {"kind", "held, reported, appealed, recent or rejected."}, kCursor}),
      asking(list("/api/v1/moderation/stories", "listConversations",
                  "The newest stories and their conversations", kM, list_conversations,
                  schemas::conversation_item),
             {kSite, {"q", "Words of the headline."}}),
      asking(get("/api/v1/moderation/transparency", "getTransparency",
                 "How many comments were rejected, and why", kM, get_transparency,
                 schemas::transparency),
             {kSite, {"since", "A time; all by default."}}),
      with(act("POST", "/api/v1/comments/{id}/moderate", "moderateComment",
               "Publish or reject a comment, with a statement of reasons", kM, moderate_comment),
           schemas::moderation_body, 200, schemas::staff_comment),
      with(act("POST", "/api/v1/comments/{id}/feature", "featureComment", "Feature a comment", kM,
               feature_comment),
           schemas::feature_body, 200, schemas::staff_comment),
      with(act("POST", "/api/v1/stories/{id}/staff-comments", "postStaffComment",
               "Comment as the newsroom", kM, post_staff_comment),
           schemas::comment_body, 201, schemas::staff_comment),
      get("/api/v1/stories/{id}/conversation", "getConversation", "How a conversation is set", kM,
          get_conversation, schemas::conversation),
      with(act("POST", "/api/v1/stories/{id}/conversation", "setConversation",
               "Open, close or hide a conversation", kM, set_conversation),
           schemas::conversation_body, 200, schemas::conversation),
      get("/api/v1/readers/{id}", "getWriter", "A reader and their newest comments", kM, get_writer,
          schemas::writer),
      with(act("POST", "/api/v1/readers/{id}/ban", "banWriter", "Ban a reader, or lift the ban", kM,
               ban_writer),
           schemas::ban_body, 200, schemas::reader),
      get("/api/v1/sites/{id}/comment-policy", "getCommentPolicy",
          "What the site allows in its conversations", kM, get_comment_policy, schemas::policy),
      with(act("PATCH", "/api/v1/sites/{id}/comment-policy", "changeCommentPolicy",
               "Change what the site allows in its conversations", Access::kAdmin,
               change_comment_policy),
           schemas::policy_body, 200, schemas::policy),
  };
}

std::vector<Route> people_routes() {
  constexpr auto kAny = Access::kAnyone;
  constexpr auto kAll = Access::kAdmin;
  return {
      limited(
          with(act("POST", "/api/v1/session", "signIn", "Sign in to the newsroom", kAny, sign_in),
               schemas::session_body, 200, schemas::signed_in_user)),
      get("/api/v1/session", "getSession", "Who is signed in", kAny, get_session,
          schemas::signed_in_user),
      with(act("DELETE", "/api/v1/session", "signOut", "Sign out", kAny, sign_out), nullptr, 204,
           nullptr),
      limited(with(act("POST", "/api/v1/session/password", "setPassword", "Set a password", kAny,
                       set_password),
                   schemas::password_body, 200, schemas::signed_in_user)),
      limited(with(
          act("POST", "/api/v1/setup", "setUp", "Become the first administrator", kAny, set_up),
          schemas::set_up_body, 201, schemas::signed_in_user)),
      list("/api/v1/users", "listUsers", "Who works in the newsroom", kAll, list_users,
           schemas::user),
      with(act("POST", "/api/v1/users", "createUser", "Add somebody to the newsroom", kAll,
               create_user),
           schemas::user_body, 201, schemas::new_user),
      partly(with(act("PATCH", "/api/v1/users/{id}", "changeUser", "Change name, role or access",
                      kAll, change_user),
                  schemas::user_body, 200, schemas::user)),
      with(act("POST", "/api/v1/users/{id}/link", "makeUserLink", "A link to set a password with",
               kAll, make_user_link),
           schemas::empty_body, 200, schemas::user_link),
  };
}

std::vector<Route> thread_routes() {
  return {
      asking(list("/api/v1/threads", "listThreads", "Developing stories, latest first",
                  Access::kRead, list_threads, schemas::thread),
             {kSite, kCursor}),
      with(act("POST", "/api/v1/threads", "createThread", "Begin a developing story",
               Access::kWrite, create_thread),
           schemas::thread_body, 201, schemas::thread),
      get("/api/v1/threads/{id}", "getThread", "One developing story", Access::kRead, get_thread,
          schemas::thread),
      partly(with(act("PATCH", "/api/v1/threads/{id}", "changeThread", "Change or end it",
                      Access::kWrite, change_thread),
                  schemas::thread_body, 200, schemas::thread)),
      list("/api/v1/threads/{id}/entries", "listEntries", "The entries of its live blog",
           Access::kRead, list_entries, schemas::entry),
      with(act("POST", "/api/v1/threads/{id}/entries", "createEntry", "Add an entry",
               Access::kWrite, create_entry),
           schemas::entry_body, 201, schemas::entry),
      partly(with(act("PATCH", "/api/v1/entries/{id}", "changeEntry",
                      "Change, pin, correct or withdraw an entry", Access::kWrite, change_entry),
                  schemas::entry_body, 200, schemas::entry)),
  };
}

}  // namespace tocsin::api
