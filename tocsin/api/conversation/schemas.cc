// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/conversation/schemas.h"

#include <utility>

namespace tocsin::api::schemas {
namespace {

// The fields that all views of a comment have, and `more`.
Schema comment_schema(std::string_view name, std::string_view about, std::vector<Field> more) {
  std::vector<Field> fields = {
      {.name = "id", .kind = Kind::kId, .is_required = true},
      {.name = "story", .kind = Kind::kId, .is_required = true},
      {.name = "parent", .kind = Kind::kId, .is_required = true, .is_nullable = true},
      {.name = "name", .is_required = true},
      {.name = "badge", .is_required = true, .choices = {"", "staff", "moderator"}},
      {.name = "html",
       .about = "Safe to show; empty unless published or one's own.",
       .is_required = true},
      {.name = "state",
       .is_required = true,
       .choices = {"published", "held", "rejected", "deleted"}},
      {.name = "is_featured", .kind = Kind::kBoolean, .is_required = true},
      {.name = "votes", .kind = Kind::kInteger, .is_required = true},
      {.name = "created", .kind = Kind::kTime, .is_required = true},
      {.name = "edited", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
      {.name = "permalink", .is_required = true}};
  fields.insert(fields.end(), more.begin(), more.end());
  return {name, about, std::move(fields)};
}

// The same fields and `more`.
Schema extended(Schema out, std::string_view name, std::string_view about,
                std::vector<Field> more) {
  out.name = name;
  out.about = about;
  out.fields.insert(out.fields.end(), more.begin(), more.end());
  return out;
}

const Schema& exported_ruling() {
  static const Schema schema{
      "ExportedRuling",
      "",
      {{.name = "at", .kind = Kind::kTime, .is_required = true},
       {.name = "state",
        .is_required = true,
        .choices = {"published", "held", "rejected", "deleted"}},
       {.name = "ground",
        .is_required = true,
        .is_nullable = true,
        .choices = {"illegal", "hate", "harassment", "personal_data", "spam", "off_topic",
                    "other"}},
       {.name = "statement", .is_required = true},
       {.name = "is_automatic", .kind = Kind::kBoolean, .is_required = true}}};
  return schema;
}

const Schema& opening() {
  static const Schema schema{
      "Opening",
      "Whether comments are taken, and if not, since when and why.",
      {{.name = "state", .is_required = true, .choices = {"open", "closed", "hidden"}},
       {.name = "why",
        .is_required = true,
        .choices = {"open", "not_offered", "by_hand", "site", "withdrawn", "draft", "hour", "age",
                    "night"}},
       {.name = "since", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
       {.name = "message", .about = "In the words of the newsroom.", .is_required = true},
       {.name = "changes",
        .kind = Kind::kTime,
        .about = "When it next opens or closes by itself.",
        .is_required = true,
        .is_nullable = true}}};
  return schema;
}

const Schema& conversation_rules() {
  static const Schema schema{
      "ConversationRules",
      "",
      {{.name = "characters_max", .kind = Kind::kInteger, .is_required = true},
       {.name = "has_votes", .kind = Kind::kBoolean, .is_required = true},
       {.name = "edit_minutes", .kind = Kind::kInteger, .is_required = true}}};
  return schema;
}

const Schema& report() {
  static const Schema schema{
      "Report",
      "",
      {{.name = "id", .kind = Kind::kId, .is_required = true},
       {.name = "ground",
        .is_required = true,
        .choices = {"illegal", "hate", "harassment", "personal_data", "spam", "off_topic",
                    "other"}},
       {.name = "text", .is_required = true},
       {.name = "reader", .kind = Kind::kId, .is_required = true, .is_nullable = true},
       {.name = "created", .kind = Kind::kTime, .is_required = true},
       {.name = "decided", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
       {.name = "is_upheld", .kind = Kind::kBoolean, .is_required = true}}};
  return schema;
}

const Schema& ruling() {
  static const Schema schema{
      "Ruling",
      "A decision about a comment.",
      {{.name = "at", .kind = Kind::kTime, .is_required = true},
       {.name = "by", .is_required = true},
       {.name = "state",
        .is_required = true,
        .choices = {"published", "held", "rejected", "deleted"}},
       {.name = "phase", .is_required = true},
       {.name = "ground",
        .is_required = true,
        .is_nullable = true,
        .choices = {"illegal", "hate", "harassment", "personal_data", "spam", "off_topic",
                    "other"}},
       {.name = "reason", .is_required = true},
       {.name = "statement", .is_required = true},
       {.name = "is_automatic", .kind = Kind::kBoolean, .is_required = true}}};
  return schema;
}

const Schema& queued_comment() {
  static const Schema schema =
      extended(schemas::staff_comment(), "QueuedComment",
               "A comment that waits for a moderator, with what there is to know.",
               {{.name = "open_reports",
                 .kind = Kind::kObject,
                 .is_required = true,
                 .is_list = true,
                 .schema = &report()},
                {.name = "rulings",
                 .kind = Kind::kObject,
                 .is_required = true,
                 .is_list = true,
                 .schema = &ruling()},
                {.name = "writer",
                 .kind = Kind::kObject,
                 .is_required = true,
                 .is_nullable = true,
                 .schema = &reader()}});
  return schema;
}

const Schema& queue_counts() {
  static const Schema schema{"QueueCounts",
                             "",
                             {{.name = "held", .kind = Kind::kInteger, .is_required = true},
                              {.name = "reported", .kind = Kind::kInteger, .is_required = true},
                              {.name = "appealed", .kind = Kind::kInteger, .is_required = true}}};
  return schema;
}

const Schema& exported_comment() {
  static const Schema schema = extended(schemas::comment(), "ExportedComment", "",
                                        {{.name = "rulings",
                                          .kind = Kind::kObject,
                                          .is_required = true,
                                          .is_list = true,
                                          .schema = &exported_ruling()}});
  return schema;
}

const Schema& exported_follow() {
  static const Schema schema{"ExportedFollow",
                             "",
                             {{.name = "story", .is_required = true},
                              {.name = "story_headline", .is_required = true},
                              {.name = "replies", .kind = Kind::kBoolean, .is_required = true},
                              {.name = "all", .kind = Kind::kBoolean, .is_required = true},
                              {.name = "closing", .kind = Kind::kBoolean, .is_required = true},
                              {.name = "notified",
                               .kind = Kind::kTime,
                               .about = "When a notification was last accepted.",
                               .is_required = true,
                               .is_nullable = true}}};
  return schema;
}

}  // namespace

const Schema& puzzle() {
  static const Schema schema{
      "Puzzle",
      "Work that an unknown device does before it may comment: find a nonce so that SHA-256 of "
      "challenge, colon and nonce starts with so many zero bits.",
      {{.name = "challenge", .is_required = true},
       {.name = "difficulty", .kind = Kind::kInteger, .about = "Zero bits.", .is_required = true}}};
  return schema;
}

const Schema& reader() {
  static const Schema schema{
      "Reader",
      "Somebody who comments.",
      {{.name = "id", .kind = Kind::kId, .is_required = true},
       {.name = "name", .is_required = true},
       {.name = "published",
        .kind = Kind::kInteger,
        .about = "Comments that were published.",
        .is_required = true},
       {.name = "rejected", .kind = Kind::kInteger, .is_required = true},
       {.name = "banned_until", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
       {.name = "ban_reason", .is_required = true},
       {.name = "has_device", .kind = Kind::kBoolean, .is_required = true},
       {.name = "has_email", .kind = Kind::kBoolean, .is_required = true},
       {.name = "created", .kind = Kind::kTime, .is_required = true}}};
  return schema;
}

const Schema& signed_in_reader() {
  static const Schema schema{
      "SignedInReader",
      "",
      {{.name = "reader", .kind = Kind::kObject, .is_required = true, .schema = &reader()},
       {.name = "token", .about = "Say it as Authorization: Bearer.", .is_required = true}}};
  return schema;
}

const Schema& comment() {
  static const Schema schema = comment_schema(
      "Comment", "A comment as readers see it.",
      {{.name = "mine",
        .kind = Kind::kBoolean,
        .about = "True on the own comments of the reader who asks, with the four below."},
       {.name = "text", .about = "As written."},
       {.name = "statement", .about = "Why it waits or was rejected."},
       {.name = "can_edit_until", .kind = Kind::kTime, .is_nullable = true},
       {.name = "is_appealed", .kind = Kind::kBoolean}});
  return schema;
}

const Schema& comments() {
  static const Schema schema{
      "Comments",
      "The comments of a story.",
      {{.name = "opening", .kind = Kind::kObject, .is_required = true, .schema = &opening()},
       {.name = "count", .kind = Kind::kInteger, .is_required = true},
       {.name = "policy",
        .kind = Kind::kObject,
        .is_required = true,
        .schema = &conversation_rules()},
       {.name = "sequence",
        .kind = Kind::kInteger,
        .about = "Of the last live event it knows of.",
        .is_required = true},
       {.name = "items",
        .kind = Kind::kObject,
        .is_required = true,
        .is_list = true,
        .schema = &comment()}}};
  return schema;
}

const Schema& created() {
  static const Schema schema{
      "Created", "", {{.name = "id", .kind = Kind::kId, .is_required = true}}};
  return schema;
}

const Schema& follower() {
  static const Schema schema{"Follower",
                             "What a device hears of a conversation.",
                             {{.name = "replies", .kind = Kind::kBoolean, .is_required = true},
                              {.name = "all", .kind = Kind::kBoolean, .is_required = true},
                              {.name = "closing", .kind = Kind::kBoolean, .is_required = true}}};
  return schema;
}

const Schema& staff_comment() {
  static const Schema schema = comment_schema(
      "StaffComment", "A comment as moderators see it.",
      {{.name = "text", .is_required = true},
       {.name = "phase",
        .about = "What decided: length, links, words, moderator ...",
        .is_required = true},
       {.name = "reason", .about = "For moderators.", .is_required = true},
       {.name = "statement", .about = "For the writer.", .is_required = true},
       {.name = "reports", .kind = Kind::kInteger, .about = "Open ones.", .is_required = true},
       {.name = "is_appealed", .kind = Kind::kBoolean, .is_required = true},
       {.name = "reader", .kind = Kind::kId, .is_required = true, .is_nullable = true},
       {.name = "user", .kind = Kind::kId, .is_required = true, .is_nullable = true},
       {.name = "story_headline", .is_required = true},
       {.name = "story_path", .is_required = true}});
  return schema;
}

const Schema& queue() {
  static const Schema schema{
      "Queue",
      "One page of what waits for a moderator.",
      {{.name = "counts", .kind = Kind::kObject, .is_required = true, .schema = &queue_counts()},
       {.name = "items",
        .kind = Kind::kObject,
        .is_required = true,
        .is_list = true,
        .schema = &queued_comment()},
       {.name = "next_cursor", .is_required = true, .is_nullable = true}}};
  return schema;
}

const Schema& conversation() {
  static const Schema schema{
      "Conversation",
      "A conversation and how it is set.",
      {{.name = "story", .kind = Kind::kId, .is_required = true},
       {.name = "mode", .is_required = true, .choices = {"by_rule", "open", "closed", "hidden"}},
       {.name = "reason", .is_required = true},
       {.name = "by", .is_required = true},
       {.name = "since", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
       {.name = "closes_at", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
       {.name = "holds_all", .kind = Kind::kBoolean, .is_required = true},
       {.name = "published", .kind = Kind::kInteger, .is_required = true},
       {.name = "opening", .kind = Kind::kObject, .is_required = true, .schema = &opening()}}};
  return schema;
}

const Schema& conversation_item() {
  static const Schema schema{
      "ConversationItem",
      "A story and its conversation.",
      {{.name = "id", .kind = Kind::kId, .is_required = true},
       {.name = "headline", .is_required = true},
       {.name = "path", .is_required = true},
       {.name = "published", .kind = Kind::kTime, .is_required = true},
       {.name = "mode", .is_required = true, .choices = {"by_rule", "open", "closed", "hidden"}},
       {.name = "comments", .kind = Kind::kInteger, .is_required = true},
       {.name = "opening", .kind = Kind::kObject, .is_required = true, .schema = &opening()}}};
  return schema;
}

const Schema& writer() {
  static const Schema schema = extended(reader(), "Writer", "A reader as moderators see them.",
                                        {{.name = "comments",
                                          .kind = Kind::kObject,
                                          .is_required = true,
                                          .is_list = true,
                                          .schema = &staff_comment()}});
  return schema;
}

const Schema& transparency() {
  static const Schema schema{"Transparency",
                             "Counts for the report that Regulation (EU) 2022/2065 asks for.",
                             {{.name = "held", .kind = Kind::kInteger, .is_required = true},
                              {.name = "reported", .kind = Kind::kInteger, .is_required = true},
                              {.name = "appealed", .kind = Kind::kInteger, .is_required = true},
                              {.name = "since", .kind = Kind::kTime, .is_required = true},
                              {.name = "rejected",
                               .kind = Kind::kCounts,
                               .about = "By ground and by whom: spam/person.",
                               .is_required = true}}};
  return schema;
}

const Schema& policy() {
  static const Schema schema{
      "CommentPolicy",
      "What the site allows in its conversations.",
      {{.name = "is_offered", .kind = Kind::kBoolean, .is_required = true},
       {.name = "is_closed",
        .kind = Kind::kBoolean,
        .about = "All conversations of the site, with the message.",
        .is_required = true},
       {.name = "message", .is_required = true, .max = 2'000},
       {.name = "close_after_days",
        .kind = Kind::kInteger,
        .about = "0: never.",
        .is_required = true},
       {.name = "opens_minute",
        .kind = Kind::kInteger,
        .about = "Of the day; equal to closes_minute: all day.",
        .is_required = true},
       {.name = "closes_minute", .kind = Kind::kInteger, .is_required = true},
       {.name = "time_zone", .about = "IANA.", .is_required = true, .max = 64},
       {.name = "characters_max", .kind = Kind::kInteger, .is_required = true},
       {.name = "links_max",
        .kind = Kind::kInteger,
        .about = "With more it is held.",
        .is_required = true},
       {.name = "edit_minutes", .kind = Kind::kInteger, .is_required = true},
       {.name = "banned_words",
        .about = "A comment with one is rejected.",
        .is_required = true,
        .is_list = true,
        .items_max = 2'000},
       {.name = "suspect_words",
        .about = "A comment with one is held.",
        .is_required = true,
        .is_list = true,
        .items_max = 2'000},
       {.name = "tells_words",
        .kind = Kind::kBoolean,
        .about = "The writer is told which word it was.",
        .is_required = true},
       {.name = "holds_all", .kind = Kind::kBoolean, .is_required = true},
       {.name = "newcomer_comments",
        .kind = Kind::kInteger,
        .about = "So many of a newcomer are held; 0: none.",
        .is_required = true},
       {.name = "reports_hold",
        .kind = Kind::kInteger,
        .about = "With so many reports a comment is held; 0: never.",
        .is_required = true},
       {.name = "has_votes", .kind = Kind::kBoolean, .is_required = true},
       {.name = "external_url",
        .about = "A classifier that is asked about each comment.",
        .is_required = true,
        .max = 2'048},
       {.name = "external_fails_open", .kind = Kind::kBoolean, .is_required = true}}};
  return schema;
}

const Schema& user() {
  static const Schema schema{
      "User",
      "Somebody who works in the newsroom.",
      {{.name = "id", .kind = Kind::kId, .is_required = true},
       {.name = "name", .is_required = true},
       {.name = "email", .is_required = true},
       {.name = "role", .is_required = true, .choices = {"moderator", "admin"}},
       {.name = "is_disabled", .kind = Kind::kBoolean, .is_required = true},
       {.name = "has_password", .kind = Kind::kBoolean, .is_required = true},
       {.name = "created", .kind = Kind::kTime, .is_required = true}}};
  return schema;
}

const Schema& signed_in_user() {
  static const Schema schema{
      "SignedInUser",
      "The session is in the cookie.",
      {{.name = "user", .kind = Kind::kObject, .is_required = true, .schema = &user()}}};
  return schema;
}

const Schema& user_link() {
  static const Schema schema{"UserLink",
                             "",
                             {{.name = "link",
                               .about = "To set a password with, once, within two days.",
                               .is_required = true}}};
  return schema;
}

const Schema& new_user() {
  static const Schema schema{
      "NewUser",
      "",
      {{.name = "user", .kind = Kind::kObject, .is_required = true, .schema = &user()},
       {.name = "link", .is_required = true}}};
  return schema;
}

const Schema& thread() {
  static const Schema schema{"Thread",
                             "A developing story.",
                             {{.name = "id", .kind = Kind::kId, .is_required = true},
                              {.name = "site", .kind = Kind::kId, .is_required = true},
                              {.name = "headline", .is_required = true},
                              {.name = "summary", .is_required = true},
                              {.name = "is_live", .kind = Kind::kBoolean, .is_required = true},
                              {.name = "page_url", .is_required = true},
                              {.name = "created", .kind = Kind::kTime, .is_required = true},
                              {.name = "updated", .kind = Kind::kTime, .is_required = true}}};
  return schema;
}

const Schema& entry() {
  static const Schema schema{"Entry",
                             "One entry of a live blog.",
                             {{.name = "id", .kind = Kind::kId, .is_required = true},
                              {.name = "thread", .kind = Kind::kId, .is_required = true},
                              {.name = "headline", .is_required = true},
                              {.name = "text", .about = "HTML.", .is_required = true},
                              {.name = "is_key",
                               .kind = Kind::kBoolean,
                               .about = "A key moment, pinned.",
                               .is_required = true},
                              {.name = "correction", .is_required = true},
                              {.name = "is_withdrawn", .kind = Kind::kBoolean, .is_required = true},
                              {.name = "author", .is_required = true},
                              {.name = "published", .kind = Kind::kTime, .is_required = true},
                              {.name = "updated", .kind = Kind::kTime, .is_required = true}}};
  return schema;
}

const Schema& reader_export() {
  static const Schema schema{
      "ReaderExport",
      "All that is kept of a reader.",
      {{.name = "reader", .kind = Kind::kObject, .is_required = true, .schema = &reader()},
       {.name = "site", .is_required = true},
       {.name = "exported", .kind = Kind::kTime, .is_required = true},
       {.name = "comments",
        .kind = Kind::kObject,
        .is_required = true,
        .is_list = true,
        .schema = &exported_comment()},
       {.name = "follows",
        .kind = Kind::kObject,
        .about = "Conversations that the reader's devices are told of.",
        .is_required = true,
        .is_list = true,
        .schema = &exported_follow()}}};
  return schema;
}

std::vector<const Schema*> conversation_schemas() {
  return {&puzzle(),
          &reader(),
          &signed_in_reader(),
          &comment(),
          &comments(),
          &created(),
          &follower(),
          &staff_comment(),
          &queue(),
          &conversation(),
          &conversation_item(),
          &writer(),
          &transparency(),
          &policy(),
          &policy_body(),
          &user(),
          &signed_in_user(),
          &user_link(),
          &new_user(),
          &thread(),
          &entry(),
          &reader_export(),
          &new_reader_body(),
          &reader_body(),
          &sign_in_body(),
          &code_body(),
          &email_body(),
          &comment_body(),
          &comment_text_body(),
          &vote_body(),
          &report_body(),
          &appeal_body(),
          &follower_body(),
          &moderation_body(),
          &feature_body(),
          &conversation_body(),
          &ban_body(),
          &session_body(),
          &password_body(),
          &set_up_body(),
          &user_body(),
          &thread_body(),
          &entry_body(),
          &receipt_body()};
}

}  // namespace tocsin::api::schemas
