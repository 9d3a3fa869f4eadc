// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin::markdown {

// A comment as HTML. The source is a subset of Markdown (CommonMark 0.30 is the model where it
// applies): paragraphs, line breaks as written, *em*, **strong**, `code`, fenced code, quotes with
// ">", lists with "-", "*" and "1.", [text](address) and bare addresses, which are shown without
// scheme and shortened. A backslash takes the meaning from *, ` and [.
//
// Everything else is text, HTML above all. The tags are p, br, em, strong, blockquote, code, pre,
// ul, ol, li and a, none with an attribute but a, which has href (http, https, mailto; never with a
// user name or a backslash, which show another host than they lead to) and
// rel="ugc nofollow noopener". Well-formed for every input. Time and space grow with the length
// of the source alone: quotes and lists nest kBlockDepthMax deep, emphasis kEmphasisDepthMax.
//
// UTF-8 in, UTF-8 out; bytes that are none are passed on: the source has gone through clean_text.
std::string comment_html(std::string_view source);

// How many links comment_html() makes of it.
std::size_t count_links(std::string_view source);

inline constexpr std::size_t kBlockDepthMax = 4;
inline constexpr std::size_t kEmphasisDepthMax = 8;

}  // namespace tocsin::markdown
