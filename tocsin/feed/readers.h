// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tocsin/feed/fields.h"

// The two kinds of documents behind parse(). `text` is clean (encoding.h); both leave encoding and
// warnings of the feed to the caller.
namespace tocsin::feed {

// Errors: as parse().
Result<ParsedFeed> read_xml_feed(std::string_view text, const Base& base, Refiner& refiner);
Result<ParsedFeed> read_json_feed(std::string_view text, const Base& base, Refiner& refiner);

// `url`, or none if it is so long that it would make every relative link of a document longer than
// it is worth.
Base usable_base(Result<Url> url);

FeedItem item_of(Draft draft);
// The feed's own values from `draft`. Its items inherit its language and, in Atom and JSON Feed,
// its authors.
void describe_feed(Draft draft, ParsedFeed& feed);

}  // namespace tocsin::feed
