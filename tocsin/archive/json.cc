// SPDX-License-Identifier: Apache-2.0
#include "tocsin/json/json.h"

#include <utility>

#include "tocsin/archive/json_records.h"
#include "tocsin/archive/readers.h"
#include "tocsin/archive/writers.h"

namespace tocsin::archive {
namespace {

constexpr std::string_view kFormat = "tocsin-comments";
constexpr std::int64_t kVersion = 1;
constexpr std::size_t kLineBytesMax = 1
                                      << 20;  // about: a line ends with the comment that passes it

void set_text(Json& json, const char* name, const std::string& text) {
  if (!text.empty()) json.set(name, text);
}
void set_if(Json& json, const char* name, bool value) {
  if (value) json.set(name, true);
}

// What is as usual is left out.
Json to_json(const ArchivedComment& comment) {
  Json author = Json(Json::Object());
  set_text(author, "name", comment.author.name);
  set_text(author, "email", comment.author.email);
  set_text(author, "url", comment.author.url);
  set_if(author, "registered", comment.author.is_registered);
  set_if(author, "staff", comment.author.is_staff);
  Json json({{"key", comment.key}});
  set_text(json, "parent", comment.parent_key);
  if (!author.if_object()->empty()) json.set("author", std::move(author));
  if (comment.created != Time{}) json.set("created", rfc3339(comment.created));
  if (comment.state != State::kApproved) json.set("state", text(comment.state));
  if (comment.votes != 0) json.set("votes", comment.votes);
  set_text(json, "address", comment.address);
  set_if(json, "featured", comment.is_featured);
  json.set("text", comment.text);
  return json;
}

Json to_json_without_comments(const ArchivedConversation& conversation) {
  Json json({{"key", conversation.key}});
  set_text(json, "url", conversation.page_url);
  // The path of an address is in it.
  if (conversation.page_url.empty()) set_text(json, "path", conversation.page_path);
  set_text(json, "slug", conversation.slug);
  set_text(json, "title", conversation.title);
  if (!conversation.is_open) json.set("open", false);
  if (!conversation.is_public) json.set("public", false);
  if (conversation.closed) json.set("closed", rfc3339(*conversation.closed));
  return json;
}

bool flag(const Json& json, std::string_view name, bool otherwise) {
  const auto* value = json.find(name);
  return value ? value->if_bool().value_or(otherwise) : otherwise;
}

std::optional<Time> date(const Json& json, std::string_view name) {
  const auto text = json.text(name);
  return text ? parse_rfc3339(*text) : std::nullopt;
}

ArchivedComment comment_of(const Json& json, Builder& builder) {
  ArchivedComment comment;
  comment.key = json.text("key").value_or("");
  comment.parent_key = json.text("parent").value_or("");
  if (const auto* author = json.find("author")) {
    comment.author = {.name = author->text("name").value_or(""),
                      .email = author->text("email").value_or(""),
                      .url = author->text("url").value_or(""),
                      .is_registered = flag(*author, "registered", false),
                      .is_staff = flag(*author, "staff", false)};
  }
  comment.created = date(json, "created").value_or(Time{});
  comment.text = json.text("text").value_or("");
  if (const auto text = json.text("state")) {
    const auto state = parse_state(*text);
    if (!state) builder.warn("a comment has a state that is not known, and waits", comment.key);
    comment.state = state.value_or(State::kPending);
  }
  comment.votes = mongo_number(json.find("votes"));
  comment.address = json.text("address").value_or("");
  comment.is_featured = flag(json, "featured", false);
  return comment;
}

ArchivedConversation conversation_of(const Json& json) {
  ArchivedConversation conversation;
  conversation.key = json.text("key").value_or("");
  conversation.page_url = json.text("url").value_or("");
  conversation.page_path = json.text("path").value_or("");
  conversation.slug = json.text("slug").value_or("");
  conversation.title = json.text("title").value_or("");
  conversation.is_open = flag(json, "open", true);
  conversation.is_public = flag(json, "public", true);
  conversation.closed = date(json, "closed");
  return conversation;
}

Status read_head(JsonRecords& records) {
  TOCSIN_TRY(const auto head, records.next());
  if (!head || head->text("format") != kFormat) {
    return Error{Errc::kCorrupt, "the file is no archive of Tocsin: line 1 does not say so"};
  }
  const auto version = mongo_number(head->find("version"));
  if (version != kVersion) {
    return Error{Errc::kCorrupt, "the archive is of version " + std::to_string(version) +
                                     " of the format; 1 is known"};
  }
  return ok();
}

Status take_conversation(const Json& json, Builder& builder, std::size_t line) {
  auto conversation = conversation_of(json);
  if (conversation.key.empty()) {
    builder.warn("a conversation without a key was left out", "line " + std::to_string(line));
    return ok();
  }
  TOCSIN_TRY(const auto index, builder.add(std::move(conversation)));
  const auto* comments = json.find("comments");
  if (!comments || !comments->if_array()) return ok();
  for (const auto& each : *comments->if_array()) {
    TOCSIN_TRY(std::ignore, builder.add(index, comment_of(each, builder)));
  }
  return ok();
}

}  // namespace

JsonWriter::JsonWriter(Sink sink) : sink_(std::move(sink)) {
  out_ = Json({{"format", kFormat}, {"version", kVersion}}).dump() + '\n';
}

void JsonWriter::flush(std::size_t bytes_min) {
  if (out_.size() < bytes_min) return;
  sink_(out_);
  out_.clear();
}

void JsonWriter::add(const ArchivedConversation& conversation) {
  auto head = to_json_without_comments(conversation).dump();
  head.pop_back();  // the brace
  out_ += head + ",\"comments\":[";
  std::size_t line_bytes = 0;
  bool is_first = true;
  for (const auto& comment : conversation.comments) {
    if (line_bytes > kLineBytesMax) {
      out_ += "]}\n{\"key\":" + Json(conversation.key).dump() + ",\"comments\":[";
      line_bytes = 0;
      is_first = true;
    }
    const auto json = to_json(comment).dump();
    if (!is_first) out_ += ',';
    out_ += json;
    line_bytes += json.size();
    is_first = false;
    flush(kPieceBytes);
  }
  out_ += "]}\n";
  flush(kPieceBytes);
}

void JsonWriter::finish() {
  out_ += Json({{"end", true}}).dump() + '\n';
  flush(0);
}

void write_json(const Archive& archive, const Sink& sink) {
  JsonWriter writer(sink);
  for (const auto& conversation : archive.conversations) writer.add(conversation);
  writer.finish();
}

Result<Archive> read_json(ByteView file, const ReadOptions& options) {
  Builder builder(Format::kTocsin);
  JsonRecords records(file, "the archive", builder, options);
  TOCSIN_TRY(std::ignore, read_head(records));
  for (;;) {
    TOCSIN_TRY(const auto json, records.next());
    if (!json) break;
    if (flag(*json, "end", false)) return std::move(builder).finish();
    TOCSIN_TRY(std::ignore, take_conversation(*json, builder, records.line()));
  }
  if (!options.keep_what_is_readable) {
    return Error{Errc::kCorrupt, "the file breaks off after line " +
                                     std::to_string(records.line()) + ": there is no last line"};
  }
  builder.warn_once("the file breaks off: there is no last line");
  return std::move(builder).finish();
}

}  // namespace tocsin::archive
