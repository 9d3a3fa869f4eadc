// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tocsin/feed/feed.h"
#include "tocsin/http/message.h"
#include "tocsin/ingest/advertised.h"

namespace tocsin::ingest {

// What the response to a GET of `address` advertises: by Link header fields, and only where they
// name no hub by the document itself.
Advertised discover(const http::Headers& headers, const feed::ParsedFeed& feed,
                    const std::string& address);

// The same for a response that says that the document is as it was: its header fields alone.
// Nothing where they name no hub.
std::optional<Advertised> discover_in_fields(const http::Headers& headers,
                                             const std::string& address);

// The same for an HTML page, whose <head> is looked at.
Advertised discover_in_page(const http::Headers& headers, std::string_view html,
                            const std::string& address);

}  // namespace tocsin::ingest
