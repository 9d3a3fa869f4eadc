// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Our subset of Markdown (CommonMark 0.30): paragraphs, hard line breaks, *emphasis*, **strong**,
// `code`, fenced code, > quotes, lists, [links](to http, https and mailto), and bare http and https
// addresses, which are links too. No HTML, no images, no headings.
namespace tocsin::archive {

inline constexpr std::size_t kHtmlBytesMax = 1 << 20;  // of one comment; the rest is left out
inline constexpr std::size_t kContainersMax = 8;       // quotes and lists in one another

// What a line end in the text of an HTML document means.
enum class LineEnds : std::uint8_t {
  kSpace,  // as browsers have it
  kBreak,  // one is a line break, two end the paragraph: WordPress's wpautop()
};

// Reads HTML as comments have it. The text of elements that the subset does not have is kept, that
// of scripts, styles and frames is not; a picture leaves its alternative text; headings become
// strong paragraphs. Characters of the text that Markdown would take for its own are escaped.
// Emphasis that CommonMark could not express, such as of half a word that starts with a bracket,
// goes. `html` may be any bytes. Linear in them; the result is at most `bytes_max` long.
std::string html_to_markdown(std::string_view html, LineEnds line_ends = LineEnds::kSpace,
                             std::size_t bytes_max = 64 << 10);

}  // namespace tocsin::archive
