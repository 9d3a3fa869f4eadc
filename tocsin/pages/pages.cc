// SPDX-License-Identifier: Apache-2.0
#include "tocsin/pages/pages.h"

#include <algorithm>
#include <utility>

#include "tocsin/base/bytes.h"
#include "tocsin/crypto/crypto.h"

namespace tocsin::pages {
namespace {

constexpr std::size_t kEtagBytes = 12;

// A page is asked for again when it may have changed, which for news is soon; a cache in front
// shields the server in the minute after an alert.
constexpr const char* kPageCaching = "public, max-age=10, stale-while-revalidate=60";
constexpr const char* kAssetCaching = "public, max-age=3600";
constexpr const char* kVersionedCaching = "public, max-age=31536000, immutable";

// Everything is forbidden but what the pages use. Pictures of stories come from anywhere; a site
// without TLS (a trial on one machine) may show pictures without TLS. <script> data blocks are not
// scripts and need no leave; the styles in shadow roots are constructed, not inline.
std::string content_security_policy(const core::Site& site) {
  const bool has_tls = site.base_url.starts_with("https://");
  return std::string(
             "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; ") +
         "manifest-src 'self'; worker-src 'self'; img-src 'self' https:" +
         (has_tls ? "" : " http:") +
         "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" +
         (has_tls ? "; upgrade-insecure-requests" : "");
}

http::Response page(const core::Site& site, int status, std::string body) {
  http::Response response;
  response.status = status;
  response.headers.add("content-type", "text/html; charset=utf-8");
  response.headers.add("content-security-policy", content_security_policy(site));
  response.headers.add("cache-control", kPageCaching);
  response.body = std::move(body);
  return response;
}

http::Response document_of(std::string_view content_type, std::string body) {
  http::Response response;
  response.headers.add("content-type", content_type);
  response.headers.add("cache-control", kPageCaching);
  response.body = std::move(body);
  return response;
}

// The script and its worker may be used by pages of other origins: they hold nothing secret.
http::Response asset_response(const Asset& asset, std::string_view path,
                              const http::Request& request) {
  http::Response response;
  response.headers.add("content-type", asset.content_type);
  const bool is_worker = path == "/sw.js";
  const bool is_versioned = request.parameter("v") == asset.version;
  response.headers.add("cache-control", is_worker      ? "no-cache"
                                        : is_versioned ? kVersionedCaching
                                                       : kAssetCaching);
  response.headers.add("access-control-allow-origin", "*");
  response.headers.add("cross-origin-resource-policy", "cross-origin");
  if (is_worker) {
    response.headers.add("content-security-policy",
                         "default-src 'none'; script-src 'self'; connect-src 'self'");
  }
  response.headers.add("etag", '"' + asset.version + '"');
  response.body = asset.bytes;
  return response;
}

http::Response redirect(const std::string& location, int status = 301) {
  http::Response response;
  response.status = status;
  response.headers.add("location", location);
  response.headers.add("cache-control", kPageCaching);
  return response;
}

void add_etag(http::Response& response) {
  if (response.status != 200 || response.headers.find("etag")) return;
  const auto digest = crypto::sha256(as_bytes(response.body));
  response.headers.add("etag", '"' + hex(ByteView(digest).first(kEtagBytes)) + '"');
}

// If-None-Match, RFC 9110, section 13.1.2: weak comparison against a list, or "*".
bool has_it_already(const http::Request& request, std::string_view etag) {
  const auto field = request.headers.find("if-none-match");
  if (!field) return false;
  std::string_view rest = *field;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    auto tag = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
    while (tag.starts_with(' ') || tag.starts_with('\t')) tag.remove_prefix(1);
    while (tag.ends_with(' ') || tag.ends_with('\t')) tag.remove_suffix(1);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag || tag == "*") return true;
  }
  return false;
}

void leave_out_what_is_known(http::Response& response, const http::Request& request) {
  if (response.status != 200) return;
  const auto etag = response.headers.find("etag");
  if (!etag || !has_it_already(request, *etag)) return;
  response.status = 304;
  response.body.clear();
}

bool is_listed(const std::vector<std::string>& topics, const std::string& topic) {
  return std::find(topics.begin(), topics.end(), topic) != topics.end();
}

bool contains(const std::vector<core::Story>& stories, core::StoryId id) {
  return std::any_of(stories.begin(), stories.end(),
                     [id](const core::Story& story) { return story.id == id; });
}

}  // namespace

http::Response Pages::handle(const core::Site& site, const http::Request& request) const {
  http::Response response = route(site, request);
  add_etag(response);
  leave_out_what_is_known(response, request);
  response.headers.add("x-content-type-options", "nosniff");
  response.headers.add("referrer-policy", "strict-origin-when-cross-origin");
  return response;
}

std::string Pages::card_html(const core::Site& site, const core::Story& story) const {
  return std::string(card({site, assets_}, story, false, 2).markup());
}

http::Response Pages::error(const core::Site& site, int status) const {
  auto response = page(site, status, error_page({site, assets_}, status));
  if (status == 405) response.headers.add("allow", "GET, HEAD");
  return response;
}

http::Response Pages::route(const core::Site& site, const http::Request& request) const {
  constexpr std::string_view kStories = "/s/";
  constexpr std::string_view kComments = "/comments";
  const Frame frame{site, assets_};
  const std::string_view path = request.path;
  if (request.method != "GET" && request.method != "HEAD") return error(site, 405);
  if (path == "/") return river(site, request);
  if (path.starts_with(kStories) && path.ends_with(kComments)) {
    const auto slug = path.substr(kStories.size());
    return comments(site, slug.substr(0, slug.size() - kComments.size()), request);
  }
  if (path.starts_with(kStories)) return story(site, path.substr(kStories.size()), request);
  if (path.starts_with("/c/")) return comment(site, path.substr(3));
  if (path.starts_with("/t/")) return thread(site, path.substr(3));
  if (path == "/sign-in") return page(site, 200, sign_in_page(frame));
  if (path == "/newsroom" || path.starts_with("/newsroom/")) return dashboard(site, request);
  if (path == "/following") {
    return page(site, 200, following_page(frame, request.parameter("popup") == "1"));
  }
  if (path == "/offline") return page(site, 200, offline_page(frame));
  if (path == "/feed.atom") return feed(site, FeedFormat::kAtom, request);
  if (path == "/feed.json") return feed(site, FeedFormat::kJson, request);
  if (path == "/manifest.webmanifest") {
    return document_of("application/manifest+json", manifest(site));
  }
  if (const Asset* asset = assets_.find(path)) return asset_response(*asset, path, request);
  return error(site, 404);
}

newsroom::BodyBasis Pages::basis_of(const core::Site& site, core::Story story) const {
  newsroom::BodyBasis out;
  out.conversation = content_.conversation(story.id);
  out.opening = conversation::opening_of(site.comments, out.conversation, story, clock_.now());
  out.story = std::move(story);
  return out;
}

http::Response Pages::kept_page(const core::Site& site, const newsroom::BodyKey& key,
                                newsroom::BodyBasis basis, const http::Request& request,
                                const Make& make) const {
  // What happens after this is read comes to the page live.
  const auto sequence = content_.last_sequence();
  const auto* kept = bodies_ == nullptr ? nullptr : bodies_->find(key, basis, sequence);
  if (kept != nullptr) {
    const bool is_needed = !has_it_already(request, kept->etag);
    auto response = page(site, 200, is_needed ? kept->bytes : std::string());
    response.headers.add("etag", kept->etag);
    return response;
  }
  auto response = page(site, 200, make(sequence));
  add_etag(response);
  if (bodies_ != nullptr) {
    bodies_->keep(key, std::move(basis),
                  {response.body, std::string(*response.headers.find("etag")), sequence});
  }
  return response;
}

ConversationView Pages::conversation_of(const core::Site& site, const newsroom::BodyBasis& basis,
                                        std::uint64_t sequence) const {
  ConversationView view;
  view.story = basis.story;
  view.opening = basis.opening;
  view.sequence = sequence;
  if (view.opening.state == conversation::Opening::State::kHidden) return view;
  view.comments = content_.comments({.story = view.story.id});
  view.count = basis.conversation ? basis.conversation->published : 0;
  view.characters_max = site.comments.characters_max;
  view.has_votes = site.comments.has_votes;
  view.close_after_days = site.comments.close_after_days;
  return view;
}

http::Response Pages::comments(const core::Site& site, std::string_view slug,
                               const http::Request& request) const {
  const auto id = core::story_of_slug(slug);
  const auto found = id ? content_.story(*id) : std::nullopt;
  const bool is_shown = found && found->site == site.id && found->state != core::StoryState::kDraft;
  if (!is_shown) return error(site, 404);
  if (found->state == core::StoryState::kWithdrawn) {
    return page(site, 410, withdrawn_page({site, assets_}, *found));
  }
  const auto basis = basis_of(site, *found);
  return kept_page(site, {.story = found->id, .kind = "comments"}, basis, request,
                   [&](std::uint64_t sequence) {
                     return comments_page({site, assets_}, conversation_of(site, basis, sequence));
                   });
}

http::Response Pages::comment(const core::Site& site, std::string_view id) const {
  const auto found = content_.comment(core::CommentId::parse(id).value_or(core::CommentId{}));
  const auto about = found ? content_.story(found->story) : std::nullopt;
  const bool is_shown = about && about->site == site.id && about->state != core::StoryState::kDraft;
  if (!is_shown) return error(site, 404);
  return redirect(story_path(*about) + "/comments#c-" + found->id.text(), 302);
}

http::Response Pages::thread(const core::Site& site, std::string_view id) const {
  constexpr std::size_t kStoriesShown = 20;
  const auto found = content_.thread(core::ThreadId::parse(id).value_or(core::ThreadId{}));
  if (!found || found->site != site.id) return error(site, 404);
  ThreadView view;
  view.thread = *found;
  view.sequence = content_.last_sequence();
  view.entries = content_.entries(found->id, false);
  newsroom::StoryQuery query{.site = site.id, .limit = kStoriesShown};
  query.thread = found->id;
  view.stories = content_.stories(query);
  return page(site, 200, thread_page({site, assets_}, view));
}

// Its files are the newsroom's own: nothing from outside, and in no frame. One of another version
// is not given: it would be mixed with files that an open page has from before.
http::Response Pages::dashboard(const core::Site& site, const http::Request& request) const {
  if (request.path == "/newsroom") return redirect("/newsroom/");
  const std::string path = request.path == "/newsroom/" ? "/newsroom/index.html" : request.path;
  const Asset* asset = assets_.find(path);
  const bool is_page = path.ends_with(".html");
  if (asset == nullptr ||
      (!is_page && request.parameter("v").value_or(asset->version) != asset->version)) {
    return error(site, 404);
  }
  auto response = asset_response(*asset, path, request);
  std::erase_if(response.headers.fields, [is_page](const auto& field) {
    return field.first.starts_with("access-control-") || field.first.starts_with("cross-origin-") ||
           (is_page && field.first == "cache-control");
  });
  if (is_page) response.headers.add("cache-control", "no-cache");
  response.headers.add("content-security-policy",
                       "default-src 'none'; script-src 'self'; style-src 'self'; connect-src "
                       "'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
                       "frame-ancestors 'none'");
  return response;
}

http::Response Pages::river(const core::Site& site, const http::Request& request) const {
  newsroom::StoryQuery query;
  query.site = site.id;
  query.limit = kStoriesPerPage + 1;
  query.topic = request.parameter("topic").value_or("");
  if (const auto before = request.parameter("before")) {
    query.before = core::StoryId::parse(*before);
    if (!query.before) return error(site, 404);
  }
  River river;
  river.sequence = content_.last_sequence();
  river.stories = content_.stories(query);
  river.topic = query.topic;
  river.is_first_page = !query.before;
  river.has_older = river.stories.size() > kStoriesPerPage;
  if (river.has_older) river.stories.resize(kStoriesPerPage);
  // Only what the newsroom names a topic gets a page: no stranger's words under the site's name.
  const bool is_known = river.topic.empty() || is_listed(site.topics, river.topic);
  if (!is_known && river.stories.empty()) return error(site, 404);
  return page(site, 200, river_page({site, assets_}, river));
}

http::Response Pages::story(const core::Site& site, std::string_view slug,
                            const http::Request& request) const {
  const auto id = core::story_of_slug(slug);
  auto found = id ? content_.story(*id) : std::nullopt;
  if (!found || found->site != site.id || found->state == core::StoryState::kDraft) {
    return error(site, 404);
  }
  const Frame frame{site, assets_};
  if (found->state == core::StoryState::kWithdrawn) {
    return page(site, 410, withdrawn_page(frame, *found));
  }
  if (slug != core::slug(*found)) return redirect(story_path(*found));

  const auto basis = basis_of(site, *found);
  const newsroom::BodyKey key{.story = found->id, .kind = "page", .shows_others = true};
  return kept_page(site, key, basis, request, [&](std::uint64_t sequence) {
    StoryView view = view_of(basis.story);
    view.conversation = conversation_of(site, basis, sequence);
    view.conversation.is_whole = false;
    if (view.story.thread) view.thread = content_.thread(view.story.thread);
    return story_page(frame, view);
  });
}

StoryView Pages::view_of(core::Story story) const {
  newsroom::StoryQuery query;
  query.site = story.site;
  query.before = story.id;
  query.limit = 1;
  auto earlier = content_.stories(query);

  StoryView view;
  if (!story.topics.empty()) view.related_topic = story.topics.front();
  view.related = others(story, view.related_topic);
  if (view.related.empty()) {
    view.related_topic.clear();
    view.related = others(story, "");
  }
  const bool is_related = !earlier.empty() && contains(view.related, earlier.front().id);
  if (!earlier.empty() && !is_related) view.previous = std::move(earlier.front());
  view.story = std::move(story);
  return view;
}

std::vector<core::Story> Pages::others(const core::Story& story, const std::string& topic) const {
  newsroom::StoryQuery query;
  query.site = story.site;
  query.topic = topic;
  query.limit = kRelatedStories + 1;
  auto found = content_.stories(query);
  std::erase_if(found, [&](const core::Story& other) { return other.id == story.id; });
  if (found.size() > kRelatedStories) found.resize(kRelatedStories);
  return found;
}

// A source and a developing story must be the site's; a topic is whatever stories are of.
http::Response Pages::feed(const core::Site& site, FeedFormat format,
                           const http::Request& request) const {
  const auto source_id = request.parameter("source");
  const auto thread_id = request.parameter("thread");
  OutFeed out{.title = site.name, .page_path = "/", .hubs = hubs_};
  out.scope.topic = request.parameter("topic").value_or("");
  if (!out.scope.topic.empty()) {
    out.title += ": " + out.scope.topic;
    out.page_path = topic_path(out.scope.topic);
  }
  if (source_id) {
    const auto source =
        content_.source(core::SourceId::parse(*source_id).value_or(core::SourceId{}));
    if (!source || source->site != site.id) return error(site, 404);
    out.scope.source = source->id;
    out.title += ": " + source->name;
  }
  if (thread_id) {
    const auto thread =
        content_.thread(core::ThreadId::parse(*thread_id).value_or(core::ThreadId{}));
    if (!thread || thread->site != site.id) return error(site, 404);
    out.scope.thread = thread->id;
    out.title += ": " + thread->headline;
    out.page_path = "/t/" + thread->id.text();
  }
  out.stories = content_.stories({.site = site.id,
                                  .limit = kFeedStories,
                                  .topic = out.scope.topic,
                                  .source = out.scope.source,
                                  .thread = out.scope.thread});
  auto response = format == FeedFormat::kAtom
                      ? document_of("application/atom+xml; charset=utf-8", atom_feed(site, out))
                      : document_of("application/feed+json; charset=utf-8", json_feed(site, out));
  response.headers.add("access-control-allow-origin", "*");
  std::string links = '<' + site.base_url + feed_path(format, out.scope) + ">; rel=\"self\"";
  for (const auto& hub : hubs_) links += ", <" + hub + ">; rel=\"hub\"";
  response.headers.add("link", links);
  return response;
}

}  // namespace tocsin::pages
