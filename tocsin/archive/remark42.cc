// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <utility>

#include "tocsin/archive/json_records.h"
#include "tocsin/archive/readers.h"
#include "tocsin/markup/text.h"

namespace tocsin::archive {
namespace {

bool is_true(const Json& json, std::string_view name) {
  const auto* value = json.find(name);
  return value && value->if_bool() == true;
}

// `orig` is what was written, in Markdown, with its HTML characters escaped; older backups have
// only what was shown.
std::string text_of(const Json& json) {
  const auto original = json.text("orig").value_or("");
  if (!original.empty()) return markup::decode_references(original);
  return comment_text(json.text("text").value_or(""));
}

ArchivedComment comment_of(const Json& json) {
  ArchivedComment comment;
  comment.key = json.text("id").value_or("");
  comment.parent_key = json.text("pid").value_or("");
  comment.created = mongo_date(json.find("time")).value_or(Time{});
  comment.text = text_of(json);
  comment.state = is_true(json, "delete") ? State::kDeleted : State::kApproved;
  comment.is_featured = is_true(json, "pin");
  comment.votes = mongo_number(json.find("score"));
  if (const auto* user = json.find("user")) {
    const auto id = user->text("id").value_or("");
    comment.author = {.name = user->text("name").value_or(""),
                      .is_registered = !id.empty() && !id.starts_with("anonymous_"),
                      .is_staff = is_true(*user, "admin")};
    comment.address = user->text("ip").value_or("");  // mostly a hash, and then left out
  }
  return comment;
}

// The pages that are read-only. The first line says so; its version is 1.
Result<std::set<std::string>> read_head(JsonRecords& records) {
  TOCSIN_TRY(const auto head, records.next());
  if (!head || !head->find("version")) {
    return Error{Errc::kCorrupt, "the file is no backup of Remark42: line 1 has no version"};
  }
  const auto version = mongo_number(head->find("version"));
  if (version > 1) {
    return Error{Errc::kCorrupt, "the backup is of version " + std::to_string(version) +
                                     " of the format; 1 is known"};
  }
  std::set<std::string> closed;
  const auto* posts = head->find("posts");
  if (!posts || !posts->if_array()) return closed;
  for (const auto& post : *posts->if_array()) {
    if (is_true(post, "read_only")) closed.insert(post.text("url").value_or(""));
  }
  return closed;
}

ArchivedConversation conversation_of(const std::string& url, const std::set<std::string>& closed) {
  ArchivedConversation conversation;
  conversation.key = url;
  conversation.page_url = url;
  conversation.is_open = !closed.contains(url);
  return conversation;
}

}  // namespace

Result<Archive> read_remark42(ByteView file, const ReadOptions& options) {
  Builder builder(Format::kRemark42);
  JsonRecords records(file, "the backup", builder, options);
  TOCSIN_TRY(const auto closed, read_head(records));
  for (;;) {
    TOCSIN_TRY(const auto json, records.next());
    if (!json) break;
    const auto* locator = json->find("locator");
    const auto url = locator ? locator->text("url").value_or("") : "";
    if (url.empty()) {
      builder.warn("a comment without the address of its page was left out",
                   "line " + std::to_string(records.line()));
      continue;
    }
    auto conversation = conversation_of(url, closed);
    conversation.title = json->text("title").value_or("");
    TOCSIN_TRY(const auto index, builder.add(std::move(conversation)));
    TOCSIN_TRY(std::ignore, builder.add(index, comment_of(*json)));
  }
  for (const auto& url : closed) {
    if (url.empty()) continue;
    TOCSIN_TRY(std::ignore, builder.add(conversation_of(url, closed)));
  }
  return std::move(builder).finish();
}

}  // namespace tocsin::archive
