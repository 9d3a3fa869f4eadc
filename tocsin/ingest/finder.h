// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/feed/feed.h"
#include "tocsin/ingest/fetch.h"

namespace tocsin::ingest {

// A feed of a site, as it is at this moment.
struct FoundFeed {
  std::string url;      // where it answered, after redirects
  std::string title;    // its own, else the page's word for it
  std::string problem;  // why it cannot be followed, and what to do; empty: it can
  std::optional<feed::Format> format;
  std::string page_url;  // of the site, as the feed says
  std::string language;
  bool has_hub = false;      // news comes at once (WebSub)
  bool has_content = false;  // whole texts, not teasers only
  std::size_t items = 0;
  std::optional<Time> newest;
  struct Preview {
    std::string title;
    std::string link;
    std::optional<Time> published;
  };
  std::vector<Preview> preview;  // the first kPreviewItems
};

// Finds the feeds of a site from any address of it: the address may be a feed, else the page there
// is asked which it has, else the usual places are looked at. One fetch at a time for each search,
// so no site is asked for more than a reader's browser would. One loop.
class Finder {
 public:
  static constexpr std::size_t kSearchesMax = 8;  // at a time
  static constexpr std::size_t kVisitsMax = 12;   // of one search
  static constexpr std::size_t kPreviewItems = 5;
  static constexpr Millis kTimeout{10'000};  // of one visit
  // When its visits have taken so long, a search begins no further one. With the last it is below
  // httpd::HttpServerConfig::answer_timeout, so that what was found still reaches who asked.
  static constexpr Millis kVisitsTime{18'000};

  using Done = std::function<void(Result<std::vector<FoundFeed>>)>;
  using IsWanted = std::function<bool()>;

  // Outlives this, and does not answer after it.
  explicit Finder(FetchPort& port) : port_(port) {}

  // `address` as a person writes it: "bell.example" will do. Calls `done` once, with the feeds that
  // were found, the likeliest first; those that the page names but that cannot be read come last,
  // with their problem. An empty list: the site has none that it tells of. `is_wanted` is asked
  // before each further visit: once it says no, the search ends with what it has. Empty: always.
  //
  // Errors: kInvalidArgument: no address of the Web. kUnavailable: the site does not answer, is too
  // slow to be searched, or there are too many searches; the message says what to do.
  void find(const std::string& address, Done done, IsWanted is_wanted = nullptr);

 private:
  struct Search;
  void visit_next(const std::shared_ptr<Search>& search);
  void visit(const std::shared_ptr<Search>& search, const std::string& url);
  void take_start(Search& search, const FetchResult& result);
  void finish(Search& search, Result<std::vector<FoundFeed>> result);

  FetchPort& port_;
  std::size_t searches_ = 0;
};

}  // namespace tocsin::ingest
