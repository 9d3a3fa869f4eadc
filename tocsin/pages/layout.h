// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tocsin/core/content.h"
#include "tocsin/pages/assets.h"
#include "tocsin/pages/feeds.h"
#include "tocsin/pages/html.h"

// What all pages have around their content.
namespace tocsin::pages {

struct Frame {
  const core::Site& site;
  const Assets& assets;
};

struct Head {
  std::string title;        // without the site's name
  std::string path;         // the canonical address below the site; empty: none, not to be indexed
  std::string description;  // for search and shares; may be empty
  std::string image_url;    // for shares; empty: the site's own
  bool is_article = false;
  bool is_bare = false;  // for the small window of foreign pages: no navigation
  std::string topic;     // the one that the navigation marks
  FeedScope feed;        // of the stories that the page is about; as it is: only the site's
  Html more;             // further elements of <head>
};

// The whole document, <!doctype> first.
std::string document(const Frame& frame, const Head& head, const Html& main);

// <time> with the UTC wording that web/src/reader/times.ts makes the reader's.
Html time_element(Time time, bool is_long = false);
// The box that turns alerts on, with a way for browsers without scripts.
Html follow_box(const core::Site& site, bool is_full);
// Where a topic's stories stand.
std::string topic_path(const std::string& topic);
std::string story_path(const core::Story& story);

}  // namespace tocsin::pages
