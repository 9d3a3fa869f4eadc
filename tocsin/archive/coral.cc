// SPDX-License-Identifier: Apache-2.0
#include <unordered_map>
#include <utility>

#include "tocsin/archive/json_records.h"
#include "tocsin/archive/readers.h"

namespace tocsin::archive {
namespace {

using Authors = std::unordered_map<std::string, ArchivedAuthor>;  // by id

State state_of(const Json& comment) {
  const auto status = comment.text("status").value_or("");
  const auto* deleted = comment.find("deletedAt");
  if (deleted && mongo_date(deleted)) return State::kDeleted;
  if (status == "REJECTED") return State::kRejected;
  if (status == "PREMOD" || status == "SYSTEM_WITHHELD") return State::kPending;
  return State::kApproved;  // NONE: nobody looked, and it is shown
}

bool has_tag(const Json& comment, std::string_view tag) {
  const auto* tags = comment.find("tags");
  if (!tags || !tags->if_array()) return false;
  for (const auto& each : *tags->if_array()) {
    if (each.text("type") == tag) return true;
  }
  return false;
}

// The latest revision's text; Coral empties the revisions of what was deleted.
std::string body_of(const Json& comment) {
  const auto* revisions = comment.find("revisions");
  if (!revisions || !revisions->if_array() || revisions->if_array()->empty()) return {};
  return revisions->if_array()->back().text("body").value_or("");
}

Result<Authors> read_users(JsonRecords records) {
  Authors authors;
  for (;;) {
    TOCSIN_TRY(const auto user, records.next());
    if (!user) return authors;
    const auto id = user->text("id");
    if (!id || authors.size() == kCommentsMax) continue;
    const auto role = user->text("role").value_or("COMMENTER");
    authors[*id] = {.name = user->text("username").value_or(""),
                    .email = user->text("email").value_or(""),
                    .is_registered = true,
                    .is_staff = role == "STAFF" || role == "MODERATOR" || role == "ADMIN"};
  }
}

Status read_stories(JsonRecords records, Builder& builder) {
  for (;;) {
    TOCSIN_TRY(const auto story, records.next());
    if (!story) return ok();
    ArchivedConversation conversation;
    conversation.key = story->text("id").value_or("");
    conversation.page_url = story->text("url").value_or("");
    if (const auto* metadata = story->find("metadata")) {
      conversation.title = metadata->text("title").value_or("");
    }
    conversation.closed = mongo_date(story->find("closedAt"));  // false: opened again
    conversation.is_open = !conversation.closed;
    const auto* archived = story->find("isArchived");
    if (archived && archived->if_bool() == true) conversation.is_open = false;
    if (conversation.key.empty()) {
      builder.warn("a story without an id was left out", conversation.page_url);
      continue;
    }
    TOCSIN_TRY(std::ignore, builder.add(std::move(conversation)));
  }
}

ArchivedComment comment_of(const Json& json, const Authors& authors, Builder& builder) {
  ArchivedComment comment;
  comment.key = json.text("id").value_or("");
  comment.parent_key = json.text("parentID").value_or("");
  comment.created = mongo_date(json.find("createdAt")).value_or(Time{});
  // What was typed with the rich text editor turned off has plain line ends.
  comment.text = comment_text(body_of(json), LineEnds::kBreak);
  comment.state = state_of(json);
  comment.is_featured = has_tag(json, "FEATURED");
  if (const auto* counts = json.find("actionCounts")) {
    comment.votes = mongo_number(counts->find("REACTION"));
  }
  if (const auto author = json.text("authorID")) {
    const auto found = authors.find(*author);
    if (found != authors.end()) comment.author = found->second;
    if (found == authors.end()) builder.warn("a comment's writer is not among the users", *author);
    comment.author.is_registered = true;
  }
  if (has_tag(json, "STAFF")) comment.author.is_staff = true;
  return comment;
}

}  // namespace

Result<Archive> read_coral(const CoralFiles& files, const ReadOptions& options) {
  Builder builder(Format::kCoralComments);
  TOCSIN_TRY(const auto authors,
             read_users(JsonRecords(files.users, "the users", builder, options)));
  TOCSIN_TRY(std::ignore,
             read_stories(JsonRecords(files.stories, "the stories", builder, options), builder));
  JsonRecords records(files.comments, "the comments", builder, options);
  for (;;) {
    TOCSIN_TRY(const auto json, records.next());
    if (!json) break;
    const auto story = json->text("storyID");
    const auto index = story ? builder.find(*story) : std::nullopt;
    if (!index) {
      builder.warn("a comment of a story that is not among the stories was left out",
                   json->text("id").value_or(""));
      continue;
    }
    TOCSIN_TRY(std::ignore, builder.add(*index, comment_of(*json, authors, builder)));
  }
  return std::move(builder).finish();
}

}  // namespace tocsin::archive
