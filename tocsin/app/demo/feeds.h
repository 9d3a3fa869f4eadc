// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/base/result.h"
#include "tocsin/http/message.h"

namespace tocsin::app {

// The outlets of the demo: three feeds (RSS, Atom, JSON Feed) that gain a story one after another,
// some about one developing event. The stories are made up and stand in demo/stories.json.
class DemoFeeds {
 public:
  struct Outlet {
    std::string key;  // the feed's address is /demo/<key>
    std::string name;
    std::string home_url;
    std::string format;  // "rss", "atom" or "json"
  };

  // `stories` is the text of demo/stories.json. Stories that are already there at `start` are
  // dated before it; the others appear one every `every`, and the round starts anew at its end.
  //
  // Errors: kCorrupt: the text is not as documented there.
  static Result<DemoFeeds> load(std::string_view stories, std::string base_url, Time start,
                                Seconds every);

  const std::vector<Outlet>& outlets() const { return outlets_; }
  // Answers GET /demo/<key> and /demo/<key>/<n> as of `now`, with an ETag.
  http::Response respond(const http::Request& request, Time now) const;

 private:
  struct Story {
    std::size_t outlet = 0;
    std::string headline;
    std::string dateline;
    std::string text;
    std::string body_html;
    std::vector<std::string> topics;
  };
  struct Entry {  // a story as published
    const Story* story = nullptr;
    std::size_t number = 0;
    Time published;
  };

  std::vector<Entry> entries(std::size_t outlet, Time now) const;
  std::string headline(const Entry& entry) const;
  std::string link(const Entry& entry) const;
  std::string rss(const Outlet& outlet, const std::vector<Entry>& entries) const;
  std::string atom(const Outlet& outlet, const std::vector<Entry>& entries) const;
  std::string json_feed(const Outlet& outlet, const std::vector<Entry>& entries) const;

  std::vector<Outlet> outlets_;
  std::vector<Story> stories_;
  std::size_t already_there_ = 0;
  std::string base_url_;
  Time start_;
  Seconds every_{};
};

}  // namespace tocsin::app
