// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tocsin/core/ids.h"
#include "tocsin/feed/feed.h"

namespace tocsin::ingest {

// Names each item of a document, in its order, so that the same entry has the same name in every
// document of that feed, however often it is dated or saved again. By its id; without one, by its
// link; without that, by title and content. http and https are one here.
//
// Some feeds give one id, or one link, to everything. An id that stands on items with different
// links is not believed for those; nor is a link, where it would have to tell items with
// different titles apart.
std::vector<core::ItemKey> assign_item_keys(const feed::ParsedFeed& feed);

// Whether some of those names come from comparing the document's items, so that an item alone, as a
// hub may push it, could get another name.
bool keys_need_document(const feed::ParsedFeed& feed);

}  // namespace tocsin::ingest
