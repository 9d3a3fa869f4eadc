// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tocsin/feed/fields.h"
#include "tocsin/url/url.h"

// The two kinds of documents behind parse(). `text` is clean (encoding.h); both leave encoding and
// warnings of the feed to the caller.
namespace tocsin::feed {

// Errors: as parse().
Result<ParsedFeed> read_xml_feed(std::string_view text, const Url& base, Refiner& refiner);
Result<ParsedFeed> read_json_feed(std::string_view text, const Url& base, Refiner& refiner);

// `url`, or none if it is so long that it would make every relative link of a document longer than
// it is worth.
Url usable_base(const Result<Url>& url);

// `draft` as an item of `feed`; Atom and JSON Feed let it inherit the feed's authors.
FeedItem item_of(Draft draft, const ParsedFeed& feed);
// The feed's own values from `draft`.
void describe_feed(Draft draft, ParsedFeed& feed);

}  // namespace tocsin::feed
