// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/schemas.h"

#include <algorithm>

#include "tocsin/api/conversation/schemas.h"
#include "tocsin/core/subscription.h"
#include "tocsin/ingest/feed_state.h"
#include "tocsin/newsroom/limits.h"
#include "tocsin/webpush/request.h"

namespace tocsin::api::schemas {
namespace {

using namespace newsroom;  // NOLINT(google-build-using-namespace): the limits, which are many

constexpr std::int64_t number(std::size_t limit) { return static_cast<std::int64_t>(limit); }

// The fields of a request, with those of an answer that the server adds before and behind them;
// in an answer every field is there.
Schema answer_of(const Schema& body, std::string_view name, std::vector<Field> before,
                 std::vector<Field> behind) {
  Schema out{name, body.about, std::move(before)};
  out.fields.insert(out.fields.end(), body.fields.begin(), body.fields.end());
  out.fields.insert(out.fields.end(), behind.begin(), behind.end());
  for (auto& field : out.fields) field.is_required = true;
  return out;
}

Field id_field() { return {"id", Kind::kId, ""}; }
Field created_field() { return {"created", Kind::kTime, ""}; }
Field site_field() {
  return {"site", Kind::kId, "The site; by default the one whose host the request names."};
}
Field language_field(std::string_view about) {
  return {.name = "language", .about = about, .max = number(kLanguageBytesMax)};
}
Field url_field(std::string_view name, std::string_view about) {
  return {.name = name, .about = about, .max = number(kUrlBytesMax)};
}
Field topics_field(std::string_view about, std::size_t topics_max) {
  return {.name = "topics",
          .about = about,
          .is_list = true,
          .items_max = topics_max,
          .min = 1,
          .max = number(kTopicCharactersMax)};
}
std::vector<std::string_view> importances() { return {"minor", "major", "breaking"}; }

const Schema& credit() {
  static const Schema schema{
      "Credit",
      "An outlet that reported.",
      {{.name = "source", .kind = Kind::kId, .about = "If it is one of ours.", .is_nullable = true},
       {.name = "name", .is_required = true, .min = 1, .max = number(kNameCharactersMax)},
       url_field("url", "Where the report stands.")}};
  return schema;
}

const Schema& action() {
  static const Schema schema{
      "Action",
      "A button of a notification.",
      {{.name = "title", .is_required = true, .min = 1, .max = number(kActionTitleCharactersMax)},
       {.name = "url", .is_required = true, .min = 1, .max = number(kUrlBytesMax)}}};
  return schema;
}

const Schema& follows() {
  static const Schema schema{
      "Follows",
      "What a reader hears about: everything, or the union of the lists. Topics and sources that "
      "the site does not offer are left out.",
      {{"everything", Kind::kBoolean, "", true},
       topics_field("", core::kFollowsMax),
       {.name = "sources", .kind = Kind::kId, .is_list = true, .items_max = core::kFollowsMax}}};
  return schema;
}

const Schema& push_keys() {
  static const Schema schema{
      "PushSubscriptionKeys",
      "Base64url.",
      {{.name = "p256dh",
        .about = "A point on P-256, uncompressed.",
        .is_required = true,
        .max = 200},
       {.name = "auth", .about = "16 bytes.", .is_required = true, .max = 100}},
      true};
  return schema;
}

const Schema& push_subscription() {
  static const Schema schema{
      "PushSubscription",
      "What PushSubscription.toJSON() gives in a browser.",
      {{.name = "endpoint", .is_required = true, .max = number(core::kEndpointBytesMax)},
       {.name = "keys", .kind = Kind::kObject, .is_required = true, .schema = &push_keys()}},
      true};
  return schema;
}

const Schema& fetch() {
  static const Schema schema{
      "Fetch",
      "One fetch of a feed.",
      {{.name = "at", .kind = Kind::kTime, .is_required = true},
       {.name = "verdict",
        .is_required = true,
        .choices = {"document", "unchanged", "not_a_feed", "refused", "throttled", "gone",
                    "no_answer"}},
       {.name = "status",
        .kind = Kind::kInteger,
        .about = "Null: there was no complete response.",
        .is_required = true,
        .is_nullable = true},
       {.name = "body_bytes", .kind = Kind::kInteger, .about = "Decoded.", .is_required = true},
       {.name = "items", .kind = Kind::kInteger, .about = "In the document.", .is_required = true},
       {.name = "fresh",
        .kind = Kind::kInteger,
        .about = "Of these, seen for the first time; 0 on the first visit.",
        .is_required = true},
       {.name = "duration_ms", .kind = Kind::kInteger, .is_required = true}}};
  return schema;
}

const Schema& hub() {
  static const Schema schema{
      "FeedHub",
      "Who pushes what is new in the feed (WebSub).",
      {{.name = "state",
        .about = "`verified`: it pushes. `asked`: not verified yet. `refused`, `failing`, "
                 "`ending`. `unused`: the feed's hub cannot be subscribed to.",
        .is_required = true},
       {.name = "url", .is_required = true},
       {.name = "expires", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
       {.name = "last_push",
        .kind = Kind::kTime,
        .about = "When it last told of something new.",
        .is_required = true,
        .is_nullable = true},
       {.name = "problem", .is_required = true}}};
  return schema;
}

const Schema& health() {
  static const Schema schema{
      "FeedHealth",
      "How the feed's visits went.",
      {{.name = "last_visit", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
       {.name = "last_success", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
       {.name = "next_visit", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
       {.name = "failures_in_row", .kind = Kind::kInteger, .is_required = true},
       {.name = "last_error",
        .about = "What is wrong and what to do; empty while it works.",
        .is_required = true},
       {.name = "interval_seconds",
        .kind = Kind::kInteger,
        .about = "How long it is left alone at present, where its server does not ask for more.",
        .is_required = true},
       {.name = "gap_seconds",
        .kind = Kind::kInteger,
        .about = "From one time it had news to the next, as learnt; null: not known.",
        .is_required = true,
        .is_nullable = true},
       {.name = "last_news", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
       {.name = "moved_to",
        .about = "Where it is fetched, if its own address redirects for good.",
        .is_required = true},
       {.name = "fetches",
        .kind = Kind::kObject,
        .about = "The last 20, latest first; not in lists of feeds.",
        .is_list = true,
        .items_max = ingest::kFetchesKept,
        .schema = &fetch()},
       {.name = "hub",
        .kind = Kind::kObject,
        .about = "Null: the feed has none.",
        .is_required = true,
        .is_nullable = true,
        .schema = &hub()}}};
  return schema;
}

const Schema& totals() {
  static const Schema schema = [] {
    Schema out{"Totals",
               "Recipients and what became of the message to each. Accepted: the push service has "
               "it. When the broadcast is finished, the others add up to the recipients.",
               {}};
    for (const auto* name :
         {"recipients", "accepted", "gone", "rejected", "failed", "expired", "suppressed"}) {
      out.fields.push_back({.name = name, .kind = Kind::kInteger, .is_required = true});
    }
    return out;
  }();
  return schema;
}

const Schema& accepted_within() {
  static const Schema schema{
      "AcceptedWithin",
      "Milliseconds after the start within which that share of the recipients had accepted.",
      {{.name = "p50", .kind = Kind::kInteger, .is_required = true, .is_nullable = true},
       {.name = "p90", .kind = Kind::kInteger, .is_required = true, .is_nullable = true},
       {.name = "p99", .kind = Kind::kInteger, .is_required = true, .is_nullable = true}}};
  return schema;
}

const Schema& progress() {
  static const Schema schema{
      "Progress",
      "How far the broadcast of an alert is.",
      {{.name = "started", .kind = Kind::kTime, .is_required = true},
       {.name = "first_accepted", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
       {.name = "finished", .kind = Kind::kTime, .is_required = true, .is_nullable = true},
       {.name = "totals", .kind = Kind::kObject, .is_required = true, .schema = &totals()},
       {.name = "services",
        .kind = Kind::kMap,
        .about = "The same by push service.",
        .is_required = true,
        .schema = &totals()},
       {.name = "suppressed_because",
        .kind = Kind::kCounts,
        .about = "By reason.",
        .is_required = true},
       {.name = "accepted_within_ms",
        .kind = Kind::kObject,
        .is_required = true,
        .schema = &accepted_within()}}};
  return schema;
}

const Schema& offered_site() {
  static const Schema schema{"OfferedSite",
                             "",
                             {{"id", Kind::kId, "", true},
                              {"name", Kind::kText, "", true},
                              {"language", Kind::kText, "", true}}};
  return schema;
}

const Schema& offered_source() {
  static const Schema schema{
      "OfferedSource", "", {{"id", Kind::kId, "", true}, {"name", Kind::kText, "", true}}};
  return schema;
}

const Schema& field_problem() {
  static const Schema schema{"FieldProblem",
                             "What is wrong with one field.",
                             {{"pointer", Kind::kText, "RFC 6901, as a fragment.", true},
                              {"detail", Kind::kText, "", true}}};
  return schema;
}

}  // namespace

const Schema& site_body() {
  static const Schema schema{
      "SiteBody",
      "One title: what a reader subscribes to.",
      {{.name = "name", .is_required = true, .min = 1, .max = number(kNameCharactersMax)},
       {.name = "base_url",
        .about = "Scheme, host and port: https://news.example",
        .is_required = true,
        .max = number(kUrlBytesMax)},
       language_field("BCP 47; en by default."),
       {.name = "tagline", .max = number(kHeadlineCharactersMax)},
       topics_field("Offered to readers, in this order.", kSiteTopicsMax),
       {.name = "origins",
        .about = "Foreign pages that may use the readers' API.",
        .is_list = true,
        .items_max = kOriginsMax,
        .max = number(kUrlBytesMax)},
       {"per_message_keys", Kind::kBoolean,
        "Encrypt each message with a key pair of its own, made when it is sent: for content that "
        "is not public. Slower, by far. False by default."}}};
  return schema;
}

const Schema& source_body() {
  static const Schema schema{
      "SourceBody",
      "An outlet that is credited.",
      {site_field(),
       {.name = "name", .is_required = true, .min = 1, .max = number(kNameCharactersMax)},
       url_field("home_url", "")}};
  return schema;
}

const Schema& feed_body() {
  static const Schema schema{
      "FeedBody",
      "One URL that is polled.",
      {site_field(),
       {"source", Kind::kId, "Who is credited.", true},
       {.name = "url", .is_required = true, .min = 1, .max = number(kUrlBytesMax)},
       {.name = "interval_seconds",
        .kind = Kind::kInteger,
        .about =
            "From one poll to the next; null, which is the default: as often as the feed's own "
            "rhythm asks for.",
        .is_nullable = true,
        .min = kIntervalMin.count(),
        .max = kIntervalMax.count()},
       {"is_own", Kind::kBoolean,
        "The newsroom's own: polled within seconds, and what its server says of caching does not "
        "count. False by default; an interval below 60 seconds says the same."},
       {.name = "alert",
        .about = "Alert for each further item, this important; null: record only.",
        .is_nullable = true,
        .choices = importances()},
       topics_field("Given to each story.", kTopicsMax),
       {"enabled", Kind::kBoolean, "True by default."}}};
  return schema;
}

const Schema& story_body() {
  static const Schema schema{
      "StoryBody",
      "The site's record of one report.",
      {site_field(),
       {.name = "state", .choices = {"draft", "published", "corrected"}},
       {.name = "headline", .is_required = true, .min = 1, .max = number(kHeadlineCharactersMax)},
       {.name = "thread",
        .kind = Kind::kId,
        .about = "The developing story it belongs to.",
        .is_nullable = true},
       {.name = "dateline", .about = "The place.", .max = number(kDatelineCharactersMax)},
       {.name = "summary",
        .about = "HTML; what may not stand in a page is taken out.",
        .max = number(kSummaryBytesMax)},
       {.name = "body", .about = "HTML, as the summary.", .max = number(kBodyBytesMax)},
       url_field("url", "The report at its source; empty for a story of our own."),
       url_field("image_url", ""),
       language_field("The site's by default."),
       {.name = "authors",
        .is_list = true,
        .items_max = kAuthorsMax,
        .min = 1,
        .max = number(kNameCharactersMax)},
       {.name = "credits",
        .kind = Kind::kObject,
        .is_list = true,
        .items_max = kCreditsMax,
        .schema = &credit()},
       topics_field("", kTopicsMax),
       {"published", Kind::kTime, "When it was; the moment of the request by default."},
       {.name = "correction",
        .about = "What was wrong, for readers; with the state corrected.",
        .max = number(kReasonCharactersMax)}}};
  return schema;
}

const Schema& withdrawal_body() {
  static const Schema schema{"Withdrawal",
                             "",
                             {{.name = "reason",
                               .about = "Shown to readers.",
                               .is_required = true,
                               .min = 1,
                               .max = number(kReasonCharactersMax)}}};
  return schema;
}

const Schema& alert_body() {
  static const Schema schema{
      "AlertBody",
      "The editorial decision to notify.",
      {{"story", Kind::kId, "What it is about.", true},
       {.name = "title",
        .about = "The headline by default.",
        .max = number(kAlertTitleCharactersMax)},
       {.name = "body", .about = "The summary by default.", .max = number(kAlertBodyCharactersMax)},
       {.name = "importance", .is_required = true, .choices = importances()},
       {.name = "ttl_seconds",
        .kind = Kind::kInteger,
        .about = "How long push services keep it for devices that are off; a day by default.",
        .min = webpush::kTtlMin.count(),
        .max = webpush::kTtlMax.count()},
       {"again", Kind::kBoolean, "The story has been alerted before, and that is meant."},
       {.name = "actions",
        .kind = Kind::kObject,
        .is_list = true,
        .items_max = kActionsMax,
        .schema = &action()}}};
  return schema;
}

const Schema& registration_body() {
  static const Schema schema{
      "Registration",
      "A device that wants alerts.",
      {{.name = "subscription",
        .kind = Kind::kObject,
        .is_required = true,
        .schema = &push_subscription()},
       {.name = "follows",
        .kind = Kind::kObject,
        .about = "Everything by default; as it was where the device is known.",
        .schema = &follows()},
       language_field("Of the device's alerts."),
       {"replaces", Kind::kSubscriptionId,
        "The subscription this device had before: its follows are taken over, and it ends."},
       site_field()}};
  return schema;
}

const Schema& preferences_body() {
  static const Schema schema{
      "Preferences",
      "",
      {{.name = "follows", .kind = Kind::kObject, .schema = &follows()}, language_field("")}};
  return schema;
}

const Schema& empty_body() {
  static const Schema schema{"Nothing", "", {}};
  return schema;
}

const Schema& site() {
  static const Schema schema = answer_of(site_body(), "Site", {id_field()}, {created_field()});
  return schema;
}

const Schema& source() {
  static const Schema schema = answer_of(source_body(), "Source", {id_field()}, {created_field()});
  return schema;
}

const Schema& feed() {
  static const Schema schema = answer_of(feed_body(), "Feed", {id_field()},
                                         {created_field(),
                                          {.name = "state",
                                           .about = "How it is at a glance: `new` before the first "
                                                    "visit, `held` when alerts wait for a person.",
                                           .choices = {"ok", "new", "trouble", "held", "off"}},
                                          {.name = "held_alerts", .kind = Kind::kInteger},
                                          {.name = "health",
                                           .kind = Kind::kObject,
                                           .about = "Null before the first visit.",
                                           .is_nullable = true,
                                           .schema = &health()}});
  return schema;
}

const Schema& story() {
  static const Schema schema = [] {
    Schema out = answer_of(
        story_body(), "Story", {id_field()},
        {{.name = "feed", .kind = Kind::kId, .about = "Where it came from.", .is_nullable = true},
         {"page_url", Kind::kText, "The story's page here."},
         {"updated", Kind::kTime, ""},
         {"recorded", Kind::kTime, "When it was here first."}});
    for (auto& field : out.fields) {
      if (field.name == "state") field.choices.push_back("withdrawn");
    }
    return out;
  }();
  return schema;
}

const Schema& alert() {
  static const Schema schema = [] {
    Schema out = answer_of(
        alert_body(), "Alert", {id_field(), site_field()},
        {{.name = "version", .kind = Kind::kInteger, .about = "Counts the alerts of one story."},
         {.name = "feed",
          .kind = Kind::kId,
          .about = "That brought the story; null for one of our own.",
          .is_nullable = true},
         url_field("url", "Where a tap leads."),
         url_field("image_url", ""),
         created_field(),
         {.name = "created_by", .about = "The token's name, or the rule's."},
         {.name = "state",
          .about = "A held alert is sent when a person releases it.",
          .choices = {"released", "held", "dismissed"}},
         {.name = "held_because", .about = "Empty if it was not held."},
         {.name = "decided_by", .about = "Who released or dismissed it."},
         {.name = "progress",
          .kind = Kind::kObject,
          .about = "Null before the broadcast has begun.",
          .is_nullable = true,
          .schema = &progress()},
         {.name = "receipts",
          .kind = Kind::kCounts,
          .about =
              "What the one device in ten that reports has reported: shown, clicked, dismissed; "
              "counted since the start."}});
    std::erase_if(out.fields, [](const Field& field) { return field.name == "again"; });
    return out;
  }();
  return schema;
}

const Schema& dismissed() {
  static const Schema schema{
      "Dismissed",
      "",
      {{.name = "dismissed", .kind = Kind::kInteger, .about = "How many.", .is_required = true}}};
  return schema;
}

const Schema& subscription() {
  static const Schema schema{
      "Subscription",
      "One browser or device. The id is known to the device alone, and is all it needs to change "
      "or end the subscription.",
      {{"id", Kind::kSubscriptionId, "", true},
       {"site", Kind::kId, "", true},
       {.name = "state", .is_required = true, .choices = {"active", "retired"}},
       {.name = "follows", .kind = Kind::kObject, .is_required = true, .schema = &follows()},
       {"language", Kind::kText, "", true},
       {"created", Kind::kTime, "", true}}};
  return schema;
}

const Schema& push_config() {
  static const Schema schema{
      "PushConfig",
      "What a page needs to subscribe a device.",
      {{.name = "site", .kind = Kind::kObject, .is_required = true, .schema = &offered_site()},
       {"vapid_public_key", Kind::kText, "Base64url: the applicationServerKey.", true},
       {"vapid_key_id", Kind::kId, "", true},
       {.name = "topics", .is_required = true, .is_list = true},
       {.name = "sources",
        .kind = Kind::kObject,
        .is_required = true,
        .is_list = true,
        .items_max = 10'000,
        .schema = &offered_source()}}};
  return schema;
}

const Schema& status() {
  static const Schema schema{
      "Status",
      "",
      {{.name = "status", .is_required = true, .choices = {"ok", "unavailable"}},
       {"detail", Kind::kText, ""}}};
  return schema;
}

const Schema& problem() {
  static const Schema schema{
      "Problem",
      "Why a request was refused (RFC 9457). /api/v1/errors lists the codes.",
      {{"type", Kind::kText, "URL of the code's documentation.", true},
       {"title", Kind::kText, "", true},
       {"status", Kind::kInteger, "", true},
       {"detail", Kind::kText, "About this one request."},
       {"code", Kind::kText, "Stable, for programs.", true},
       {.name = "errors", .kind = Kind::kObject, .is_list = true, .schema = &field_problem()}}};
  return schema;
}

std::vector<const Schema*> all() {
  std::vector<const Schema*> out = {&site_body(),
                                    &source_body(),
                                    &feed_body(),
                                    &find_body(),
                                    &feed_list_body(),
                                    &found_feed(),
                                    &feed_list_result(),
                                    &story_body(),
                                    &withdrawal_body(),
                                    &alert_body(),
                                    &registration_body(),
                                    &preferences_body(),
                                    &empty_body(),
                                    &site(),
                                    &source(),
                                    &feed(),
                                    &story(),
                                    &alert(),
                                    &dismissed(),
                                    &subscription(),
                                    &push_config(),
                                    &status(),
                                    &problem()};
  const auto more = conversation_schemas();
  out.insert(out.end(), more.begin(), more.end());
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (const auto& field : out[i]->fields) {
      const bool is_known = std::find(out.begin(), out.end(), field.schema) != out.end();
      if (field.schema != nullptr && !is_known) out.push_back(field.schema);
    }
  }
  return out;
}

}  // namespace tocsin::api::schemas
