// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tocsin/url/url.h"

namespace tocsin::feed {

inline constexpr std::size_t kFieldBytesMax = 1 << 20;  // of one text, and of its sanitised form
inline constexpr std::size_t kMarkupDepthMax = 64;      // open elements; deeper tags are left out

// HTML that may stand in a page of ours, whatever `html` is: only elements and attributes of an
// allowlist, balanced, every text and value escaped. Scripts, styles, frames, objects, forms and
// pictures that are there to be counted go; links and pictures have absolute http or https
// addresses (links also mailto:), read relative to `base`, and go without one; links say
// rel="noopener nofollow"; sound and film load nothing before they are played.
//
// A `base` without a scheme is none: relative addresses go. `html` is UTF-8. The result is at most
// kFieldBytesMax long, and sanitising it again changes nothing. Linear in the input.
std::string sanitize_html(std::string_view html, const Url& base);

// What a reader of `html` would read, on one line: no tags, references decoded, white space folded.
std::string plain_text(std::string_view html);

// The http or https address that `reference` has at `base`; empty if there is none.
std::string absolute_link(std::string_view reference, const Url& base);

}  // namespace tocsin::feed
