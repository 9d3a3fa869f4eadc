// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tocsin/markup/html.h"
#include "tocsin/url/url.h"

namespace tocsin::feed {

// True for a picture that is there to be counted, not seen: at most one pixel wide or high, hidden,
// or from an address known to count. `tag` is an img element, `base` as in sanitize_html().
bool is_beacon(const markup::HtmlToken& tag, const Url& base);

}  // namespace tocsin::feed
