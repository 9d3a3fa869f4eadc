// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>
#include <variant>

#include "tocsin/api/routes.h"
#include "tocsin/feed/opml.h"
#include "tocsin/newsroom/feed_list.h"

// How feeds come to be followed: found at a site, or in another system's list.
namespace tocsin::api {
namespace {

Json preview_json(const ingest::FoundFeed::Preview& item) {
  return Json{{"title", item.title}, {"link", item.link}, {"published", time_json(item.published)}};
}

Json found_json(const ingest::FoundFeed& found, bool is_followed) {
  Json::Array preview;
  for (const auto& item : found.preview) preview.push_back(preview_json(item));
  return Json{{"url", found.url},
              {"title", found.title},
              {"problem", found.problem},
              {"format", found.format ? Json(feed::name_of(*found.format)) : Json()},
              {"page_url", found.page_url},
              {"language", found.language},
              {"has_hub", found.has_hub},
              {"has_content", found.has_content},
              {"items", static_cast<std::int64_t>(found.items)},
              {"newest", time_json(found.newest)},
              {"is_followed", is_followed},
              {"preview", std::move(preview)}};
}

bool is_followed(const Call& call, core::SiteId site, const std::string& url) {
  const auto feeds = call.ports().content.feeds(site);
  return std::any_of(feeds.begin(), feeds.end(),
                     [&](const core::Feed& feed) { return feed.url == url; });
}

}  // namespace

void find_feeds(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  call.ports().find_feeds(
      *call.body.text("url"), call.request.is_awaited,
      [call, site = site->id](const Result<std::vector<ingest::FoundFeed>>& found) {
        if (!found && found.error().code == Errc::kInvalidArgument) {
          return call.refuse(problem(Refusal::kBodyInvalid, "/url " + found.error().message + '.',
                                     {{"/url", found.error().message}}));
        }
        if (!found) return call.refuse(Refusal::kSiteSilent, found.error().message);
        Json::Array items;
        for (const auto& one : *found) {
          items.push_back(found_json(one, is_followed(call, site, one.url)));
        }
        call.answer_list(std::move(items));
      });
}

void export_feed_list(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  http::Response response{200, {}, newsroom::feed_list(call.ports().content, *site)};
  response.headers.add("content-type", "text/x-opml; charset=utf-8");
  response.headers.add("content-disposition", "attachment; filename=\"feeds.opml\"");
  response.headers.add("x-content-type-options", "nosniff");
  response.headers.add("cache-control", "no-store");
  call.respond(std::move(response));
}

void import_feed_list(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  const auto list = feed::read_opml(as_bytes(*call.body.text("opml")));
  if (!list) {
    return call.refuse(problem(Refusal::kBodyInvalid, "/opml " + list.error().message + '.',
                               {{"/opml", list.error().message}}));
  }
  const auto alert = core::parse_importance(call.body.text("alert").value_or(""));
  auto plan = newsroom::plan_feeds(call.ports().content, site->id, *list, alert, call.ports().ids);
  const auto answer = [known = plan.known, left_out = plan.left_out](const Call& done,
                                                                     std::size_t added) {
    done.answer(200, Json{{"added", static_cast<std::int64_t>(added)},
                          {"known", static_cast<std::int64_t>(known)},
                          {"left_out", static_cast<std::int64_t>(left_out)}});
  };
  if (plan.body.feeds.empty()) return answer(call, 0);
  call.execute(std::move(plan.body), [answer](const Call& done, const newsroom::Effects& effects) {
    const auto added = std::count_if(
        effects.changes.begin(), effects.changes.end(),
        [](const newsroom::Change& change) { return std::holds_alternative<core::Feed>(change); });
    answer(done, static_cast<std::size_t>(added));
  });
}

}  // namespace tocsin::api
