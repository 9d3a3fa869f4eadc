// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tocsin/base/clock.h"
#include "tocsin/core/content.h"
#include "tocsin/http/message.h"
#include "tocsin/newsroom/content.h"
#include "tocsin/newsroom/kept_bodies.h"
#include "tocsin/pages/assets.h"
#include "tocsin/pages/conversation.h"
#include "tocsin/pages/feeds.h"
#include "tocsin/pages/views.h"

namespace tocsin::pages {

inline constexpr std::size_t kStoriesPerPage = 30;
inline constexpr std::size_t kFeedStories = 50;
inline constexpr std::size_t kRelatedStories = 4;

// Answers readers:
//
//   /                      the river; ?topic=, ?before=<story id>
//   /s/<slug>              a story; 301 to its right address, 410 if withdrawn
//   /s/<slug>/comments     all comments of a story
//   /c/<comment id>        302 to the comment
//   /t/<thread id>         a developing story
//   /sign-in               where a link that was sent leads
//   /newsroom/             the newsroom's dashboard
//   /following             the reader's preferences; ?popup=1 in a foreign page's window
//   /offline               kept by the service worker
//   /feed.atom, /feed.json the newest stories; ?topic=, ?source=<id>, ?thread=<id>
//   /manifest.webmanifest
//   /sw.js, /tocsin.js, /app.css, /icons/...   the assets; with ?v=<version> cacheable for ever
//
// and 404 for all else. HEAD is answered as GET: the server leaves the body out. Stories and their
// comments are kept in `bodies` between requests, where there is such. One thread.
class Pages {
 public:
  // All but `hubs` outlive this. The feeds name the hubs (WebSub). `bodies` may be null.
  Pages(const newsroom::Content& content, const Assets& assets, const Clock& clock,
        std::vector<std::string> hubs = {}, newsroom::KeptBodies* bodies = nullptr)
      : content_(content),
        assets_(assets),
        clock_(clock),
        hubs_(std::move(hubs)),
        bodies_(bodies) {}

  // `site`: whose host the request names.
  http::Response handle(const core::Site& site, const http::Request& request) const;

  // A story as the river shows it, for pages that are open.
  std::string card_html(const core::Site& site, const core::Story& story) const;

  // The page for a request that failed elsewhere: 404, 405, 410, 500, 503.
  http::Response error(const core::Site& site, int status) const;

 private:
  http::Response route(const core::Site& site, const http::Request& request) const;
  http::Response river(const core::Site& site, const http::Request& request) const;
  http::Response story(const core::Site& site, std::string_view slug,
                       const http::Request& request) const;
  http::Response comments(const core::Site& site, std::string_view slug,
                          const http::Request& request) const;
  http::Response comment(const core::Site& site, std::string_view id) const;
  http::Response thread(const core::Site& site, std::string_view id) const;
  http::Response dashboard(const core::Site& site, const http::Request& request) const;
  newsroom::BodyBasis basis_of(const core::Site& site, core::Story story) const;
  // The page of that key, made if it is not kept. `make` is given the sequence of the last live
  // event that the page shows.
  using Make = std::function<std::string(std::uint64_t sequence)>;
  http::Response kept_page(const core::Site& site, const newsroom::BodyKey& key,
                           newsroom::BodyBasis basis, const http::Request& request,
                           const Make& make) const;
  ConversationView conversation_of(const core::Site& site, const newsroom::BodyBasis& basis,
                                   std::uint64_t sequence) const;
  StoryView view_of(core::Story story) const;
  // The newest of that topic (empty: of all) besides `story`.
  std::vector<core::Story> others(const core::Story& story, const std::string& topic) const;
  http::Response feed(const core::Site& site, FeedFormat format,
                      const http::Request& request) const;

  const newsroom::Content& content_;
  const Assets& assets_;
  const Clock& clock_;
  std::vector<std::string> hubs_;
  newsroom::KeptBodies* bodies_;
};

}  // namespace tocsin::pages
