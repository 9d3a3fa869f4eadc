// SPDX-License-Identifier: Apache-2.0
#include "tocsin/ingest/finder.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "tocsin/base/bytes.h"
#include "tocsin/feed/discover.h"
#include "tocsin/ingest/advice.h"
#include "tocsin/url/url.h"

namespace tocsin::ingest {
namespace {

std::string content_type_of(const FetchResult& result) {
  return std::string(result.headers.find("content-type").value_or(""));
}

std::string final_url(const std::string& asked, const FetchResult& result) {
  return result.hops.empty() ? asked : result.hops.back().to;
}

bool is_document(const FetchResult& result) { return !result.failure && result.status == 200; }

void describe(const feed::ParsedFeed& parsed, FoundFeed& found) {
  if (!parsed.title.empty()) found.title = parsed.title;
  found.format = parsed.format;
  found.page_url = parsed.link;
  found.language = parsed.language;
  found.has_hub = !parsed.hubs.empty();
  found.items = parsed.items.size();
  for (const auto& item : parsed.items) {
    const auto at = item.published ? item.published : item.updated;
    if (at && (!found.newest || *found.newest < *at)) found.newest = at;
    found.has_content = found.has_content || !item.content.empty();
    if (found.preview.size() < Finder::kPreviewItems) {
      found.preview.push_back({item.title, item.link, at});
    }
  }
}

// What is at the address, as far as it is a feed.
FoundFeed found_at(const std::string& asked, const FetchResult& result) {
  FoundFeed found{.url = final_url(asked, result)};
  if (!is_document(result)) {
    found.problem = advice(result);
    return found;
  }
  const auto parsed = feed::parse(as_bytes(result.body), {content_type_of(result), found.url});
  if (parsed) {
    describe(*parsed, found);
  } else {
    found.problem = advice_not_a_feed(parsed.error().message);
  }
  return found;
}

}  // namespace

struct Finder::Search {
  struct Place {
    std::string url;
    std::string title;
    bool is_guess = false;  // nobody said that there is a feed
  };

  Done done;
  IsWanted is_wanted;
  Url start;
  bool may_be_plain = false;  // without a scheme: if https does not answer, http may
  bool has_started = false;
  std::size_t visits = 0;
  Millis visits_time{};
  std::deque<Place> places;  // yet to be looked at
  std::vector<FoundFeed> found;

  bool may_visit() const {
    return visits < kVisitsMax && visits_time < kVisitsTime && (!is_wanted || is_wanted());
  }
};

void Finder::find(const std::string& address, Done done, IsWanted is_wanted) {
  if (searches_ >= kSearchesMax) {
    return done(Error{Errc::kUnavailable, "too many searches are under way: try again shortly"});
  }
  const bool has_scheme = address.find("://") != std::string::npos;
  const auto url = Url::parse(has_scheme ? address : "https://" + address);
  if (!url || !url->is_http()) {
    return done(
        Error{Errc::kInvalidArgument,
              "this is no address of the Web: give a site's, such as https://bell.example"});
  }
  ++searches_;
  auto search = std::make_shared<Search>();
  search->done = std::move(done);
  search->is_wanted = std::move(is_wanted);
  search->start = *url;
  search->start.fragment.clear();
  search->may_be_plain = !has_scheme;
  visit(search, search->start.text());
}

void Finder::visit(const std::shared_ptr<Search>& search, const std::string& url) {
  ++search->visits;
  FetchRequest request{.url = url};
  request.timeout = kTimeout;
  port_.fetch(std::move(request), [this, search, url](const FetchResult& result) {
    search->visits_time += result.duration;
    if (!search->has_started) {
      if (result.failure && std::exchange(search->may_be_plain, false) && search->may_visit()) {
        search->start.scheme = "http";
        if (search->start.port == 443) search->start.port = 80;
        return visit(search, search->start.text());
      }
      take_start(*search, result);
      return visit_next(search);
    }
    auto found = found_at(url, result);
    const auto place = std::move(search->places.front());
    search->places.pop_front();
    const bool is_known =
        std::any_of(search->found.begin(), search->found.end(),
                    [&](const FoundFeed& other) { return other.url == found.url; });
    if (found.title.empty()) found.title = place.title;
    if (!is_known && (found.problem.empty() || !place.is_guess)) {
      search->found.push_back(std::move(found));
    }
    visit_next(search);
  });
}

// The address itself: a feed, or a page that names some.
void Finder::take_start(Search& search, const FetchResult& result) {
  search.has_started = true;
  auto found = found_at(search.start.text(), result);
  if (found.problem.empty()) {
    search.found.push_back(std::move(found));
    return;
  }
  if (result.failure) {
    return finish(search, Error{Errc::kUnavailable, found.problem});
  }
  const auto page = Url::parse(found.url);
  if (is_document(result)) {
    for (auto& link :
         feed::find_feeds(as_bytes(result.body), {content_type_of(result), found.url})) {
      search.places.push_back({std::move(link.url), std::move(link.title)});
    }
  }
  if (!search.places.empty() || !page) return;
  for (auto& url : feed::usual_addresses(*page))
    search.places.push_back({std::move(url), "", true});
}

void Finder::visit_next(const std::shared_ptr<Search>& search) {
  if (!search->done) return;
  if (!search->places.empty() && search->may_visit()) {
    return visit(search, search->places.front().url);
  }
  if (search->found.empty() && search->visits_time >= kVisitsTime) {
    return finish(*search, Error{Errc::kUnavailable,
                                 "The site is too slow to look for its feeds: give the address of "
                                 "the feed itself, or try again later."});
  }
  std::stable_partition(search->found.begin(), search->found.end(),
                        [](const FoundFeed& found) { return found.problem.empty(); });
  finish(*search, std::move(search->found));
}

void Finder::finish(Search& search, Result<std::vector<FoundFeed>> result) {
  --searches_;
  const auto done = std::exchange(search.done, nullptr);
  done(std::move(result));
}

}  // namespace tocsin::ingest
