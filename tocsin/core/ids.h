// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tocsin/base/bytes.h"
#include "tocsin/base/id.h"

namespace tocsin::core {

using SiteId = Id<struct SiteKind>;
using SourceId = Id<struct SourceKind>;
using FeedId = Id<struct FeedKind>;
using StoryId = Id<struct StoryKind>;
using AlertId = Id<struct AlertKind>;
using VapidKeyId = Id<struct VapidKeyKind>;
using ThreadId = Id<struct ThreadKind>;
using EntryId = Id<struct EntryKind>;
using CommentId = Id<struct CommentKind>;
using ReaderId = Id<struct ReaderKind>;
using ReportId = Id<struct ReportKind>;
using UserId = Id<struct UserKind>;

// The first 16 bytes of SHA-256(endpoint). Unguessable without the endpoint, so it serves the
// device as the capability to its own subscription.
using SubscriptionId = Octets<struct SubscriptionIdKind, 16>;

// One request's name, so that a repeated request gets the first one's answer.
using CommandId = Octets<struct CommandIdKind, 16>;

// One entry of one feed, however often the feed repeats it: ingest::assign_item_keys().
using ItemKey = Octets<struct ItemKeyKind, 16>;

}  // namespace tocsin::core
