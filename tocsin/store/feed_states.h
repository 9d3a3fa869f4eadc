// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tocsin/base/result.h"
#include "tocsin/core/ids.h"
#include "tocsin/ingest/feed_state.h"

namespace tocsin::store {

class Database;

// As JSON, so that what ingest remembers can grow without a migration: a member that is absent or
// of another type reads as FeedState's default.
std::string to_text(const ingest::FeedState& state);
ingest::FeedState feed_state_of(std::string_view text);

// Written after each fetch. For a feed that is not there it does nothing: it was removed while
// the fetch was under way.
Status put_feed_state(Database& database, core::FeedId feed, const ingest::FeedState& state);
Result<std::map<core::FeedId, ingest::FeedState>> load_feed_states(Database& database);

}  // namespace tocsin::store
