// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/conversation/schemas.h"
#include "tocsin/newsroom/limits.h"

namespace tocsin::api::schemas {
namespace {

using newsroom::kHeadlineCharactersMax;
using newsroom::kNameCharactersMax;
using newsroom::kReasonCharactersMax;

constexpr std::int64_t number(std::size_t limit) { return static_cast<std::int64_t>(limit); }

// More than any site allows: the site's own limit counts graphemes.
constexpr std::int64_t kTextCharactersMax = 100'000;

}  // namespace

const Schema& policy_body() {
  static const Schema schema{
      "CommentPolicyBody",
      "What the site allows in its conversations.",
      {{.name = "is_offered", .kind = Kind::kBoolean},
       {.name = "is_closed",
        .kind = Kind::kBoolean,
        .about = "All conversations of the site, with the message."},
       {.name = "message", .max = 2'000},
       {.name = "close_after_days", .kind = Kind::kInteger, .about = "0: never."},
       {.name = "opens_minute",
        .kind = Kind::kInteger,
        .about = "Of the day; equal to closes_minute: all day."},
       {.name = "closes_minute", .kind = Kind::kInteger},
       {.name = "time_zone", .about = "IANA.", .max = 64},
       {.name = "characters_max", .kind = Kind::kInteger},
       {.name = "links_max", .kind = Kind::kInteger, .about = "With more it is held."},
       {.name = "edit_minutes", .kind = Kind::kInteger},
       {.name = "banned_words",
        .about = "A comment with one is rejected.",
        .is_list = true,
        .items_max = 2'000},
       {.name = "suspect_words",
        .about = "A comment with one is held.",
        .is_list = true,
        .items_max = 2'000},
       {.name = "tells_words",
        .kind = Kind::kBoolean,
        .about = "The writer is told which word it was."},
       {.name = "holds_all", .kind = Kind::kBoolean},
       {.name = "newcomer_comments",
        .kind = Kind::kInteger,
        .about = "So many of a newcomer are held; 0: none."},
       {.name = "reports_hold",
        .kind = Kind::kInteger,
        .about = "With so many reports a comment is held; 0: never."},
       {.name = "has_votes", .kind = Kind::kBoolean},
       {.name = "external_url",
        .about = "A classifier that is asked about each comment.",
        .max = 2'048},
       {.name = "external_fails_open", .kind = Kind::kBoolean},
       {.name = "external_secret",
        .about = "Of Standard Webhooks; never shown again.",
        .max = 200}}};
  return schema;
}

const Schema& new_reader_body() {
  static const Schema schema{
      "NewReaderBody",
      "",
      {{.name = "site", .kind = Kind::kId},
       {.name = "name", .is_required = true, .min = 1, .max = number(kNameCharactersMax)},
       {.name = "challenge", .is_required = true, .max = 500},
       {.name = "nonce", .is_required = true, .max = 100},
       {.name = "subscription", .kind = Kind::kSubscriptionId}}};
  return schema;
}

const Schema& reader_body() {
  static const Schema schema{"ReaderBody",
                             "",
                             {{.name = "name", .min = 1, .max = number(kNameCharactersMax)},
                              {.name = "subscription", .kind = Kind::kSubscriptionId}}};
  return schema;
}

const Schema& sign_in_body() {
  static const Schema schema{"SignInBody",
                             "One of the two.",
                             {{.name = "site", .kind = Kind::kId},
                              {.name = "subscription", .kind = Kind::kSubscriptionId},
                              {.name = "email", .min = 3, .max = 254}}};
  return schema;
}

const Schema& code_body() {
  static const Schema schema{
      "CodeBody",
      "",
      {{.name = "code", .is_required = true, .min = 1, .max = 500},
       {.name = "is_confirmed",
        .kind = Kind::kBoolean,
        .about = "The person was shown what the refusal `code.unconfirmed` says, and wants it."}}};
  return schema;
}

const Schema& email_body() {
  static const Schema schema{
      "EmailBody", "", {{.name = "email", .is_required = true, .min = 3, .max = 254}}};
  return schema;
}

const Schema& comment_body() {
  static const Schema schema{
      "CommentBody",
      "",
      {{.name = "text",
        .about = "A subset of Markdown.",
        .is_required = true,
        .min = 1,
        .max = kTextCharactersMax},
       {.name = "parent", .kind = Kind::kId, .is_nullable = true},
       {.name = "follow_replies", .kind = Kind::kBoolean, .about = "Tell the device of answers."}}};
  return schema;
}

const Schema& comment_text_body() {
  static const Schema schema{
      "CommentTextBody",
      "",
      {{.name = "text", .is_required = true, .min = 1, .max = kTextCharactersMax}}};
  return schema;
}

const Schema& vote_body() {
  static const Schema schema{"VoteBody", "", {{.name = "given", .kind = Kind::kBoolean}}};
  return schema;
}

const Schema& report_body() {
  static const Schema schema{"ReportBody",
                             "",
                             {{.name = "ground",
                               .is_required = true,
                               .choices = {"illegal", "hate", "harassment", "personal_data", "spam",
                                           "off_topic", "other"}},
                              {.name = "text", .max = number(kReasonCharactersMax)}}};
  return schema;
}

const Schema& appeal_body() {
  static const Schema schema{
      "AppealBody", "", {{.name = "text", .max = number(kReasonCharactersMax)}}};
  return schema;
}

const Schema& follower_body() {
  static const Schema schema{
      "FollowerBody",
      "",
      {{.name = "subscription", .kind = Kind::kSubscriptionId, .is_required = true},
       {.name = "replies", .kind = Kind::kBoolean},
       {.name = "all", .kind = Kind::kBoolean},
       {.name = "closing", .kind = Kind::kBoolean}}};
  return schema;
}

const Schema& moderation_body() {
  static const Schema schema{
      "ModerationBody",
      "",
      {{.name = "state",
        .about = "held: back to the queue.",
        .is_required = true,
        .choices = {"published", "held", "rejected"}},
       {.name = "ground",
        .about = "Needed to reject.",
        .is_nullable = true,
        .choices = {"illegal", "hate", "harassment", "personal_data", "spam", "off_topic",
                    "other"}},
       {.name = "reason", .about = "For colleagues.", .max = number(kReasonCharactersMax)},
       {.name = "statement",
        .about = "For the writer; by default one for the ground.",
        .max = number(kReasonCharactersMax)}}};
  return schema;
}

const Schema& feature_body() {
  static const Schema schema{"FeatureBody", "", {{.name = "is_featured", .kind = Kind::kBoolean}}};
  return schema;
}

const Schema& conversation_body() {
  static const Schema schema{
      "ConversationBody",
      "",
      {{.name = "mode", .is_required = true, .choices = {"by_rule", "open", "closed", "hidden"}},
       {.name = "reason", .about = "For readers.", .max = number(kReasonCharactersMax)},
       {.name = "closes_at", .kind = Kind::kTime, .is_nullable = true},
       {.name = "holds_all", .kind = Kind::kBoolean}}};
  return schema;
}

const Schema& ban_body() {
  static const Schema schema{
      "BanBody",
      "",
      {{.name = "until",
        .about = "A time, forever, or null to lift it.",
        .is_nullable = true,
        .max = 40},
       {.name = "reason", .about = "The reader is told.", .max = number(kReasonCharactersMax)}}};
  return schema;
}

const Schema& session_body() {
  static const Schema schema{"SessionBody",
                             "",
                             {{.name = "email", .is_required = true, .max = 254},
                              {.name = "password", .is_required = true, .max = 1'000}}};
  return schema;
}

const Schema& password_body() {
  static const Schema schema{"PasswordBody",
                             "With the code of a link, or with the old password.",
                             {{.name = "password", .is_required = true, .min = 12, .max = 1'000},
                              {.name = "code", .max = 500},
                              {.name = "old", .max = 1'000}}};
  return schema;
}

const Schema& set_up_body() {
  static const Schema schema{
      "SetUpBody",
      "",
      {{.name = "code", .is_required = true, .max = 500},
       {.name = "name", .is_required = true, .min = 1, .max = number(kNameCharactersMax)},
       {.name = "email", .is_required = true, .min = 3, .max = 254},
       {.name = "password", .is_required = true, .min = 12, .max = 1'000}}};
  return schema;
}

const Schema& user_body() {
  static const Schema schema{
      "UserBody",
      "",
      {{.name = "name", .is_required = true, .min = 1, .max = number(kNameCharactersMax)},
       {.name = "email", .is_required = true, .min = 3, .max = 254},
       {.name = "role", .is_required = true, .choices = {"moderator", "admin"}},
       {.name = "is_disabled", .kind = Kind::kBoolean}}};
  return schema;
}

const Schema& thread_body() {
  static const Schema schema{
      "ThreadBody",
      "",
      {{.name = "site", .kind = Kind::kId},
       {.name = "headline", .is_required = true, .min = 1, .max = number(kHeadlineCharactersMax)},
       {.name = "summary", .max = number(kReasonCharactersMax)},
       {.name = "is_live", .kind = Kind::kBoolean}}};
  return schema;
}

const Schema& entry_body() {
  static const Schema schema{"EntryBody",
                             "",
                             {{.name = "headline", .max = number(kHeadlineCharactersMax)},
                              {.name = "text", .about = "HTML; what is not safe is taken out."},
                              {.name = "is_key", .kind = Kind::kBoolean},
                              {.name = "correction", .max = number(kReasonCharactersMax)},
                              {.name = "is_withdrawn", .kind = Kind::kBoolean},
                              {.name = "author", .max = number(kNameCharactersMax)}}};
  return schema;
}

const Schema& receipt_body() {
  static const Schema schema{
      "ReceiptBody",
      "What a device reports of an alert.",
      {{.name = "alert", .kind = Kind::kId, .is_required = true},
       {.name = "subscription", .kind = Kind::kSubscriptionId, .is_required = true},
       {.name = "event", .is_required = true, .choices = {"shown", "clicked", "dismissed"}}}};
  return schema;
}

}  // namespace tocsin::api::schemas
