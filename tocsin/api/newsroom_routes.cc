// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include "tocsin/api/routes.h"
#include "tocsin/newsroom/limits.h"

// Stories and alerts.
namespace tocsin::api {
namespace {

using core::Alert;
using core::Story;
using core::StoryState;

constexpr std::size_t kPageDefault = 30;
constexpr std::size_t kPageMax = 100;

Json credits_json(const std::vector<core::Credit>& credits) {
  Json::Array out;
  for (const auto& credit : credits) {
    out.push_back(
        Json{{"source", id_json(credit.source)}, {"name", credit.name}, {"url", credit.url}});
  }
  return out;
}

Json story_json(const Call& call, const Story& story) {
  const auto site = call.ports().content.site(story.site);
  const auto page_url = (site ? site->base_url : "") + "/s/" + core::slug(story);
  return Json{{"id", story.id.text()},
              {"site", story.site.text()},
              {"feed", id_json(story.feed)},
              {"thread", id_json(story.thread)},
              {"state", core::text(story.state)},
              {"headline", story.headline},
              {"dateline", story.dateline},
              {"summary", story.summary_html},
              {"body", story.body_html},
              {"url", story.url},
              {"image_url", story.image_url},
              {"page_url", page_url},
              {"language", story.language},
              {"authors", texts(story.authors)},
              {"credits", credits_json(story.credits)},
              {"topics", texts(story.topics)},
              {"published", rfc3339(story.published)},
              {"updated", rfc3339(story.updated)},
              {"recorded", rfc3339(story.recorded)},
              {"correction", story.correction}};
}

Json totals_json(const core::Totals& totals) {
  return Json{
      {"recipients", totals.recipients}, {"accepted", totals.accepted}, {"gone", totals.gone},
      {"rejected", totals.rejected},     {"failed", totals.failed},     {"expired", totals.expired},
      {"suppressed", totals.suppressed}};
}

Json share_json(const fanout::Progress& progress, double share) {
  const auto time = fanout::accepted_within(progress, share);
  return time ? Json(std::int64_t{time->count()}) : Json();
}

Json progress_json(const std::optional<fanout::Progress>& progress) {
  if (!progress) return {};
  Json services(Json::Object{});
  for (const auto& [name, totals] : progress->services) services.set(name, totals_json(totals));
  Json reasons(Json::Object{});
  for (const auto& [reason, count] : progress->suppressed_because) reasons.set(reason, count);
  return Json{{"started", rfc3339(progress->started)},
              {"first_accepted", time_json(progress->first_accepted)},
              {"finished", time_json(progress->finished)},
              {"totals", totals_json(progress->totals)},
              {"services", std::move(services)},
              {"suppressed_because", std::move(reasons)},
              {"accepted_within_ms", Json{{"p50", share_json(*progress, 0.5)},
                                          {"p90", share_json(*progress, 0.9)},
                                          {"p99", share_json(*progress, 0.99)}}}};
}

Json receipts_json(const Receipts::Counts& counts) {
  return Json{
      {"shown", counts.shown}, {"clicked", counts.clicked}, {"dismissed", counts.dismissed}};
}

Json alert_json(const Call& call, const Alert& alert) {
  const auto story = call.ports().content.story(alert.story);
  Json::Array actions;
  for (const auto& action : alert.actions) {
    actions.push_back(Json{{"title", action.title}, {"url", action.url}});
  }
  return Json{{"id", alert.id.text()},
              {"site", alert.site.text()},
              {"story", alert.story.text()},
              {"feed", id_json(story ? story->feed : core::FeedId{})},
              {"version", alert.version},
              {"title", alert.title},
              {"body", alert.body},
              {"url", alert.url},
              {"image_url", alert.image_url},
              {"actions", std::move(actions)},
              {"importance", core::text(alert.importance)},
              {"ttl_seconds", std::int64_t{alert.ttl.count()}},
              {"created", rfc3339(alert.created)},
              {"created_by", alert.created_by},
              {"state", core::text(alert.state)},
              {"held_because", alert.held_because},
              {"decided_by", alert.decided_by},
              {"progress", progress_json(call.ports().broadcasts.progress(alert.id))},
              {"receipts", receipts_json(call.ports().receipts.counts(alert.id))}};
}

void take_credits(const Json& body, Story& story) {
  const Json* credits = body.find("credits");
  if (credits == nullptr) return;
  story.credits.clear();
  for (const Json& item : *credits->if_array()) {
    core::Credit credit;
    credit.source =
        core::SourceId::parse(item.text("source").value_or("")).value_or(core::SourceId{});
    take(item, "name", credit.name);
    take(item, "url", credit.url);
    story.credits.push_back(std::move(credit));
  }
}

void take_state(const Json& body, Story& story) {
  const auto named = core::parse_story_state(body.text("state").value_or(""));
  if (!named) return;
  if (*named != StoryState::kCorrected) story.correction.clear();
  story.state = *named;
}

void take_story(const Call& call, const core::Site& site, Story& story) {
  const Json& body = call.body;
  if (body.find("site") != nullptr) story.site = call.body_id<core::SiteId>("site");
  if (body.find("thread") != nullptr) story.thread = call.body_id<core::ThreadId>("thread");
  take_state(body, story);
  take(body, "headline", story.headline);
  take(body, "dateline", story.dateline);
  const auto clean = [&](std::string_view name, std::string& target) {
    if (const auto html = body.text(name)) {
      target = call.ports().sanitize_html(*html, site.base_url);
    }
  };
  clean("summary", story.summary_html);
  clean("body", story.body_html);
  take(body, "url", story.url);
  take(body, "image_url", story.image_url);
  take(body, "language", story.language);
  take(body, "authors", story.authors);
  take_credits(body, story);
  take(body, "topics", story.topics);
  if (const auto published = body.text("published")) story.published = *parse_rfc3339(*published);
  take(body, "correction", story.correction);
}

// The page that the query asks for; refuses the call and is nothing if it cannot be.
template <class IdType>
struct Page {
  std::optional<IdType> before;
  std::size_t limit = kPageDefault;
};
template <class IdType>
std::optional<Page<IdType>> page_of(const Call& call) {
  Page<IdType> out;
  if (const auto cursor = call.request.parameter("cursor")) {
    out.before = IdType::parse(*cursor);
    if (!out.before) {
      call.refuse(Refusal::kQueryInvalid, "cursor: is not one that a list gave.");
      return std::nullopt;
    }
  }
  if (const auto limit = call.request.parameter("limit")) {
    const char* end = limit->data() + limit->size();
    const auto parsed = std::from_chars(limit->data(), end, out.limit);
    if (parsed.ec != std::errc() || parsed.ptr != end || out.limit < 1 || out.limit > kPageMax) {
      call.refuse(Refusal::kQueryInvalid, "limit: is not between 1 and 100.");
      return std::nullopt;
    }
  }
  return out;
}

template <class Record>
std::optional<std::string> next_cursor(const std::vector<Record>& page, std::size_t limit) {
  return page.size() < limit ? std::nullopt : std::optional(page.back().id.text());
}

void decide(const Call& call, bool release) {
  const auto alert = call.ports().content.alert(call.path_id<core::AlertId>());
  if (!alert) return call.refuse(Refusal::kAlertUnknown);
  call.execute(newsroom::DecideAlerts{{alert->id}, release},
               [alert](const Call& done, const auto& effects) {
                 done.answer(200, alert_json(done, record_of(effects, *alert)));
               });
}

}  // namespace

void list_stories(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  const auto page = page_of<core::StoryId>(call);
  if (!page) return;
  newsroom::StoryQuery query{.site = site->id, .before = page->before, .limit = page->limit};
  query.topic = call.request.parameter("topic").value_or("");
  query.public_only = false;
  if (const auto source = call.request.parameter("source")) {
    const auto id = core::SourceId::parse(*source);
    if (!id) return call.refuse(Refusal::kQueryInvalid, "source: is not an id.");
    query.source = *id;
  }
  const auto stories = call.ports().content.stories(query);
  Json::Array items;
  for (const auto& story : stories) items.push_back(story_json(call, story));
  call.answer_list(std::move(items), next_cursor(stories, page->limit));
}

void create_story(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  Story story;
  story.id = call.ports().ids.next<core::StoryKind>();
  story.site = site->id;
  take_story(call, *site, story);
  call.execute(newsroom::PutStory{story}, [story](const Call& done, const auto& effects) {
    const auto made = record_of(effects, story);
    done.answer_created("/api/v1/stories", made.id.text(), story_json(done, made));
  });
}

void get_story(const Call& call) {
  const auto story = call.ports().content.story(call.path_id<core::StoryId>());
  if (!story) return call.refuse(Refusal::kStoryUnknown);
  call.answer(200, story_json(call, *story));
}

void change_story(const Call& call) {
  auto story = call.ports().content.story(call.path_id<core::StoryId>());
  const auto site = story ? call.ports().content.site(story->site) : std::nullopt;
  if (!site) return call.refuse(Refusal::kStoryUnknown);
  if (story->state == StoryState::kWithdrawn && call.body.find("state") == nullptr) {
    return call.refuse(Refusal::kConflict,
                       "The story is withdrawn; publishing it again takes a `state`.");
  }
  take_story(call, *site, *story);
  call.execute(newsroom::PutStory{*story}, [story](const Call& done, const auto& effects) {
    done.answer(200, story_json(done, record_of(effects, *story)));
  });
}

void withdraw_story(const Call& call) {
  const auto story = call.ports().content.story(call.path_id<core::StoryId>());
  if (!story) return call.refuse(Refusal::kStoryUnknown);
  newsroom::WithdrawStory withdrawal{story->id, call.body.text("reason").value_or("")};
  call.execute(std::move(withdrawal), [story](const Call& done, const auto& effects) {
    done.answer(200, story_json(done, record_of(effects, *story)));
  });
}

void list_alerts(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  const auto page = page_of<core::AlertId>(call);
  if (!page) return;
  newsroom::AlertQuery query{.site = site->id, .before = page->before, .limit = page->limit};
  if (const auto state = call.request.parameter("state")) {
    const auto named = core::parse_alert_state(*state);
    if (!named) {
      return call.refuse(Refusal::kQueryInvalid,
                         "state: is not `released`, `held` or `dismissed`.");
    }
    query.state = *named;
  }
  if (const auto feed = call.request.parameter("feed")) {
    const auto id = core::FeedId::parse(*feed);
    if (!id) return call.refuse(Refusal::kQueryInvalid, "feed: is not an id.");
    query.feed = *id;
  }
  const auto alerts = call.ports().content.alerts(query);
  Json::Array items;
  for (const auto& alert : alerts) items.push_back(alert_json(call, alert));
  call.answer_list(std::move(items), next_cursor(alerts, page->limit));
}

void create_alert(const Call& call) {
  const Json& body = call.body;
  const auto story = call.ports().content.story(call.body_id<core::StoryId>("story"));
  if (!story) {
    return call.refuse(problem(Refusal::kBodyInvalid, "There is no such story.",
                               {{"#/story", "there is no such story"}}));
  }
  newsroom::CreateAlert command;
  Alert& alert = command.alert;
  alert.id = call.ports().ids.next<core::AlertKind>();
  alert.site = story->site;
  alert.story = story->id;
  take(body, "title", alert.title);
  take(body, "body", alert.body);
  alert.importance = *core::parse_importance(*body.text("importance"));
  if (const Json* ttl = body.find("ttl_seconds")) alert.ttl = Seconds(*ttl->if_int());
  take(body, "again", command.again);
  if (const Json* actions = body.find("actions")) {
    for (const Json& action : *actions->if_array()) {
      alert.actions.push_back({*action.text("title"), *action.text("url")});
    }
  }
  call.execute(command, [alert](const Call& done, const auto& effects) {
    const auto made = record_of(effects, alert);
    done.answer_created("/api/v1/alerts", made.id.text(), alert_json(done, made));
  });
}

void release_alert(const Call& call) { decide(call, true); }

void dismiss_alert(const Call& call) { decide(call, false); }

void dismiss_held(const Call& call) {
  const auto feed = call.ports().content.feed(call.path_id<core::FeedId>());
  if (!feed) return call.refuse(Refusal::kFeedUnknown);
  newsroom::DecideAlerts decision;
  for (const auto& alert : call.ports().content.alerts({.site = feed->site,
                           .limit = newsroom::kItemsMax,
                           .state = core::AlertState::kHeld,
                           .feed = feed->id})) {
    decision.alerts.push_back(alert.id);
  }
  call.execute(std::move(decision), [](const Call& done, const auto& effects) {
    const auto count =
        std::count_if(effects.changes.begin(), effects.changes.end(),
                      [](const auto& change) { return std::holds_alternative<Alert>(change); });
    done.answer(200, Json{{"dismissed", std::int64_t{count}}});
  });
}

void warm_up(const Call& call) {
  call.ports().broadcasts.warm_up();
  call.respond({202, {}, ""});
}

void get_alert(const Call& call) {
  const auto alert = call.ports().content.alert(call.path_id<core::AlertId>());
  if (!alert) return call.refuse(Refusal::kAlertUnknown);
  call.answer(200, alert_json(call, *alert));
}

}  // namespace tocsin::api
