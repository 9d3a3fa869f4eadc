// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "tocsin/base/id.h"
#include "tocsin/feed/opml.h"
#include "tocsin/newsroom/command.h"
#include "tocsin/newsroom/content.h"

// Feeds that come from another system as a list, or go to one (feed/opml.h).
namespace tocsin::newsroom {

struct FeedListPlan {
  PutFeeds body;             // nothing in it: there is nothing to do
  std::size_t known = 0;     // that the site follows already
  std::size_t left_out = 0;  // beyond kFeedsPerCommand, or with an address or name that cannot be
};
// What makes the site follow the feeds of the list. Each is credited to the source of its site,
// which is made where there is none; its folders become topics. Nothing that is here changes.
FeedListPlan plan_feeds(const Content& content, core::SiteId site, const feed::Opml& list,
                        std::optional<core::Importance> alert, IdSource& ids);

// The feeds of the site, with their topics as folders.
std::string feed_list(const Content& content, const core::Site& site);

}  // namespace tocsin::newsroom
